import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.sample import CAST, PAYMENTS, ROSTER, write_sample
from programmes.model import load_all
from storage.import_rows import PaymentRow, RosterRow, sheet

PEOPLE = 12_000
MONDAY = datetime.fromisoformat("2025-07-28T10:00+09:00")
LATER = datetime.fromisoformat("2025-10-25T12:00+09:00")
BEFORE = datetime.fromisoformat("2025-07-20T12:00+09:00")
REFERENCE = date(2025, 6, 18)

Rows = list[dict[str, str]]
Read = Callable[[datetime], tuple[Rows, Rows]]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The sample's two files at a moment, each written once."""
    made: dict[datetime, tuple[Rows, Rows]] = {}

    def rows(path: Path) -> Rows:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def at(now: datetime) -> tuple[Rows, Rows]:
        if now not in made:
            folder = tmp_path_factory.mktemp("sample")
            write_sample(folder, PEOPLE, 1, now, quiet)
            made[now] = rows(folder / "roster.csv"), rows(folder / "payments.csv")
        return made[now]

    return at


def quiet(_done: int, _all: int) -> None:
    """Progress that nobody watches."""


def households(roster: Rows) -> dict[str, Rows]:
    found = defaultdict(list)
    for row in roster:
        found[row["household_id"]].append(row)
    return found


def paid_share(payments: Rows, round: str, now: datetime) -> float:
    own = [row for row in payments if row["round"] == round]
    return sum(bool(row["paid_at"]) and datetime.fromisoformat(row["paid_at"]) <= now for row in own) / len(own)


def minor(row: dict[str, str]) -> bool:
    return row["birth_date"] >= "2007-01-01"


def test_the_same_arguments_write_the_same_bytes_and_another_seed_other_ones(tmp_path: Path) -> None:
    written = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        folder = tmp_path / name
        folder.mkdir()
        write_sample(folder, 500, seed, MONDAY, quiet)
        written.append((folder / "roster.csv").read_bytes() + (folder / "payments.csv").read_bytes())
    assert written[0] == written[1] != written[2]


def test_the_number_of_people_is_as_asked_and_progress_ends_there(tmp_path: Path) -> None:
    heard: list[tuple[int, ...]] = []
    write_sample(tmp_path, 2_345, 1, MONDAY, lambda *told: heard.append(told))
    assert len((tmp_path / "roster.csv").read_text("utf-8").splitlines()) == 2_346
    assert heard == sorted(heard)
    assert heard[-1] == (2_345, 2_345)
    assert len(heard) >= 3


def test_the_people_are_the_same_at_a_later_clock(read: Read) -> None:
    assert [row["birth_date"] for row in read(MONDAY)[0]] == [row["birth_date"] for row in read(LATER)[0]]


def test_every_row_can_be_imported(tmp_path: Path) -> None:
    for now in (MONDAY, LATER):
        write_sample(tmp_path, 3_000, 1, now, quiet)
        dongs = {dong.name.ko: dong.code for dong in load_all().places.dongs_on(now.date())}
        for kind, header, shape in (("roster", ROSTER, RosterRow), ("payments", PAYMENTS, PaymentRow)):
            lines = (tmp_path / f"{kind}.csv").read_bytes().splitlines()
            assert lines[0].decode() == header
            form = sheet(kind, lines[0], lines[1], dongs, now.date())  # type: ignore[arg-type]
            assert all(isinstance(form.row(line), shape) for line in lines[1:])


def test_people_and_phones_are_named_once(read: Read) -> None:
    roster, payments = read(LATER)
    phones = [row["phone"] for row in roster if row["phone"]]
    assert len({row["person_id"] for row in roster}) == len(roster)
    assert len(set(phones)) == len(phones)
    assert len({(row["person_id"], row["round"]) for row in payments}) == len(payments)
    assert {row["person_id"] for row in payments} <= {row["person_id"] for row in roster}


def test_every_household_has_one_head_and_minors_have_an_adult_or_head_themselves(read: Read) -> None:
    found = households(read(MONDAY)[0])
    for rows in found.values():
        heads = [row for row in rows if row["is_head"] == "1"]
        assert len(heads) == 1
        assert len(rows) == 1 or not minor(heads[0])
        assert len({(row["dong"], row["premium"], row["insurance"], row["category"]) for row in rows}) == 1
    sizes = Counter(map(len, found.values()))
    assert sizes.most_common(1)[0][0] == 1
    assert 0.3 < sizes[1] / len(found) < 0.45


def test_the_district_is_believable(read: Read) -> None:
    roster, _ = read(MONDAY)
    assert 1 / 19 < sum(row["category"] != "general" for row in roster) / PEOPLE < 1 / 12
    assert 0.01 < sum(row["nationality_status"] != "korean" for row in roster) / PEOPLE < 0.03
    assert {row["nationality_status"] for row in roster} >= {"korean", "overseas_korean", "f5", "f6", "f24", "other"}
    assert 0.13 < sum(map(minor, roster)) / PEOPLE < 0.22
    assert 0.01 < sum(row["assets_over"] == "1" for row in roster) / PEOPLE < 0.05
    assert all(row["birth_date"] <= REFERENCE.isoformat() for row in roster)
    assert len({row["dong"] for row in roster}) == 23
    assert not any(row["phone"] for row in roster if minor(row) and row["is_head"] == "0")
    adults = [row for row in roster if not minor(row)]
    assert 0.005 < sum(not row["phone"] for row in adults) / len(adults) < 0.06


