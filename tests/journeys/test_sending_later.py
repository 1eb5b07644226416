"""A message for later goes out once, at its time, with nobody pressing anything."""

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from inbox import clock
from tests.journeys.conftest import House
from tests.stack import wait_until
from tests.stack.database import ask, conversation_of, number

GUEST = "447700900512@c.us"
LONG = 40


@pytest.fixture(scope="module")
def path(house: House) -> str:
    house.stack.simulator.write(
        house.hotel.id_instance, GUEST, text="Wake me, please", sender_name="Leo"
    )
    wait_until(lambda: conversation_of(house.stack, house.hotel, GUEST), what="the conversation")
    return f"/h/{house.hotel.slug}/c/{conversation_of(house.stack, house.hotel, GUEST)}"


def in_seconds(seconds: int) -> str:
    """That moment on the hotel's wall."""
    there = (clock.now() + timedelta(seconds=seconds)).astimezone(ZoneInfo("Europe/London"))
    return f"{there:%Y-%m-%dT%H:%M:%S}"


def schedule(house: House, path: str, text: str, seconds: int) -> int:
    form = {"body": text, "client_ref": str(uuid4()), "when": "at", "at": in_seconds(seconds)}
    for _ in range(2):
        answer = house.desk.act(f"{path}/schedule", **form)
        assert answer.status_code == 204, answer.text
    return number(house.stack, "SELECT id FROM message WHERE body = ?", text)


def texts(house: House) -> list[str]:
    return [row["text"] for row in house.stack.simulator.received(house.hotel.id_instance, GUEST)]


def test_it_arrives_once_and_not_before(house: House, path: str) -> None:
    before = house.colleague.cursor()
    conversation_id = int(path.rpartition("/")[2])
    message_id = schedule(house, path, "Good morning", 8)
    assert f'id="m-{message_id}"' not in house.desk.thread(conversation_id)
    strip = house.colleague.changes(before, conversation_id)
    assert f'id="scheduled-{conversation_id}"' in strip
    assert "Good morning" in strip
    wait_until(lambda: "Good morning" in texts(house), LONG, "the message at its time")
    ((due, accepted),) = ask(
        house.stack, "SELECT scheduled_for, accepted_at FROM message WHERE id = ?", message_id
    )
    assert str(accepted) > str(due)
    assert f'id="m-{message_id}"' in house.desk.thread(conversation_id)
    schedule(house, path, "And breakfast", 4)
    wait_until(lambda: "And breakfast" in texts(house), LONG, "the next one")
    mine = [text for text in texts(house) if text in ("Good morning", "And breakfast")]
    assert mine == ["Good morning", "And breakfast"]


def test_a_file_is_brought_when_its_time_has_come(house: House, path: str) -> None:
    conversation_id = int(path.rpartition("/")[2])
    more = {"client_ref": "menu", "at": in_seconds(8), "body": "Tonight's menu"}
    for _ in range(2):
        answer = house.desk.attach_file(conversation_id, b"%PDF-1.7 the menu", "menu.pdf", **more)
        assert answer.status_code == 204, answer.text
    question = "SELECT upload_url FROM attachment WHERE file_name = ?"
    assert ask(house.stack, question, "menu.pdf") == [("",)]
    assert "menu.pdf" in house.desk.get(f"/h/{house.hotel.slug}/scheduled").text
    wait_until(lambda: "Tonight's menu" in texts(house), LONG, "the file at its time")
    assert texts(house).count("Tonight's menu") == 1
    assert ask(house.stack, question, "menu.pdf") != [("",)]


def test_what_is_dropped_never_arrives(house: House, path: str) -> None:
    dropped = schedule(house, path, "Forget this", 8)
    kept = schedule(house, path, "This stays", 9)
    slug = house.hotel.slug
    assert house.colleague.act(f"/h/{slug}/m/{dropped}/unschedule").status_code == 204
    assert house.colleague.act(f"/h/{slug}/m/{kept}/send-now").status_code == 204
    wait_until(lambda: "This stays" in texts(house), LONG, "the one that was sent now")
    schedule(house, path, "After its time", 9)
    wait_until(lambda: "After its time" in texts(house), LONG, "one that was due later")
    assert "Forget this" not in texts(house)


def test_a_stranger_can_touch_none_of_it(house: House, path: str) -> None:
    message_id = schedule(house, path, "In an hour", 3600)
    for slug in (house.hotel.slug, house.other.slug):
        for verb in ("unschedule", "send-now", "schedule"):
            answer = house.stranger.act(f"/h/{slug}/m/{message_id}/{verb}", at=in_seconds(9))
            assert answer.status_code == 404
    assert number(house.stack, "SELECT count(*) FROM message WHERE body = 'In an hour'") == 1
