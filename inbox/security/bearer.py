"""Who a program speaks for: the hotel of the token in `Authorization: Bearer …`."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request
from werkzeug.exceptions import Unauthorized

from inbox.security import pace
from inbox.security.tenancy import GUARDED
from inbox.services.hotels import api_tokens

Params = ParamSpec("Params")
Answer = TypeVar("Answer")


def token_required(view: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Let in only a program with a valid token. Sets `g.hotel` and `g.token_id`; otherwise 401,
    and 429 when the hotel's programs call too often.
    """

    @wraps(view)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        found = api_tokens.hotel_of(token.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise Unauthorized("Show a valid token of this hotel: Authorization: Bearer <token>.")
        g.hotel, g.token_id = found
        pace.keep()
        return view(*args, **kwargs)

    setattr(guarded, GUARDED, True)
    return guarded
