"""The flag on the screen, and the button that takes it down."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from inbox.models import Conversation
from inbox.services import changes
from inbox.services.conversations import conversations, sentiment
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
ANGRY = 'Again no hot water <b>"here"</b>. A disgrace'
HX = {"HX-Request": "true"}


@pytest.fixture
def upset(cast: Cast, guest_writes: Writes) -> Conversation:
    return flagged(guest_writes, "A1", ANGRY)


def flagged(guest_writes: Writes, id_message: str, text: str) -> Conversation:
    conversation = guest_writes(id_message, text)
    sentiment.read_all(None)
    return conversation


def address(conversation: Conversation, tail: str = "") -> str:
    return f"/h/grand-plaza/c/{conversation.id}{tail}"


def test_row_and_thread_say_upset_and_why(alice: FlaskClient, upset: Conversation) -> None:
    page = alice.get(address(upset)).text
    assert page.count('class="chip sentiment-upset"') == 2
    assert 'title="“Again”, “no hot water”, “disgrace”"' in page
    assert 'data-sentiment-words="Upset: Lucía"' in page
    assert "Not upset" in page


def test_a_danger_is_told_apart_by_shape_and_word(
    alice: FlaskClient, cast: Cast, guest_writes: Writes
) -> None:
    page = alice.get(address(flagged(guest_writes, "A1", "Fire!!"))).text
    assert page.count('class="chip sentiment-danger"') == 2
    assert "No danger" in page
    assert "#warning" in page


def test_nobody_else_carries_a_flag(alice: FlaskClient, cast: Cast, guest_writes: Writes) -> None:
    page = alice.get(address(guest_writes("A1", "Good morning"))).text
    assert "chip sentiment-" not in page
    assert "data-sentiment=" not in page
    assert "/calm" not in page


def test_the_live_path_brings_it(alice: FlaskClient, cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    head = changes.head(cast.hotel_id)
    sentiment.read_all(None)
    url = f"/h/grand-plaza/changes?since={head}&open={conversation.id}&view=needs_us"
    assert alice.get(url).text.count('class="chip sentiment-upset"') == 2


def test_the_button_takes_it_down(alice: FlaskClient, cast: Cast, upset: Conversation) -> None:
    answer = alice.post(address(upset, "/calm?sentiment=upset"), headers=HX)
    assert answer.status_code == 204
    assert conversations.get(cast.hotel_id, upset.id).sentiment == ""
    assert "chip sentiment-" not in alice.get(address(upset)).text


def test_without_scripts_it_leads_back(alice: FlaskClient, upset: Conversation) -> None:
    answer = alice.post(address(upset, "/calm?sentiment=upset"))
    assert (answer.status_code, answer.headers["Location"]) == (303, address(upset))


def test_nobody_of_another_hotel_presses_it(
    charlie: FlaskClient, cast: Cast, upset: Conversation
) -> None:
    for slug in ("grand-plaza", "seaview"):
        assert charlie.post(f"/h/{slug}/c/{upset.id}/calm?sentiment=danger").status_code == 404
    assert conversations.get(cast.hotel_id, upset.id).sentiment == "upset"
