"""Journey 2: staff reply, the guest has it once, and the ticks move to read on every page."""

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.conftest import House
from tests.stack import wait_until
from tests.stack.database import ask, conversation_of, number

GUEST = "447700900411@c.us"


@pytest.fixture(scope="module")
def conversation_id(house: House) -> int:
    house.stack.simulator.write(
        house.hotel.id_instance, GUEST, text="A towel, please", sender_name="Ben"
    )
    wait_until(lambda: conversation_of(house.stack, house.hotel, GUEST), what="the conversation")
    return conversation_of(house.stack, house.hotel, GUEST)


def texts(house: House, chat_id: str = GUEST) -> list[str]:
    """What the guest has on the phone."""
    return [row["text"] for row in house.stack.simulator.received(house.hotel.id_instance, chat_id)]


def status(house: House, message_id: int) -> dict[str, Any]:
    body: dict[str, Any] = house.stack.status(house.hotel, message_id).json()
    return body


def read(house: House, message_id: int) -> bool:
    return bool(status(house, message_id)["status"] == "read")


def test_a_reply_reaches_the_guest_once_and_its_ticks_go_to_read(
    house: House, conversation_id: int
) -> None:
    before = house.colleague.cursor()
    with house.colleague.listen() as socket:
        answer = house.desk.reply(conversation_id, "On its *way*\nwithin ten minutes")
        assert answer.status_code == 200, answer.text
        message_id = _bubble_id(answer.text)
        wait_until(lambda: read(house, message_id), what="the read tick")
        wait_until(lambda: max(socket.seqs(), default=0) > before, what="the colleague's signal")
    news = house.colleague.changes(before, conversation_id, "waiting")
    assert f'id="m-{message_id}"' in news
    assert 'tick-read" title="Read"' in news
    assert "Alice" in news
    assert texts(house).count("On its *way*\nwithin ten minutes") == 1
    told = status(house, message_id)
    moments = [told[name] for name in ("queued_at", "sent_at", "delivered_at", "read_at")]
    assert all(moments)
    assert told["id_message"]
    assert told["failure"] is None


def _bubble_id(fragment: str) -> int:
    found = re.search(r'id="m-(\d+)"', fragment)
    assert found, fragment
    return int(found[1])


def test_a_reply_may_quote_what_the_guest_wrote(house: House, conversation_id: int) -> None:
    ((quoted,),) = ask(
        house.stack,
        "SELECT max(id) FROM message WHERE conversation_id = ? AND direction = 'in'",
        conversation_id,
    )
    message_id = _bubble_id(house.desk.reply(conversation_id, "This one?", quoted=str(quoted)).text)
    wait_until(lambda: read(house, message_id), what="the read tick")
    (got,) = [
        row
        for row in house.stack.simulator.received(house.hotel.id_instance, GUEST)
        if row["text"] == "This one?"
    ]
    ((id_message,),) = ask(house.stack, "SELECT id_message FROM message WHERE id = ?", quoted)
    assert got["quotedMessageId"] == id_message


def test_a_double_click_and_a_nervous_one_send_once(house: House, conversation_id: int) -> None:
    ref = str(uuid4())
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: house.desk.reply(conversation_id, "Only once", client_ref=ref), range(8)
            )
        )
    assert {answer.status_code for answer in answers} == {200}
    (message_id,) = {_bubble_id(answer.text) for answer in answers}
    wait_until(lambda: read(house, message_id), what="the read tick")
    assert texts(house).count("Only once") == 1


def test_without_scripts_the_form_leads_back_to_the_thread(
    house: House, conversation_id: int
) -> None:
    path = f"/h/{house.hotel.slug}/c/{conversation_id}"
    answer = house.desk.post(f"{path}/reply", body="Plainly", client_ref=str(uuid4()), quoted="")
    assert answer.history[0].status_code == 303
    assert answer.url.endswith(path)
    assert "Plainly" in answer.text


def test_without_the_csrf_token_nothing_is_sent(house: House, conversation_id: int) -> None:
    path = f"/h/{house.hotel.slug}/c/{conversation_id}/reply"
    form = {"body": "Forged", "client_ref": str(uuid4())}
    url = house.stack.url + path
    assert house.desk.session.post(url, data=form, timeout=10).status_code == 400
    assert house.desk.act(path, **form, csrf_token="wrong").status_code == 400
    assert number(house.stack, "SELECT count(*) FROM message WHERE body = 'Forged'") == 0


