"""What a hotel's screens say about its line, and about messages that were fetched afterwards."""

import json
from collections.abc import Callable

from flask.testing import FlaskClient

from inbox.models import Conversation
from inbox.services import changes
from inbox.services.intake import receiving
from inbox.services.lines import incidents
from inbox.services.transaction import transaction
from tests.cast.guest import incoming
from tests.cast.own_messages import pause
from tests.cast.people import Cast

DESK = "/h/grand-plaza/"


def happen(cast: Cast, kind: str) -> None:
    with transaction() as work:
        incidents.open_or_count(work, cast.hotel_id, cast.instance_id, kind, missed=1)


def test_an_incident_is_on_every_screen_of_that_hotel(
    alice: FlaskClient, charlie: FlaskClient, cast: Cast
) -> None:
    happen(cast, "webhook_set")
    page = alice.get(DESK).text
    assert 'class="line-bad"' in page
    assert "No messages can be collected since" in page
    assert "No messages can be collected" not in charlie.get("/h/seaview/").text


def test_it_appears_and_goes_without_loading_the_page(alice: FlaskClient, cast: Cast) -> None:
    before = changes.head(cast.hotel_id)
    happen(cast, "silent")
    assert "nothing has come in since" in alice.get(f"{DESK}changes?since={before}").text
    with transaction() as work:
        incidents.close(work, cast.instance_id, "silent")
    after = alice.get(f"{DESK}changes?since={before}").text
    assert 'id="line"' in after
    assert "nothing has come in since" not in after


def test_a_message_that_was_fetched_afterwards_is_marked(alice: FlaskClient, cast: Cast) -> None:
    for id_message, source in (("A1", "webhook"), ("A2", "journal")):
        body = json.dumps(incoming(id_message, f"text {id_message}")).encode()
        assert receiving.receive(cast.instance_id, body, source=source) == "applied"
    thread = alice.get(f"{DESK}c/1").text
    assert thread.count('class="recovered"') == 1
    assert thread.index("text A1") < thread.index('class="recovered"')


def test_every_page_of_the_hotel_says_that_its_line_is_down(
    alice: FlaskClient, cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    guest_writes("A1")
    pages = [DESK, f"{DESK}c/1", f"{DESK}line", f"{DESK}line/quarantine", f"{DESK}guests/1/same"]
    pages += [f"{DESK}m/1", f"{DESK}scheduled"]
    words = "The phone is not linked to WhatsApp. Scan the QR code again."
    assert not [page for page in pages if words in alice.get(page).text]
    pause(cast)
    for page in pages:
        shown = alice.get(page).text
        assert words in shown, page
        assert "Try now" in shown, page
