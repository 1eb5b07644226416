"""What a drawing costs the database, for who asks first and for everybody else."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from inbox.models import Conversation
from inbox.services.hotels import staff
from tests.cast.changes import ask
from tests.cast.people import Cast
from tests.cast.statements import counted

Writes = Callable[..., Conversation]
pytestmark = pytest.mark.usefixtures("moment")


def test_the_second_who_asks_costs_one_question(
    alice: FlaskClient, bob: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1")
    with counted() as first:
        answer = ask(alice, 0, open=1)
    with counted() as second:
        assert ask(bob, 0, open=1) == answer
    assert len(first) <= 16
    assert len(second) == 1
    assert "staff_session" in second[0]


def test_the_first_who_asks_for_a_list_alone_costs_six(
    alice: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1")
    with counted() as statements:
        ask(alice, 0)
    assert len(statements) <= 6


def test_looking_writes_nothing(alice: FlaskClient, guest_writes: Writes) -> None:
    guest_writes("A1")
    with counted() as statements:
        ask(alice, 0, open=1)
    assert all(one.startswith("SELECT") for one in statements)


def test_a_list_of_many_hotels_costs_no_more(
    cast: Cast, alice: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1")
    with counted() as one:
        ask(alice, 0)
    staff.grant("alice@example.com", "seaview", "front_desk")
    guest_writes("A2")
    with counted() as two:
        assert "Seaview" in ask(alice, 0)
    assert len(two) == len(one)
