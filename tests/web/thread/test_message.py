"""What a bubble says of a message of ours, and what a person does with it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from inbox import clock
from inbox.extensions import db
from inbox.models import CHECKS_BEFORE_ASKING, Conversation
from inbox.services import changes
from tests.cast.own_messages import HX, ours, pause, read
from tests.cast.people import Cast

THREAD = "/h/grand-plaza/c/1"
Writes = Callable[..., Conversation]


@pytest.fixture(autouse=True)
def _a_guest(guest_writes: Writes) -> None:
    guest_writes("A1")


def held(cast: Cast) -> str:
    at = clock.now() + timedelta(hours=1)
    return ours(cast, "queued", hold_reason="first_contact_limit", not_before=at)


def doubtful(cast: Cast) -> str:
    return ours(cast, "unconfirmed", checks=CHECKS_BEFORE_ASKING, claimed_at=clock.now())


# ---- what it says


@pytest.mark.parametrize(
    ("status", "columns", "words"),
    [
        ("queued", {}, "Waiting to be sent."),
        ("uploading", {}, "The file is on its way to WhatsApp."),
        ("failed", {"failure_text": "This number has no WhatsApp."}, "has no WhatsApp"),
        ("expired", {"failure_text": "Not sent: it waited too long."}, "waited too long"),
        ("unconfirmed", {}, "it is never sent twice"),
        (
            "unconfirmed",
            {"checks": CHECKS_BEFORE_ASKING},
            "WhatsApp does not say whether this arrived",
        ),
        ("cancelled", {"failure_code": "retried"}, "Tried again below."),
        ("cancelled", {"failure_code": "discarded"}, "Discarded, not sent."),
        ("cancelled", {"failure_code": "called_back"}, "Cancelled before it went out."),
        ("sent", {"overdue_at": clock.now()}, "The guest’s phone may be off."),
        ("accepted", {"failure_code": "confirmed"}, "Somebody here confirmed that it arrived"),
    ],
)
def test_each_state_is_told_in_words(
    alice: FlaskClient, cast: Cast, status: str, columns: dict[str, Any], words: str
) -> None:
    ours(cast, status, **columns)
    assert words in alice.get(THREAD).text


def test_what_is_held_back_says_why_and_who_may_let_it_go(
    alice: FlaskClient, bob: FlaskClient, cast: Cast
) -> None:
    held(cast)
    for client in (alice, bob):
        page = client.get(THREAD).text
        assert "WhatsApp bans numbers that write first to many people. This goes out" in page
        assert 'class="for-managers"' in page
        assert 'class="for-desk"' in page
    assert 'class="desk role-manager"' in alice.get(THREAD).text
    assert 'class="desk role-front_desk"' in bob.get(THREAD).text


def test_the_pause_of_the_line_is_told_at_the_bubble_while_we_look(
    alice: FlaskClient, cast: Cast
) -> None:
    address = ours(cast, "queued")
    before = changes.head(cast.hotel_id)
    pause(cast)
    news = alice.get(f"/h/grand-plaza/changes?since={before}&open=1").text
    assert f'id="m-{address.rpartition("/")[2]}"' in news
    assert "Waits here until WhatsApp takes messages again, or until" in news
    assert "Scan the QR code again. What you write waits here." in news


def test_another_attempt_is_visible_as_such(alice: FlaskClient, cast: Cast) -> None:
    answer = alice.post(f"{ours(cast, 'failed')}/retry", headers=HX)
    assert "Tried again" in answer.text


# ---- what is done

ACTS: list[tuple[Callable[[Cast], str], str, str]] = [
    (lambda cast: ours(cast, "failed"), "discard", "cancelled"),
    (lambda cast: ours(cast, "expired"), "discard", "cancelled"),
    (lambda cast: ours(cast, "failed"), "retry", "cancelled"),
    (lambda cast: ours(cast, "queued"), "cancel", "cancelled"),
    (held, "cancel", "cancelled"),
    (held, "waive", "queued"),
    (doubtful, "check", "unconfirmed"),
    (doubtful, "arrived", "accepted"),
    (doubtful, "send-again", "queued"),
    (lambda cast: ours(cast, "sent"), "delete", "sent"),
]
WAYS = [pytest.param(*act, id=f"{act[1]}-{act[2]}-{n}") for n, act in enumerate(ACTS)]


@pytest.mark.parametrize(("state", "act", "status"), WAYS)
def test_a_button_answers_htmx_with_a_bubble(
    alice: FlaskClient, cast: Cast, state: Callable[[Cast], str], act: str, status: str
) -> None:
    address = state(cast)
    answer = alice.post(f"{address}/{act}", headers=HX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<li")
    assert read(address).status == status


def test_who_said_that_it_arrived_stands_at_the_tick_for_everybody(
    alice: FlaskClient, bob: FlaskClient, cast: Cast
) -> None:
    address = doubtful(cast)
    bubble = alice.post(f"{address}/arrived", headers=HX).text
    for text in (bubble, bob.get(THREAD).text):
        assert re.search(r'title="Alice confirmed that it arrived \(\d\d:\d\d\)"', text)
        assert re.search(r"Alice confirmed that it arrived \(\d\d:\d\d\)\.", text)


@pytest.mark.parametrize(("state", "act", "status"), WAYS)
def test_without_scripts_it_leads_back_to_the_thread(
    alice: FlaskClient, cast: Cast, state: Callable[[Cast], str], act: str, status: str
) -> None:
    address = state(cast)
    answer = alice.post(f"{address}/{act}")
    assert (answer.status_code, answer.headers["Location"]) == (303, THREAD)
    assert read(address).status == status


@pytest.mark.parametrize(
    ("state", "act"), [(s, a) for s, a, _ in ACTS if a not in ("check", "delete")]
)
def test_a_double_click_is_refused_in_words(
    alice: FlaskClient, cast: Cast, state: Callable[[Cast], str], act: str
) -> None:
    address = state(cast)
    assert alice.post(f"{address}/{act}", headers=HX).status_code == 200
    row = read(address)
    again = alice.post(f"{address}/{act}", headers=HX)
    assert again.status_code == 409
    assert again.text.startswith("<p>")
    assert (read(address).status, read(address).rank) == (row.status, row.rank)


@pytest.mark.parametrize("act", ["retry", "discard", "waive", "check", "arrived", "send-again"])
def test_what_is_well_needs_nothing_done(alice: FlaskClient, cast: Cast, act: str) -> None:
    assert alice.post(f"{ours(cast, 'delivered')}/{act}", headers=HX).status_code == 409


def test_only_a_manager_lets_it_go(bob: FlaskClient, cast: Cast) -> None:
    address = held(cast)
    assert bob.post(f"{address}/waive", headers=HX).status_code == 403
    assert read(address).hold_reason == "first_contact_limit"


def test_a_guests_message_cannot_be_let_go_or_deleted(alice: FlaskClient) -> None:
    for act in ("waive", "edit", "delete", "send-again"):
        answer = alice.post("/h/grand-plaza/m/1/" + act, data={"body": "x"}, headers=HX)
        assert answer.status_code in (404, 409, 422), act


# ---- the menu


def test_the_menu_offers_what_is_possible_at_this_moment(alice: FlaskClient, cast: Cast) -> None:
    fresh = alice.get(ours(cast, "sent"), headers=HX).text
    for words in ("Reply", "Copy the text", "Forward…", "Edit", "Delete for everyone…"):
        assert words in fresh
    assert "no way to react" in fresh
    assert "Cancel, do not send" not in fresh
    assert "Cancel, do not send" in alice.get(ours(cast, "queued", "r2"), headers=HX).text
    long_ago = clock.now() - timedelta(days=3)
    late = alice.get(ours(cast, "read", "r3", accepted_at=long_ago), headers=HX).text
    assert "15 minutes only" in late
    assert "two days only" in late
    assert "/edit" not in late


def test_a_guests_message_can_be_quoted_copied_and_forwarded(alice: FlaskClient) -> None:
    menu = alice.get("/h/grand-plaza/m/1", headers=HX).text
    assert 'data-quote="1"' in menu
    assert 'data-copy="Hello"' in menu
    assert "Edit" not in menu


@pytest.mark.parametrize("question", ["", "/delete", "/send-again", "/edit", "/forward"])
def test_every_question_is_a_page_without_scripts(
    alice: FlaskClient, cast: Cast, question: str
) -> None:
    address = ours(cast, "sent")
    page = alice.get(address + question).text
    assert "<html" in page
    assert "csrf_token" in page
    assert "The pool opens at 8" in page
    fragment = alice.get(address + question, headers=HX).text
    assert "<html" not in fragment


# ---- a late failure


def test_a_failure_is_a_chip_an_alarm_and_a_way_to_the_message(
    alice: FlaskClient, cast: Cast
) -> None:
    address = ours(cast, "failed")
    page = alice.get(THREAD).text
    assert page.count("Not sent</span>") == 2  # in the list, and above the thread
    assert "data-unsent=" in page
    assert 'data-unsent-words="Not sent: a message to Lucía"' in page
    assert f'data-show="m-{address.rpartition("/")[2]}"' in page
    alice.post(f"{address}/discard")
    assert "data-unsent" not in alice.get(THREAD).text


def test_a_failure_far_up_is_on_the_page_that_the_way_leads_to(
    alice: FlaskClient, cast: Cast, guest_writes: Writes
) -> None:
    address = ours(cast, "failed")
    number = address.rpartition("/")[2]
    for n in range(55):
        guest_writes(f"B{n}", timestamp=int(clock.now().timestamp()) + n)
    page = alice.get(THREAD).text
    assert f'id="m-{number}"' not in page
    way = page.split(f'#m-{number}" data-show')[0].rpartition('href="')[2].replace("&amp;", "&")
    assert f'id="m-{number}"' in alice.get(way).text
    conversation = db.session.get_one(Conversation, 1)
    assert conversation.failed_at is not None
