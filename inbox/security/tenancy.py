"""The hotel of a request: taken from the address, once, and only if the person works there
(D10).
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g
from flask_login import current_user, login_required

from inbox.errors import Forbidden
from inbox.models import ROLES

Params = ParamSpec("Params")
Answer = TypeVar("Answer")

GUARDED = "_lobby_guarded"


def hotel_required(view: Callable[Params, Answer]) -> Callable[..., Answer]:
    """Let in only who is signed in and works for the hotel `slug` of the address.

    Sets `g.hotel` and `g.role` and takes `slug` out of the arguments. To a stranger the hotel does
    not exist: 404, never 403.
    """

    @wraps(view)
    @login_required  # type: ignore[untyped-decorator]
    def guarded(slug: str, *args: Params.args, **kwargs: Params.kwargs) -> Answer:
        desk = current_user.at(slug)
        g.hotel, g.role = desk.hotel, desk.role
        return view(*args, **kwargs)

    setattr(guarded, GUARDED, True)
    return guarded


def require_role(least: str) -> None:
    """Raise `Forbidden` unless the person is at least this: front_desk, manager or owner."""
    if ROLES.index(g.role) < ROLES.index(least):
        raise Forbidden()
