"""One conversation: reading and answering it, and what is refused."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import Conversation, Message
from inbox.services.transaction import transaction
from tests.cast import desk
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
HX = {"HX-Request": "true"}


@pytest.fixture
def thread_url(guest_writes: Writes) -> str:
    return f"/h/grand-plaza/c/{guest_writes('A1', '*Hello* <script>').id}"


def sent() -> int:
    query = select(func.count()).select_from(Message).where(Message.direction == "out")
    return db.session.scalar(query) or 0


def test_the_page_shows_the_guests_words_safely(alice: FlaskClient, thread_url: str) -> None:
    page = alice.get(thread_url).text
    assert "<strong>Hello</strong> &lt;script&gt;" in page
    assert 'id="composer"' in page
    assert "+44 7700 900 318" in page


def test_htmx_gets_the_thread_alone(alice: FlaskClient, thread_url: str) -> None:
    fragment = alice.get(thread_url, headers=HX).text
    assert 'id="thread"' in fragment
    assert "<html" not in fragment
    restored = alice.get(thread_url, headers=HX | {"HX-History-Restore-Request": "true"}).text
    assert "<html" in restored


def test_a_reply_is_a_bubble_for_htmx(alice: FlaskClient, thread_url: str) -> None:
    answer = alice.post(
        f"{thread_url}/reply", data={"body": "Yes & more", "client_ref": "ref-1"}, headers=HX
    )
    assert answer.status_code == 200
    assert 'data-client-ref="ref-1"' in answer.text
    assert "Yes &amp; more" in answer.text
    assert "Waiting to be sent" in answer.text
    assert "<html" not in answer.text


def test_without_scripts_a_reply_leads_back_to_the_page(
    alice: FlaskClient, thread_url: str
) -> None:
    answer = alice.post(f"{thread_url}/reply", data={"body": "Yes", "client_ref": "ref-1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, thread_url)
    assert "Yes" in alice.get(thread_url).text


def test_a_double_click_sends_once_and_shows_the_same_bubble(
    alice: FlaskClient, thread_url: str
) -> None:
    data = {"body": "Once", "client_ref": "ref-1"}
    first, second = (
        alice.post(f"{thread_url}/reply", data=data, headers=HX).text for _ in range(2)
    )
    assert first == second
    assert sent() == 1


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 20_001])
def test_what_cannot_be_sent_is_refused_in_words(
    alice: FlaskClient, thread_url: str, body: str
) -> None:
    data = {"body": body, "client_ref": "ref-1"}
    fragment = alice.post(f"{thread_url}/reply", data=data, headers=HX)
    assert fragment.status_code == 422
    assert "<" not in fragment.text
    page = alice.post(f"{thread_url}/reply", data=data)
    assert page.status_code == 422
    assert fragment.text.strip() in page.text
    assert f">{body}</textarea>" in page.text
    assert sent() == 0


def test_only_a_message_of_this_thread_can_be_quoted(alice: FlaskClient, thread_url: str) -> None:
    def reply(quoted: str) -> int:
        data = {"body": "b", "client_ref": f"ref-{quoted}", "quoted": quoted}
        return alice.post(f"{thread_url}/reply", data=data, headers=HX).status_code

    assert [reply(quoted) for quoted in ("1", "999", "x", "-1", "9" * 30)] == [200] + [422] * 4


def test_a_body_beyond_all_measure_is_413(alice: FlaskClient, thread_url: str) -> None:
    answer = alice.post(
        f"{thread_url}/reply", data={"body": "x" * 2_000_000, "client_ref": "r"}, headers=HX
    )
    assert answer.status_code == 413
    assert "more than we can take" in answer.text


def test_seen_done_and_reopen_act_and_say_nothing_to_htmx(
    alice: FlaskClient, thread_url: str
) -> None:
    for verb, status, unread in (("seen", "open", 0), ("done", "done", 0), ("reopen", "open", 0)):
        answer = alice.post(f"{thread_url}/{verb}", headers=HX)
        assert (answer.status_code, answer.text) == (204, "")
        conversation = db.session.get_one(Conversation, 1)
        db.session.refresh(conversation)
        assert (conversation.status, conversation.unread_count) == (status, unread)
        assert alice.post(f"{thread_url}/{verb}").status_code == 303


def test_acts_need_a_post(alice: FlaskClient, thread_url: str) -> None:
    for verb in ("reply", "seen", "done", "reopen"):
        assert alice.get(f"{thread_url}/{verb}").status_code == 405


def test_acts_need_the_token_of_the_page(app: Flask, alice: FlaskClient, thread_url: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    data = {"body": "b", "client_ref": "r"}
    answer = alice.post(f"{thread_url}/reply", data=data, headers=HX)
    assert answer.status_code == 400
    assert "Reload it" in answer.text
    page = alice.get(thread_url).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    data |= {"csrf_token": token}
    assert alice.post(f"{thread_url}/reply", data=data, headers=HX).status_code == 200
    assert alice.post(f"{thread_url}/done", headers=HX | {"X-CSRFToken": token}).status_code == 204


def test_a_failed_message_can_be_tried_again_or_discarded(
    cast: Cast, alice: FlaskClient, thread_url: str
) -> None:
    ids = [
        desk.send_text(cast.hotel_id, 1, cast.alice_id, "Try me", f"ref-{n}").id for n in range(2)
    ]
    with transaction() as work:
        for message_id in ids:
            message = work.session.get_one(Message, message_id)
            message.status, message.failure_text = "failed", "The phone was offline."
    page = alice.get(thread_url).text
    assert page.count("The phone was offline.") == 2
    assert page.count("Try again</button>") >= 2
    again = alice.post(f"/h/grand-plaza/m/{ids[0]}/retry", headers=HX)
    assert again.status_code == 200
    assert "Try me" in again.text
    twice = alice.post(f"/h/grand-plaza/m/{ids[0]}/retry", headers=HX)
    assert twice.status_code == 409
    assert "did not fail" in twice.text
    gone = alice.post(f"/h/grand-plaza/m/{ids[1]}/discard", headers=HX)
    assert "Discarded, not sent." in gone.text


def test_older_messages_come_in_pages(alice: FlaskClient, guest_writes: Writes) -> None:
    for n in range(53):
        guest_writes(f"A{n}", f"Number {n}!", timestamp=1_763_000_000 + n)
    page = alice.get("/h/grand-plaza/c/1").text
    assert "Number 2!" not in page
    address = page.split('id="older-messages" href="')[1].split('hx-get="')[1].split('"')[0]
    older = alice.get(address.replace("&amp;", "&"), headers=HX).text
    assert [f"Number {n}!" in older for n in range(4)] == [True, True, True, False]
    assert "This is where the conversation begins." in older
    assert alice.get("/h/grand-plaza/c/1/older?before=junk", headers=HX).status_code == 400


def test_what_is_new_is_marked_for_the_one_who_has_not_seen_it(
    alice: FlaskClient, bob: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1", "First")
    alice.post("/h/grand-plaza/c/1/seen", headers=HX)
    bob.post("/h/grand-plaza/c/1/seen", headers=HX)
    guest_writes("A2", "Second")
    alice.post("/h/grand-plaza/c/1/seen", headers=HX)
    assert "1 new message<" in bob.get("/h/grand-plaza/c/1").text
    assert "new message<" not in alice.get("/h/grand-plaza/c/1").text


def test_a_row_and_a_bubble_are_the_same_for_everybody(
    alice: FlaskClient, bob: FlaskClient, thread_url: str
) -> None:
    def parts(client: FlaskClient) -> tuple[str, str]:
        page = client.get(thread_url).text
        row = page.split('<ol class="rows"')[1].split("</ol>")[0]
        return row, page.split('<ol class="messages"')[1].split("</ol>")[0]

    assert parts(alice) == parts(bob)
