"""An id in a form or an address is read in one way, however long and odd it is."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from inbox.models import Conversation
from inbox.web.page import ids
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
TOO_LONG = "9" * 4301  # Python reads no longer numbers, and says so with a ValueError


@pytest.mark.parametrize("text", ["", "-1", "1.5", "٣", "9" * 19, TOO_LONG, "1\0", " 1", "x"])
def test_what_is_no_id_is_none(text: str) -> None:
    assert ids.read(text) is None


def test_the_longest_id_fits_into_a_row() -> None:
    assert ids.read("9" * 18) == 10**18 - 1 < 2**63


def test_a_first_message_from_a_number_that_is_none(bob: FlaskClient, cast: Cast) -> None:
    form = {"phone": "+34600123456", "body": "Hello", "client_ref": "r1", "instance": TOO_LONG}
    assert bob.post("/h/grand-plaza/new", data=form).status_code < 500


@pytest.mark.parametrize("text", [TOO_LONG, "9" * 19, "x"])
def test_every_other_form_refuses_it_too(
    alice: FlaskClient, cast: Cast, guest_writes: Writes, text: str
) -> None:
    conversation = guest_writes("A1")
    answers = [
        alice.get(f"/h/grand-plaza/changes?since={text}"),
        alice.get(f"/h/grand-plaza/changes?since=0&told={text}"),
        alice.get(f"/h/grand-plaza/changes?since=0&open={text}"),
        alice.get(f"/h/grand-plaza/line/quarantine?before={text}"),
        alice.post("/h/grand-plaza/m/1/forward", data={"to": text, "client_ref": "r1"}),
        alice.post(f"/h/grand-plaza/guests/{conversation.guest_id}/merge", data={"into": text}),
        alice.post(
            f"/h/grand-plaza/c/{conversation.id}/reply",
            data={"body": "Hello", "client_ref": "r2", "quoted": text},
        ),
    ]
    assert {one.status_code for one in answers} <= {200, 400, 422}  # never a fault of ours
