"""What services raise. Doors turn these into answers; `message` is always fit for the person at
the desk.

LobbyError
├── NotFound      not there, or not this hotel's: the two are never told apart
├── Forbidden     signed in and a member, but the role does not allow it
├── Invalid       the input is wrong; `fields` says where, in words
└── Conflict      true at an earlier moment, no longer
"""

from collections.abc import Mapping


class LobbyError(Exception):
    """Base of all errors that a person may be told about."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(LobbyError):
    """The thing does not exist for this hotel."""

    def __init__(self, message: str = "There is nothing here.") -> None:
        super().__init__(message)


class Forbidden(LobbyError):
    """The person's role does not allow this."""

    def __init__(self, message: str = "Your role does not allow this.") -> None:
        super().__init__(message)


class Invalid(LobbyError):
    """The input cannot be used. `fields` maps a field's name to a sentence about it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class Conflict(LobbyError):
    """The request no longer fits the state of things."""
