"""Errors of commands, as one clear line."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from inbox.errors import LobbyError
from inbox.services.readiness import DATABASE_AWAY

NO_DATABASE = (
    "The database does not answer, or its tables are not those of this version. "
    "Look at DATABASE_URL, then run: flask --app wsgi db upgrade"
)

Params = ParamSpec("Params")
Answer = TypeVar("Answer")


def in_words(command: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Turn what a service raises into a line on standard error and exit code 1."""

    @wraps(command)
    def spoken(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        try:
            return command(*args, **kwargs)
        except LobbyError as error:
            raise click.ClickException(error.message) from None
        except DATABASE_AWAY:
            raise click.ClickException(NO_DATABASE) from None
        except UnicodeError:
            raise click.ClickException("The text must be UTF-8 without odd characters.") from None

    return spoken
