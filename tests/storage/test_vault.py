"""Seals open only where they were made, keys are erased by erasing one row, lookups keep kinds apart."""

import hmac
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import vault as vault_module
from storage.ids import new_id
from storage.vault import BadKeys, Digest, Tampered, Vault, new_office_key, read_office_keys

OLD, NEW = new_office_key(), new_office_key()


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_was_sealed_opens_in_its_place(data: bytes, place: str) -> None:
    key, _ = Vault.of(OLD).new_key(new_id())
    assert key.open(key.seal(data, place), place) == data


def test_a_seal_moved_cut_or_changed_does_not_open() -> None:
    key, _ = Vault.of(OLD).new_key(new_id())
    sealed = key.seal(b"name", "people|sealed|1")
    for wrong, place in (
        (sealed, "people|sealed|2"),
        (sealed[:-1], "people|sealed|1"),
        (sealed[:5], "people|sealed|1"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), "people|sealed|1"),
    ):
        with pytest.raises(Tampered):
            key.open(wrong, place)


def test_what_does_not_open_shows_nothing_of_itself() -> None:
    key, _ = Vault.of(OLD).new_key(new_id())
    with pytest.raises(Tampered) as caught:
        key.open(key.seal(b"secret", "a|b|c"), "people|sealed|1")
    assert str(caught.value) == "people"


def test_a_wrapped_key_belongs_to_its_owner() -> None:
    vault, owner = Vault.of(OLD), new_id()
    _, wrapped = vault.new_key(owner)
    with pytest.raises(Tampered):
        vault.unwrap(new_id(), wrapped)


def test_a_fresh_key_is_not_remembered_before_it_is_read_back() -> None:
    vault, owner = Vault.of(OLD), new_id()
    _, wrapped = vault.new_key(owner)
    assert vault.known(owner) is None
    vault.opened(owner, wrapped)
    assert vault.known(owner) is None
    vault.unwrap(owner, wrapped)
    assert vault.known(owner) is not None
    vault.forget(owner)
    assert vault.known(owner) is None


def test_rewrapping_changes_the_wrap_and_not_the_key() -> None:
    owner = new_id()
    key, wrapped = Vault.of(OLD).new_key(owner)
    sealed = key.seal(b"name", "p")
    again = Vault.of(f"{NEW},{OLD}").rewrap(owner, wrapped)
    assert again is not None
    assert Vault.of(NEW).unwrap(owner, again).open(sealed, "p") == b"name"
    assert Vault.of(NEW).rewrap(owner, again) is None
    with pytest.raises(Tampered):
        Vault.of(NEW).unwrap(owner, wrapped)


def test_lookups_are_tried_newest_first_and_kinds_are_apart() -> None:
    both = Vault.of(f"{NEW},{OLD}")
    assert both.lookups("phone", "1") == (Vault.of(NEW).lookup("phone", "1"), Vault.of(OLD).lookup("phone", "1"))
    assert both.lookup("phone", "1") != both.lookup("name", "1")


@given(st.binary(min_size=1, max_size=64), st.text(max_size=60), st.text(max_size=60))
def test_digests_are_hmac_sha256(secret: bytes, kind: str, value: str) -> None:
    assert Digest(secret)(kind, value) == hmac.digest(secret, f"{kind}|{value}".encode(), "sha256")[:16]


@pytest.mark.parametrize(
    "written",
    ["", " , ", "abcd", "abcd:%%%", "abcd:AAAA", f"abc:{OLD[5:]}"],
    ids=["nothing", "only a comma", "no secret", "not base64", "too short", "a short name"],
)
def test_keys_that_cannot_be_read_are_refused_without_being_shown(written: str) -> None:
    with pytest.raises(BadKeys) as caught:
        read_office_keys(written)
    assert OLD[5:] not in str(caught.value)


def test_the_same_vault_can_be_made_in_another_process() -> None:
    owner = UUID(int=7)
    here = Vault.of(OLD)
    _, wrapped = here.new_key(owner)
    assert Vault(here.office).unwrap(owner, wrapped) is not None


def test_a_key_that_is_no_base64_is_named_by_its_place() -> None:
    with pytest.raises(BadKeys, match="key 2 is not base64"):
        read_office_keys(f"{OLD},abcd:abc")


def test_only_so_many_keys_are_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "KNOWN_KEYS", 2)
    vault = Vault.of(OLD)
    owners = [new_id() for _ in range(3)]
    for owner in owners:
        vault.unwrap(owner, vault.new_key(owner)[1])
    assert [vault.known(owner) is not None for owner in owners] == [False, True, True]
