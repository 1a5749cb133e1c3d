"""The roster in force: exact lookups over normal forms, households, payments, and nothing of versions not in force."""

import unicodedata
from datetime import date
from functools import partial

from sqlalchemy import delete

from storage import imports, registry
from storage.engine import Drawer
from storage.tables import keys
from tests.storage.conftest import Office, people


async def test_a_person_is_found_by_id_phone_identity_and_the_offices_own_id(office: Office) -> None:
    await office.bring(people(4))
    one = (await office.do(lambda store: registry.by_phone(store, "+821020000001")))[0]
    assert (one.name[:3], one.birth_date, one.dong, one.is_head) == ("홍길동", date(1950, 3, 2), "gajeong-1", True)
    assert one.premium == 90000
    assert one.insured is None
    assert await office.do(lambda store: registry.by_id(store, one.id)) == one
    assert await office.do(lambda store: registry.by_person_id(store, "P1")) == one
    assert await office.do(lambda store: registry.by_identity(store, one.name, one.birth_date)) == (one,)


async def test_a_name_is_found_however_it_is_spaced_composed_and_cased(office: Office) -> None:
    line = people(1)[0].replace("홍길동각", "Nguyễn Thị Hoa").replace("korean", "f6")
    await office.bring([line.replace("P1,", "P9,")])
    for written in ("nguyễn thị hoa", "NGUYỄNTHỊHOA", unicodedata.normalize("NFD", "Nguyễn Thị Hoa")):
        found = await office.do(partial(registry.by_identity, name=written, birth_date=date(1950, 3, 2)))
        assert len(found) == 1, written


async def test_nobody_is_found_by_a_strange_phone_name_or_id(office: Office) -> None:
    await office.bring(people(2))
    assert await office.do(lambda store: registry.by_phone(store, "+821099999999")) == ()
    assert await office.do(lambda store: registry.by_identity(store, "홍길동", date(1950, 3, 1))) == ()
    assert await office.do(lambda store: registry.by_person_id(store, "P99")) is None


async def test_a_household_is_told_head_first(office: Office) -> None:
    lines = people(3)
    lines[0] = lines[0].replace(",1,korean", ",0,korean")
    lines[1] = lines[1].replace(",0,korean", ",1,korean")
    await office.bring(lines)
    me = (await office.do(lambda store: registry.by_phone(store, "+821020000001")))[0]
    household = await office.do(lambda store: registry.household_of(store, me))
    assert [one.is_head for one in household] == [True, False]
    assert me in household


async def test_only_the_version_in_force_is_seen(office: Office) -> None:
    await office.bring(people(2))
    changed = [line.replace("가정1동", "신현동") for line in people(2)]
    staged = await office.stage(office.file(changed))

    async def dong(store: Drawer) -> str:
        return (await registry.by_phone(store, "+821020000001"))[0].dong

    assert await office.do(dong) == "gajeong-1"
    await imports.apply(office.database, office.vault, staged.version, office.now)
    assert await office.do(dong) == "sinhyeon"
    await imports.undo(office.database, office.vault, "roster", office.now)
    assert await office.do(dong) == "gajeong-1"


async def test_payments_are_told_by_round_and_as_of_when(office: Office) -> None:
    await office.bring(people(2))
    assert await office.do(lambda store: registry.as_of(store, "payments")) is None
    paid = ["P1,2,applied,eeum,100000,2025-07-22,", "P1,1,paid,card,150000,2025-07-22,2025-07-23T10:00:00+09:00"]
    await office.bring([*paid, "P2,1,not_applied,,,,"], "payments")
    one = (await office.do(lambda store: registry.by_phone(store, "+821020000001")))[0]
    payments = await office.do(lambda store: registry.payments_of(store, one.id))
    assert [(p.round, p.status, p.method, p.amount) for p in payments] == [
        ("1", "paid", "card", 150000),
        ("2", "applied", "eeum", 100000),
    ]
    assert payments[0].paid_at is not None
    assert payments[0].paid_at.hour == 1
    assert await office.do(lambda store: registry.as_of(store, "payments")) == office.now


async def test_whose_key_is_destroyed_is_not_found_any_more(office: Office) -> None:
    await office.bring(people(2))
    one = (await office.do(lambda store: registry.by_phone(store, "+821020000001")))[0]
    await office.do(lambda store: store.write(delete(keys).where(keys.c.owner == one.id)))
    assert await office.do(lambda store: registry.by_id(store, one.id)) is None
