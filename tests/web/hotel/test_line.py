"""The line: a manager's page about numbers, incidents and the ledger."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from inbox.extensions import db
from inbox.models import Conversation, Hotel, LedgerHour
from inbox.services.intake import receiving
from inbox.services.lines import incidents
from inbox.services.transaction import transaction
from inbox.web.hotel.ledger_chart import chart
from tests.cast.people import Cast

PAGE = "/h/grand-plaza/line"
PAGES = [PAGE, f"{PAGE}?day=yesterday", f"{PAGE}/quarantine"]


@pytest.mark.parametrize("page", PAGES)
def test_a_manager_may_the_desk_may_not_and_to_a_stranger_it_is_not_there(
    alice: FlaskClient, bob: FlaskClient, charlie: FlaskClient, page: str
) -> None:
    assert alice.get(page).status_code == 200
    refused = bob.get(page)
    assert refused.status_code == 403
    assert "role" in refused.text
    assert charlie.get(page).status_code == 404


def test_only_who_may_see_it_is_led_there(alice: FlaskClient, bob: FlaskClient) -> None:
    assert f'href="{PAGE}"' in alice.get("/h/grand-plaza/").text
    assert f'href="{PAGE}"' not in bob.get("/h/grand-plaza/").text


def test_everything_that_came_in_is_accounted_for(
    alice: FlaskClient, guest_writes: Callable[..., Conversation]
) -> None:
    for number in range(3):
        guest_writes(f"A{number}")
    page = alice.get(PAGE).text
    assert "3 of 3 accounted for." in page
    assert "0 of 0 accounted for." in alice.get(f"{PAGE}?day=yesterday").text


def test_what_is_in_quarantine_is_said_and_linked(alice: FlaskClient, cast: Cast) -> None:
    receiving.receive(cast.instance_id, b"not json")
    page = alice.get(PAGE).text
    assert "1 could not be read and is in quarantine" in page
    assert f'href="{PAGE}/quarantine"' in page


def test_incidents_are_told_open_and_over(alice: FlaskClient, cast: Cast) -> None:
    with transaction() as work:
        incidents.open_or_count(work, cast.hotel_id, cast.instance_id, incidents.WRONG_TOKEN)
        incidents.open_or_count(work, cast.hotel_id, cast.instance_id, incidents.SILENT)
    with transaction() as work:
        incidents.close(work, cast.instance_id, incidents.SILENT)
    page = alice.get(PAGE).text
    assert "wrong webhook token" in page
    assert "Over." in page


def test_another_hotels_numbers_are_not_there(
    charlie: FlaskClient, cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    guest_writes("A1")
    with transaction() as work:
        incidents.open_or_count(work, cast.hotel_id, cast.instance_id, incidents.WRONG_TOKEN)
    page = charlie.get("/h/seaview/line").text
    assert "1101000002" in page
    assert "1101000001" not in page
    assert "wrong webhook token" not in page
    assert "0 of 0 accounted for." in page


def test_a_day_that_is_none_is_refused_in_words(alice: FlaskClient) -> None:
    answer = alice.get(f"{PAGE}?day=tomorrow")
    assert answer.status_code == 400
    assert "only today and yesterday" in answer.text


def test_an_hour_stands_where_the_hotels_clock_has_it(cast: Cast) -> None:
    hotel = db.session.get_one(Hotel, cast.hotel_id)
    row = LedgerHour(
        hour=datetime(2026, 11, 23, 23, tzinfo=UTC),
        received=3,
        messages=2,
        recovered=1,
        quarantined=0,
        ignored=1,
    )
    hours = chart([row], hotel)
    assert [one.hour for one in hours if one.came] == [0]
    assert (hours[0].came, hours[0].received_height, hours[0].recovered_height) == (4, 75, 25)
    assert len(hours) == 24
