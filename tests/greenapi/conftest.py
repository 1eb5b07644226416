"""An instance and its secrets."""

from collections.abc import Callable, Iterator

import pytest
import responses

from inbox.greenapi import GreenApi, Timeout

ID_INSTANCE = 1101000001
TOKEN = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345"
At = Callable[[str], GreenApi]
IMPATIENT = Timeout(connect=0.4, read=0.4, total=1.0)


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def api() -> GreenApi:
    return GreenApi(ID_INSTANCE, TOKEN, api_url="https://api.test", media_url="https://media.test")


@pytest.fixture
def at() -> At:
    """A client of a server on this machine, with short timeouts."""

    def make(url: str) -> GreenApi:
        return GreenApi(ID_INSTANCE, TOKEN, api_url=url, media_url=url, timeout=IMPATIENT)

    return make