def test_another_hotel_cannot_answer_this_guest(house: House, conversation_id: int) -> None:
    for slug in (house.hotel.slug, house.other.slug):
        path = f"/h/{slug}/c/{conversation_id}/reply"
        answer = house.stranger.act(path, body="Intruder", client_ref=str(uuid4()), quoted="")
        assert answer.status_code == 404
    assert number(house.stack, "SELECT count(*) FROM message WHERE body = 'Intruder'") == 0


def test_a_program_sends_to_a_chat_a_phone_and_a_guest(house: House, conversation_id: int) -> None:
    ((guest_id,),) = ask(
        house.stack, "SELECT guest_id FROM conversation WHERE id = ?", conversation_id
    )
    recipients: list[dict[str, object]] = [
        {"chat_id": GUEST},
        {"phone": "+44 7700 900411"},
        {"guest_id": guest_id},
    ]
    sent = []
    for recipient in recipients:
        text = f"By {next(iter(recipient))}"
        answer = house.stack.send(house.hotel, message=text, **recipient)
        assert (answer.status_code, answer.json()["status"]) == (202, "queued"), answer.text
        sent.append((answer.json()["message_id"], text))
    for message_id, text in sent:
        wait_until(partial(read, house, message_id), what=text)
    assert [text for text in texts(house) if text.startswith("By ")] == [text for _, text in sent]
    query = "SELECT count(*) FROM conversation WHERE chat_id = ?"
    assert number(house.stack, query, GUEST) == 1


def test_a_stranger_is_written_to_by_phone(house: House) -> None:
    answer = house.stack.send(house.hotel, phone="+34 600 123 456", message="Bienvenida")
    assert answer.status_code == 202, answer.text
    wait_until(lambda: texts(house, "34600123456@c.us") == ["Bienvenida"], what="the message")


def test_the_same_client_ref_is_the_same_message(house: House, conversation_id: int) -> None:
    ref = str(uuid4())
    body = {"chat_id": GUEST, "message": "Your taxi is here", "client_ref": ref}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: house.stack.send(house.hotel, **body), range(6)))
    assert {answer.status_code for answer in answers} == {202}
    (message_id,) = {answer.json()["message_id"] for answer in answers}
    wait_until(lambda: read(house, message_id), what="the read tick")
    again = house.stack.send(house.hotel, **body)
    assert (again.status_code, again.json()["message_id"]) == (202, message_id)
    assert texts(house).count("Your taxi is here") == 1


def test_a_programs_token_opens_its_own_hotel_only(house: House, conversation_id: int) -> None:
    message_id = house.stack.send(house.hotel, chat_id=GUEST, message="Ours").json()["message_id"]
    assert house.stack.status(house.hotel, message_id).status_code == 200
    answer = house.stack.status(house.other, message_id)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    ((hotel_id, guest_id),) = ask(
        house.stack, "SELECT hotel_id, guest_id FROM conversation WHERE id = ?", conversation_id
    )
    foreign = house.stack.send(house.other, guest_id=guest_id, message="Not yours")
    assert foreign.status_code == 404
    named = house.stack.send(house.other, hotel_id=hotel_id, chat_id=GUEST, message="Not yours")
    assert named.status_code == 422
    assert "hotel_id" in named.json()["error"]["fields"]
    assert "Not yours" not in texts(house)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"chat_id": GUEST, "message": " "}, "message"),
        ({"chat_id": GUEST, "message": "x" * 20_001}, "message"),
        ({"chat_id": "nonsense", "message": "Hi"}, "chat_id"),
        ({"phone": "12", "message": "Hi"}, "phone"),
        ({"message": "Hi"}, "chat_id"),
        ({"chat_id": GUEST, "phone": "+447700900411", "message": "Hi"}, "phone"),
    ],
)
def test_a_wrong_order_is_refused_in_words(
    house: House, body: dict[str, object], field: str
) -> None:
    answer = house.stack.send(house.hotel, **body)
    assert answer.status_code == 422
    assert answer.json()["error"]["fields"][field]


def test_a_number_without_whatsapp_says_so_in_the_thread(house: House) -> None:
    chat_id = "447700900999@c.us"
    house.stack.simulator.faults(house.hotel.id_instance, no_account=chat_id)
    answer = house.stack.send(house.hotel, chat_id=chat_id, message="Hello?")
    message_id = answer.json()["message_id"]
    wait_until(lambda: status(house, message_id)["status"] == "failed", what="the failure")
    assert status(house, message_id)["failure"]["message"] == "This number has no WhatsApp."
    thread = house.desk.thread(conversation_of(house.stack, house.hotel, chat_id))
    assert "This number has no WhatsApp." in thread
    house.stack.simulator.clear_faults(house.hotel.id_instance)
