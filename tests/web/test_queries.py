"""A page asks the database a fixed number of questions, however long the list is (T4)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from inbox.models import Conversation
from tests.cast.statements import counted


@pytest.mark.parametrize(
    "address",
    [
        "/h/grand-plaza/",
        "/h/grand-plaza/c/1",
        "/h/grand-plaza/list?q=44",
        "/h/grand-plaza/changes?since=0&open=1",
    ],
)
def test_it_does_not_ask_once_per_row(
    alice: FlaskClient, guest_writes: Callable[..., Conversation], address: str
) -> None:
    def questions() -> int:
        with counted() as statements:
            assert alice.get(address).status_code == 200
        return len([one for one in statements if one.startswith("SELECT")])

    guest_writes("A0", chat_id="447700900000@c.us")
    few = questions()
    for n in range(1, 12):
        guest_writes(f"A{n}", chat_id=f"44770090{n:04d}@c.us")
        guest_writes(f"B{n}", chat_id="447700900000@c.us")
    assert questions() == few
    assert few <= 18
