"""What personal data is sealed with: a data key for each owner, wrapped by the office's keys, and keyed lookups.

An *owner* is a person who writes to us, a resident of the roster, or a case. Erasing an owner is destroying the one
row with her key: what was sealed with it is then unreadable, in old backups too. Seals are AES-256-GCM by
`cryptography` with `table|column|row` as associated data, so that a sealed value moved elsewhere does not open.
The cipher stands behind this one file: an office that must use a validated module (KCMVP) changes it here.
"""

import base64
import hashlib
import os
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
FORMAT = b"\x01"
ID_LENGTH = 4
LOOKUP_BYTES = 16
KNOWN_KEYS = 2_500  # 6 MB: a key that is not known is opened in some microseconds


class Tampered(Exception):
    """A sealed value does not open here: changed, moved, or sealed with another key. Nothing of it is shown."""


class BadKeys(ValueError):
    """DATA_KEYS cannot be read; says which part."""


class Key:
    """One owner's data key."""

    __slots__ = ("_cipher", "_digest", "_secret")

    def __init__(self, secret: bytes) -> None:
        self._cipher, self._secret = AESGCM(secret), secret
        self._digest: Digest | None = None

    def digest(self, kind: str, value: str) -> bytes:
        """A keyed digest (16 bytes) that stays as it is when the office's keys are changed."""
        if self._digest is None:
            self._digest = Digest(hashlib.sha256(b"digest|" + self._secret).digest())
        return self._digest(kind, value)

    def seal(self, data: bytes, place: str) -> bytes:
        """Seal `data` for one place, `table|column|row`."""
        nonce = os.urandom(NONCE)
        return FORMAT + nonce + self._cipher.encrypt(nonce, data, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Open what was sealed for this place. Raises `Tampered`."""
        try:
            return self._cipher.decrypt(sealed[1 : NONCE + 1], sealed[NONCE + 1 :], place.encode())
        except (InvalidTag, ValueError) as error:
            raise Tampered(place.partition("|")[0]) from error


@dataclass(frozen=True, slots=True)
class OfficeKey:
    """One of the office's keys: `id` stands in front of what it wrapped; `lookup` makes keyed digests."""

    id: bytes
    wrap: bytes
    lookup: bytes


def new_office_key() -> str:
    """A fresh key as it is written in DATA_KEYS: `id:base64`, 32 bytes to wrap and 32 to look up."""
    return f"{os.urandom(2).hex()}:{base64.urlsafe_b64encode(os.urandom(64)).decode()}"


def read_office_keys(written: str) -> tuple[OfficeKey, ...]:
    """Read DATA_KEYS: one or more `id:base64`, newest first, parted by commas. Raises `BadKeys`."""
    found = []
    for number, part in enumerate((p.strip() for p in written.split(",") if p.strip()), 1):
        name, _, secret = part.partition(":")
        try:
            raw = base64.urlsafe_b64decode(secret.encode())
        except ValueError as error:
            raise BadKeys(f"DATA_KEYS: key {number} is not base64") from error
        if len(name) != ID_LENGTH or len(raw) != 64:
            raise BadKeys(f"DATA_KEYS: key {number} wants a name of {ID_LENGTH} letters and 64 bytes")
        found.append(OfficeKey(name.encode(), raw[:32], raw[32:]))
    if not found:
        raise BadKeys("DATA_KEYS is empty: make one with `python -m bot keys new`")
    return tuple(found)


class Digest:
    """HMAC-SHA256 with the key worked in once: half the time of `hmac.digest`, which does it for every value."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, secret: bytes) -> None:
        padded = secret.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def __call__(self, kind: str, value: str) -> bytes:
        """The first 16 bytes of the HMAC of `kind|value`; half a character in it (a lone surrogate) counts as `?`."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(f"{kind}|{value}".encode("utf-8", "replace"))
        outer.update(inner.digest())
        return outer.digest()[:LOOKUP_BYTES]


class Vault:
    """Makes, wraps and remembers data keys, and makes the keyed digests people are looked up by."""

    def __init__(self, office: tuple[OfficeKey, ...]) -> None:
        self._office = office
        self._wraps = {key.id: Key(key.wrap) for key in office}
        self._digests = tuple(Digest(key.lookup) for key in office)
        self._known: OrderedDict[UUID, Key] = OrderedDict()

    @classmethod
    def of(cls, written: str) -> "Vault":
        """The vault of DATA_KEYS as written. Raises `BadKeys`."""
        return cls(read_office_keys(written))

    @property
    def office(self) -> tuple[OfficeKey, ...]:
        """The office's keys, newest first: enough to make the same vault in another process."""
        return self._office

    def known(self, owner: UUID) -> Key | None:
        """The key if it was lately unwrapped."""
        key = self._known.get(owner)
        if key is not None:
            self._known.move_to_end(owner)
        return key

    def new_key(self, owner: UUID) -> tuple[Key, bytes]:
        """A fresh data key and its wrapped form for the table `keys`; not remembered until it is read back."""
        secret = os.urandom(32)
        return Key(secret), self._wrap(owner, secret)

    def unwrap(self, owner: UUID, sealed: bytes) -> Key:
        """The data key from its wrapped form. Raises `Tampered`, also when its office key is not here."""
        key = self.opened(owner, sealed)
        self._known[owner] = key
        if len(self._known) > KNOWN_KEYS:
            self._known.popitem(last=False)
        return key

    def opened(self, owner: UUID, sealed: bytes) -> Key:
        """Like `unwrap`, but not remembered: for a row that may not be committed yet."""
        return Key(self._unwrapped(owner, sealed))

    def rewrap(self, owner: UUID, sealed: bytes) -> bytes | None:
        """The same data key wrapped by the newest office key; None when it already is."""
        if sealed[:ID_LENGTH] == self._office[0].id:
            return None
        return self._wrap(owner, self._unwrapped(owner, sealed))

    def forget(self, owner: UUID) -> None:
        """Drop an erased owner's key from memory."""
        self._known.pop(owner, None)

    def lookup(self, kind: str, value: str) -> bytes:
        """The keyed digest (16 bytes) under which `value` is stored; `kind` keeps phones and names apart."""
        return self._digests[0](kind, value)

    def lookups(self, kind: str, value: str) -> tuple[bytes, ...]:
        """The digests `value` may be stored under while keys are being changed, newest first."""
        return tuple(digest(kind, value) for digest in self._digests)

    def _wrap(self, owner: UUID, secret: bytes) -> bytes:
        newest = self._office[0]
        return newest.id + self._wraps[newest.id].seal(secret, f"keys|sealed|{owner.hex}")

    def _unwrapped(self, owner: UUID, sealed: bytes) -> bytes:
        wrap = self._wraps.get(bytes(sealed[:ID_LENGTH]))
        if wrap is None:
            raise Tampered("keys")
        return wrap.open(sealed[ID_LENGTH:], f"keys|sealed|{owner.hex}")
