"""Errors of commands, as one clear line."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from inbox.errors import LobbyError

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

    return spoken
