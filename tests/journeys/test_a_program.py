"""A program of the hotel sends each kind of message through the JSON API: the guest has every one
once, in order, and the program can follow it and change its mind.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests
from PIL import Image

from tests.journeys.conftest import House
from tests.stack import wait_until
from tests.stack.database import conversation_of

GUEST = "447700900512@c.us"
ANSWER_SECONDS = 30
PDF = b"%PDF-1.7\nthe bill"


@pytest.fixture(scope="module")
def guest(house: House) -> str:
    """A guest who has written, and is no stranger any more."""
    house.stack.simulator.write(house.hotel.id_instance, GUEST, text="Hello", sender_name="Ana")
    wait_until(lambda: conversation_of(house.stack, house.hotel, GUEST), what="the conversation")
    return GUEST


def call(house: House, method: str, path: str = "", **more: Any) -> requests.Response:
    return requests.request(
        method,
        f"{house.stack.url}/api/v1/whatsapp/messages{path}",
        headers={"Authorization": f"Bearer {house.hotel.api_token}"},
        timeout=ANSWER_SECONDS,
        **more,
    )


def send(house: House, **order: Any) -> int:
    """Send it to the guest; the message's id."""
    answer = call(house, "POST", json={"chat_id": GUEST, "client_ref": str(uuid4()), **order})
    assert answer.status_code == 202, answer.text
    return int(answer.json()["message_id"])


def send_file(house: House, content: bytes, name: str, **form: str) -> int:
    form = {"chat_id": GUEST, "client_ref": str(uuid4()), **form}
    answer = call(house, "POST", data=form, files={"file": (name, content)})
    assert answer.status_code == 202, answer.text
    return int(answer.json()["message_id"])


def told(house: House, message_id: int) -> dict[str, Any]:
    body: dict[str, Any] = call(house, "GET", f"/{message_id}").json()
    return body


def is_read(house: House, message_id: int) -> bool:
    return bool(told(house, message_id)["status"] == "read")


def arrived(house: House) -> list[dict[str, Any]]:
    """What the guest has on the phone."""
    return house.stack.simulator.received(house.hotel.id_instance, GUEST)


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(file, "JPEG")
    return file.getvalue()


def test_each_kind_reaches_the_guest_once_and_in_order(house: House, guest: str) -> None:
    ids = [
        send(house, text="Your *room* is ready."),
        send_file(house, PDF, "bill.pdf", caption="Your bill"),
        send(house, location={"latitude": 41.3874, "longitude": 2.1686, "name": "Grand Plaza"}),
        send_file(house, picture(), "pool.jpg"),
        send(house, contact={"name": "Taxi", "phone": "+34 933 033 033"}),
        send(house, poll={"question": "Breakfast at?", "options": ["7:00", "8:00"]}),
    ]
    wait_until(lambda: all(is_read(house, one) for one in ids), 40, "the read ticks")
    own = {told(house, message_id)["id_message"]: message_id for message_id in ids}
    rows = [row for row in arrived(house) if row["idMessage"] in own]
    assert [own[row["idMessage"]] for row in rows] == ids
    assert [row["type"] for row in rows] == [
        "extendedTextMessage",
        "documentMessage",
        "locationMessage",
        "imageMessage",
        "contactMessage",
        "pollMessage",
    ]
    assert (rows[0]["text"], rows[1]["text"]) == ("Your *room* is ready.", "Your bill")
    assert "933033033" in str(rows[4]["content"]).replace(" ", "")
    moments = [told(house, ids[1])[f"{name}_at"] for name in ("accepted", "sent", "delivered")]
    assert all(moments)


def test_six_calls_at_once_with_one_reference_are_one_message(house: House, guest: str) -> None:
    order = {"chat_id": guest, "text": "Your taxi waits", "client_ref": str(uuid4())}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: call(house, "POST", json=order), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [202]
    (message_id,) = {answer.json()["message_id"] for answer in answers}
    wait_until(lambda: is_read(house, message_id), what="the read tick")
    assert [row["text"] for row in arrived(house)].count("Your taxi waits") == 1
    query = {"client_ref": order["client_ref"]}
    (found,) = call(house, "GET", params=query).json()["messages"]
    assert found["message_id"] == message_id


def test_a_message_for_later_goes_then_and_one_called_back_does_not(
    house: House, guest: str
) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=8)).isoformat(timespec="seconds")
    goes = send(house, text="Your table is ready", send_at=soon, expires_in=600)
    stays = send(house, text="Never mind", send_at=soon)
    assert told(house, goes)["status"] == "scheduled"
    assert call(house, "POST", f"/{stays}/cancel").json()["cancelled"] == "called_back"
    wait_until(lambda: is_read(house, goes), 40, "the read tick")
    texts = [row["text"] for row in arrived(house)]
    assert texts.count("Your table is ready") == 1
    assert "Never mind" not in texts


def test_what_the_guest_has_can_be_changed_and_taken_back(house: House, guest: str) -> None:
    message_id = send(house, text="Breakfast until 10")
    wait_until(lambda: is_read(house, message_id), what="the read tick")
    assert call(house, "PATCH", f"/{message_id}", json={"text": "Breakfast until 11"}).ok
    wait_until(lambda: told(house, message_id)["edited_at"], what="the edit")
    (row,) = [one for one in arrived(house) if one["text"] == "Breakfast until 11"]
    assert not row.get("deleted")
    assert call(house, "DELETE", f"/{message_id}").ok
    wait_until(lambda: told(house, message_id)["deleted_at"], what="the deletion")
    assert [one["text"] for one in arrived(house) if one.get("deleted")] == ["Breakfast until 11"]


def test_a_failed_one_says_why_and_is_tried_again(house: House) -> None:
    nobody = "447700900998@c.us"
    house.stack.simulator.faults(house.hotel.id_instance, no_account=nobody)
    message_id = send(house, text="Hello?", chat_id=nobody)
    wait_until(lambda: told(house, message_id)["status"] == "failed", what="the failure")
    assert told(house, message_id)["failure"]["message"] == "This number has no WhatsApp."
    house.stack.simulator.clear_faults(house.hotel.id_instance)
    attempts = {call(house, "POST", f"/{message_id}/retry").json()["message_id"] for _ in range(2)}
    (attempt,) = attempts
    wait_until(lambda: is_read(house, attempt), what="the read tick")
    assert told(house, message_id)["cancelled"] == "retried"
    received = house.stack.simulator.received(house.hotel.id_instance, nobody)
    assert [row["text"] for row in received] == ["Hello?"]
