"""Secrets at rest (D13) and one-way digests of tokens."""

import hashlib
import os
import secrets as stdlib_secrets
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class SecretUnreadable(Exception):
    """The sealed value does not open: a wrong or lost key, or a value moved from another row."""


class SealedRow(Protocol):
    """An instance with sealed columns, or the part of it that was asked for."""

    @property
    def hotel_id(self) -> int: ...

    @property
    def id_instance(self) -> int: ...


class Vault:
    """A ring of AES-256-GCM keys. The first one seals; all of them open.

    A sealed value is `key name` 0x00 `nonce` `ciphertext`. Its associated data name the hotel, the
    instance, the column and the key, so that a value copied to another row does not open there.
    """

    def __init__(self) -> None:
        self._keys: dict[str, AESGCM] = {}

    def bind(self, keys: tuple[tuple[str, bytes], ...]) -> None:
        """Take the key ring, newest first."""
        self._keys = {name: AESGCM(key) for name, key in keys}

    def seal(self, text: str, *, hotel_id: int, id_instance: int, column: str) -> bytes:
        """`text` encrypted with the newest key."""
        name, cipher = next(iter(self._keys.items()))
        nonce = os.urandom(NONCE_BYTES)
        context = f"{hotel_id}/{id_instance}/{column}/{name}".encode()
        return name.encode() + b"\0" + nonce + cipher.encrypt(nonce, text.encode(), context)

    def open(self, row: SealedRow, column: str) -> str | None:
        """Read this column of an instance in clear; None when it holds nothing. Raises
        `SecretUnreadable`.
        """
        sealed: bytes | None = getattr(row, f"{column}_sealed")
        if sealed is None:
            return None
        name_bytes, _, rest = sealed.partition(b"\0")
        name = name_bytes.decode(errors="replace")
        cipher = self._keys.get(name)
        if cipher is None:
            raise SecretUnreadable(f"LOBBY_ENCRYPTION_KEYS has no key named {name!r}.")
        context = f"{row.hotel_id}/{row.id_instance}/{column}/{name}".encode()
        try:
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], context).decode()
        except (InvalidTag, ValueError):
            raise SecretUnreadable("A stored secret does not open with its key.") from None


vault = Vault()


def new_token() -> str:
    """A random token for people to copy: 43 letters, digits, '-' and '_'."""
    return stdlib_secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """SHA-256 of a random token, in hex. Not for passwords, which people choose."""
    return hashlib.sha256(token.encode()).hexdigest()
