"""Journey 1: a guest writes, and every open page of that hotel shows it; nobody else's does.

Green API delivers every notification of this story twice, as it sometimes does.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from inbox.config import ROOT
from tests.journeys.conftest import House
from tests.stack import wait_until
from tests.stack.database import ask, conversation_of, number
from tests.stack.desk import Desk

GUEST = "447700900318@c.us"
SAMPLES = ROOT / "inbox" / "simulator" / "media"


@pytest.fixture(scope="module", autouse=True)
def everything_comes_twice(house: House) -> Iterator[None]:
    house.stack.simulator.faults(house.hotel.id_instance, duplicate_webhooks=True)
    yield
    house.stack.simulator.clear_faults(house.hotel.id_instance)


def write(house: House, chat_id: str = GUEST, **message: object) -> str:
    return house.stack.simulator.write(house.hotel.id_instance, chat_id, **message)


def row_of(house: House, id_message: str) -> int:
    """The id of the message's row, once it is there."""
    query = "SELECT count(*), max(id) FROM message WHERE id_message = ?"
    wait_until(lambda: number(house.stack, query, id_message), what="the message's row")
    wait_until(lambda: delivered_twice(house, id_message), what="the second delivery")
    ((count, message_id),) = ask(house.stack, query, id_message)
    assert count == 1
    return int(message_id)


def delivered_twice(house: House, id_message: str) -> bool:
    log = house.stack.simulator.webhooks(house.hotel.id_instance)
    codes = [
        attempt["code"]
        for note in log
        if note["idMessage"] == id_message and note["typeWebhook"] == "incomingMessageReceived"
        for attempt in note["attempts"]
    ]
    assert set(codes) <= {200}
    return len(codes) == 2


