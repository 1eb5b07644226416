"""Green API's addresses, and what was asked there."""

import json

import responses

from inbox.greenapi import GreenApi
from tests.greenapi.conftest import TOKEN


def body_of(http: responses.RequestsMock, index: int = 0) -> object:
    """The body of the first call, or of a later one."""
    return json.loads(http.calls[index].request.body or b"")


def url_of(api: GreenApi, method: str) -> str:
    """Where a method is called."""
    return f"https://api.test/waInstance{api.id_instance}/{method}/{TOKEN}"
