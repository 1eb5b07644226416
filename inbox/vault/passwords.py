"""Passwords, hashed with Argon2id."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from inbox.request_slots import request_slots

MINIMUM = 10
MAXIMUM = 200

hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The hash to store."""
    return hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is the right one. Takes as long when there is no such person."""
    try:
        with request_slots.released():  # a tenth of a second in which Python runs other threads
            hasher.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobodys_hash() -> str:
    """What is compared when there is no such person. Made when first needed: it takes a while."""
    return hasher.hash("nobody signs in with this")