def bubble(house: House, id_message: str, desk: Desk | None = None) -> str:
    """The message as the thread shows it."""
    message_id = row_of(house, id_message)
    thread = (desk or house.desk).thread(conversation_of(house.stack, house.hotel, GUEST))
    found = re.findall(rf'<li class="message[^>]* id="m-{message_id}".*?</li>', thread, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def told(desk: Desk, before: int, words: str) -> bool:
    return words in desk.changes(before)


def test_it_is_on_every_page_of_the_hotel_and_on_no_other(house: House) -> None:
    before, strangers_before = house.desk.cursor(), house.stranger.cursor()
    sockets = (house.desk.listen(), house.colleague.listen(), house.stranger.listen())
    with sockets[0] as mine, sockets[1] as colleagues, sockets[2] as strangers:
        assert mine.open
        assert strangers.open
        write(house, text="Is breakfast included?", sender_name="Lucía Fernández")
        wait_until(lambda: max(mine.seqs(), default=0) > before, what="a change signal")
        wait_until(
            lambda: max(colleagues.seqs(), default=0) > before, what="the colleague's signal"
        )
        for desk in (house.desk, house.colleague):
            for words in ("Is breakfast included?", "Lucía Fernández"):
                wait_until(partial(told, desk, before, words), what=words)
        assert max(strangers.seqs(), default=0) <= strangers_before
    assert house.stranger.cursor() == strangers_before
    assert "breakfast" not in house.stranger.changes(0)
    assert "breakfast" not in house.stranger.page()


def test_another_hotel_finds_nothing_at_its_addresses(house: House) -> None:
    row_of(house, write(house, text="Room 412, please"))
    conversation_id = conversation_of(house.stack, house.hotel, GUEST)
    for slug in (house.hotel.slug, house.other.slug):
        for tail in (
            f"c/{conversation_id}",
            f"c/{conversation_id}/older",
            f"changes?since=0&open={conversation_id}",
        ):
            answer = house.stranger.get(f"/h/{slug}/{tail}")
            assert "Room 412" not in answer.text
            assert answer.status_code == 404 or (slug, tail[:7]) == (house.other.slug, "changes")


@pytest.mark.parametrize(
    ("message", "kind", "shown"),
    [
        ({"text": "Hello *there* 🌞"}, "text", "<strong>there</strong>"),
        ({"type": "extended", "text": "Look https://example.org"}, "text", "https://example.org"),
        ({"text": "שלום, חדר 12"}, "text", "שלום, חדר 12"),
        (
            {
                "type": "location",
                "latitude": 40.4168,
                "longitude": -3.7038,
                "name": "Puerta del Sol",
            },
            "location",
            "Puerta del Sol",
        ),
        ({"type": "contact", "name": "Jordan Reyes", "phone": "447700900777"}, "contact", "Jordan"),
    ],
    ids=["text", "extended", "right to left", "location", "contact"],
)
def test_each_kind_is_shown_once(
    house: House, message: dict[str, Any], kind: str, shown: str
) -> None:
    found = bubble(house, write(house, **message))
    assert f"kind-{kind}" in found
    assert shown in found


def test_a_quote_stands_above_its_answer(house: House) -> None:
    first = write(house, text="The shower drips")
    found = bubble(house, write(house, type="quoted", text="Still dripping", quoted_id=first))
    assert f'href="#m-{row_of(house, first)}"' in found
    assert "The shower drips" in found
    assert "Still dripping" in found


@pytest.mark.parametrize(
    ("kind", "sample", "mime_type"),
    [
        ("image", "tap.jpg", "image/jpeg"),
        ("voice", "voice-en.ogg", "audio/ogg"),
        ("document", "booking.pdf", "application/pdf"),
    ],
)
def test_a_file_becomes_ready_and_is_served_to_its_hotel_alone(
    house: House, kind: str, sample: str, mime_type: str
) -> None:
    before = house.desk.cursor()
    message_id = row_of(house, write(house, type=kind, text="Look" if kind == "image" else ""))
    ready = "SELECT count(*) FROM attachment WHERE state = 'ready' AND message_id = ?"
    wait_until(lambda: number(house.stack, ready, message_id), what="the file")
    ((attachment_id,),) = ask(
        house.stack, "SELECT id FROM attachment WHERE message_id = ?", message_id
    )
    address = f"/h/{house.hotel.slug}/media/{attachment_id}"
    conversation_id = conversation_of(house.stack, house.hotel, GUEST)
    assert address in house.desk.changes(before, conversation_id)
    _assert_served(house.desk, address, SAMPLES / sample, mime_type)
    foreign = f"/h/{house.other.slug}/media/{attachment_id}"
    for path in (address, foreign, f"{address}/thumb", f"{foreign}/thumb"):
        assert house.stranger.get(path).status_code == 404


def _assert_served(desk: Desk, address: str, sample: Path, mime_type: str) -> None:
    content = sample.read_bytes()
    whole = desk.get(address)
    assert whole.content == content
    assert whole.headers["Content-Type"].split(";")[0] in (mime_type, "application/octet-stream")
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    part = desk.get(address, Range="bytes=10-29")
    assert part.status_code == 206
    assert part.content == content[10:30]
    assert part.headers["Content-Range"] == f"bytes 10-29/{len(content)}"


def test_messages_stand_in_the_order_they_were_written(house: House) -> None:
    words = [f"line {count} of my story" for count in range(8)]
    for id_message in [write(house, text=text) for text in words]:
        row_of(house, id_message)
    thread = house.desk.thread(conversation_of(house.stack, house.hotel, GUEST))
    assert re.findall(r'pending-text|class="text[^>]*>(line \d of my story)', thread)[:8] == words


def test_the_line_says_when_the_phone_is_unlinked_and_linked_again(house: House) -> None:
    before = house.desk.cursor()
    house.stack.simulator.set_state(house.hotel.id_instance, "notAuthorized")
    wait_until(lambda: "Scan the QR code again" in house.desk.changes(before), what="the warning")
    assert "QR code" not in house.stranger.page()
    house.stack.simulator.set_state(house.hotel.id_instance, "authorized")
    wait_until(lambda: "WhatsApp connected" in house.desk.page(), what="the all-clear")


def test_who_signs_out_hears_nothing_more(house: House) -> None:
    leaver = Desk(house.stack, house.hotel)
    with leaver.listen() as socket, house.desk.listen() as stays:
        leaver.post("/sign-out")
        wait_until(socket.was_closed, what="the socket to be closed")
        before = house.desk.cursor()
        write(house, text="Anybody there?")
        wait_until(lambda: max(stays.seqs(), default=0) > before, what="the signal of who stays")
        assert max(socket.seqs(), default=0) <= before