def test_the_dongs_are_those_of_the_day(read: Read) -> None:
    assert "아라동" in {row["dong"] for row in read(MONDAY)[0]}
    assert "아라동" not in {row["dong"] for row in read(LATER)[0]}


def test_nobody_is_paid_before_the_first_round_opens(read: Read) -> None:
    assert read(BEFORE)[1] == []


@pytest.mark.parametrize(
    ("now", "round", "share"),
    [
        ("2025-07-26T10:00+09:00", "1", 0.773),
        ("2025-07-28T10:00+09:00", "1", 0.883),
        ("2025-09-12T18:00+09:00", "1", 0.9896),
        ("2025-09-23T09:00+09:00", "2", 0.133),
        ("2025-09-24T09:00+09:00", "2", 0.2817),
        ("2025-09-29T09:00+09:00", "2", 0.8245),
        ("2025-10-24T09:00+09:00", "2", 0.9696),
    ],
)
def test_payment_follows_the_real_curve(read: Read, now: str, round: str, share: float) -> None:
    assert paid_share(read(LATER)[1], round, datetime.fromisoformat(now)) == pytest.approx(share, abs=0.015)


def test_a_later_clock_finds_the_same_people_further_on(read: Read) -> None:
    then = {row["person_id"]: row for row in read(MONDAY)[1] if row["paid_at"]}
    later = {row["person_id"]: row for row in read(LATER)[1] if row["round"] == "1"}
    assert then.items() <= later.items()


def test_amounts_are_by_category_and_average_as_reported(read: Read) -> None:
    roster, payments = read(LATER)
    category = {row["person_id"]: row["category"] for row in roster}
    sums = defaultdict(set)
    for row in payments:
        if row["amount"]:
            sums[row["round"], category[row["person_id"]]].add(int(row["amount"]))
    assert sums == {
        ("1", "general"): {150_000},
        ("1", "near_poverty"): {300_000},
        ("1", "single_parent"): {300_000},
        ("1", "basic"): {400_000},
        ("2", "general"): {100_000},
        ("2", "near_poverty"): {100_000},
        ("2", "single_parent"): {100_000},
        ("2", "basic"): {100_000},
    }
    first = [int(row["amount"]) for row in payments if row["round"] == "1" and row["amount"]]
    assert sum(first) / len(first) == pytest.approx(163_000, abs=4_000)


def test_means_and_states_are_shared_out_as_reported(read: Read) -> None:
    _, payments = read(MONDAY)
    states = Counter(row["status"] for row in payments)
    means = Counter(row["method"] for row in payments if row["method"])
    assert means["card"] / means.total() == pytest.approx(0.65, abs=0.02)
    assert set(states) == {"paid", "applied", "not_applied", "returned"}
    assert 0 < states["applied"] < 0.01 * len(payments)
    assert 0 < states["returned"] < 0.01 * len(payments)


def test_moments_fit_the_state_and_the_clock(read: Read) -> None:
    for row in read(MONDAY)[1]:
        applied, paid = (datetime.fromisoformat(row[key]) if row[key] else None for key in ("applied_at", "paid_at"))
        assert (applied is None) == (row["status"] == "not_applied")
        assert (paid is not None) == (row["status"] in ("paid", "returned"))
        if applied and paid:
            assert applied <= paid <= MONDAY


def test_in_the_first_week_everyone_applies_on_her_own_day(read: Read) -> None:
    roster, payments = read(MONDAY)
    born = {row["person_id"]: int(row["birth_date"][3]) for row in roster if row["is_head"] == "1"}
    for row in payments:
        if row["person_id"] in born and row["applied_at"] and row["applied_at"] < "2025-07-26":
            weekday = datetime.fromisoformat(row["applied_at"]).weekday()
            assert born[row["person_id"]] in {0: (1, 6), 1: (2, 7), 2: (3, 8), 3: (4, 9), 4: (5, 0)}[weekday]


def test_the_second_round_leaves_some_households_out(read: Read) -> None:
    roster, payments = read(LATER)
    entitled = len({row["person_id"] for row in payments if row["round"] == "2"}) / len(roster)
    assert 0.88 < entitled < 0.96
    assets = {row["person_id"] for row in roster if row["assets_over"] == "1"}
    assert not assets & {row["person_id"] for row in payments if row["round"] == "2"}


def test_the_cast_opens_the_file_and_stands_as_it_is_told(read: Read) -> None:
    roster, payments = read(MONDAY)
    listed = [member for member in CAST if member.listed]
    rows = {row["person_id"]: row for row in roster[: len(listed)]}
    status = {row["person_id"]: row["status"] for row in payments}
    assert list(rows) == [member.person_id for member in listed]
    for member in listed:
        row = rows[member.person_id]
        assert (row["name"], row["birth_date"], row["phone"], row["dong"]) == (
            member.name, member.birth_date.isoformat(), member.phone, member.dong
        )  # fmt: skip
        if member.person_id in status and member.paid:
            assert status[member.person_id] == member.paid
    assert status["park-seoyeon"] == status["park-doyun"] == "not_applied"
    assert status["choi-harin"] == "paid"


def test_who_is_not_listed_stands_in_no_file(read: Read) -> None:
    away = {member.name for member in CAST if not member.listed}
    assert away == {"정태원"}
    cast = {member.person_id for member in CAST if not member.listed}
    assert not cast & {row["person_id"] for row in read(MONDAY)[0]}


def test_no_phone_of_the_sample_can_be_anybodys(read: Read) -> None:
    assert all(row["phone"].startswith(("0100", "0101")) for row in read(MONDAY)[0] if row["phone"])
