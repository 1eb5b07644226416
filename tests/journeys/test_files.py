"""A file of the desk is on the guest's phone, byte for byte, once, whatever dies meanwhile."""

import hashlib
import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from inbox.config import ROOT
from tests.cast import recordings
from tests.journeys.conftest import House
from tests.stack import wait_until
from tests.stack.database import conversation_of, number

GUEST = "447700900512@c.us"
MEGABYTE = 1024 * 1024
TAP = (ROOT / "inbox" / "simulator" / "media" / "tap.jpg").read_bytes()


@pytest.fixture(scope="module")
def conversation_id(house: House) -> int:
    house.stack.simulator.write(
        house.hotel.id_instance, GUEST, text="Is there a map?", sender_name="Ines"
    )
    wait_until(lambda: conversation_of(house.stack, house.hotel, GUEST), what="the conversation")
    return conversation_of(house.stack, house.hotel, GUEST)


def received(house: House, text: str) -> list[dict[str, Any]]:
    """What the guest has under this caption."""
    rows = house.stack.simulator.received(house.hotel.id_instance, GUEST)
    return [row for row in rows if row["text"] == text]


def content(row: dict[str, Any]) -> bytes:
    return requests.get(row["content"]["downloadUrl"], timeout=30).content


def stored(house: House) -> int:
    return sum(path.is_file() for path in (house.stack.data / "media").rglob("*"))


def test_a_picture_reaches_the_guest_byte_for_byte_with_its_text(
    house: House, conversation_id: int
) -> None:
    answer = house.desk.attach_file(conversation_id, TAP, "Tap.jpeg", body="*This* one")
    assert answer.status_code == 200, answer.text
    wait_until(lambda: received(house, "*This* one"), what="the picture at the guest")
    (row,) = received(house, "*This* one")
    assert (row["type"], row["content"]["fileName"]) == ("imageMessage", "Tap.jpeg")
    assert content(row) == TAP


def test_a_large_document_goes_through_whole(
    house: House, conversation_id: int, tmp_path: Path
) -> None:
    path = tmp_path / "plans.pdf"
    path.write_bytes(b"%PDF-1.7\n" + random.Random(1).randbytes(40 * MEGABYTE))
    with path.open("rb") as file:
        answer = house.desk.attach_file(conversation_id, file, "plans.pdf", body="All plans")
    assert answer.status_code == 200, answer.text
    wait_until(lambda: received(house, "All plans"), 60, "the document at the guest")
    (row,) = received(house, "All plans")
    assert row["type"] == "documentMessage"
    assert hashlib.sha256(content(row)).digest() == hashlib.sha256(path.read_bytes()).digest()


def test_more_than_100_megabytes_are_refused_in_words_and_leave_nothing(
    house: House, conversation_id: int, tmp_path: Path
) -> None:
    before = stored(house)
    for more in (1, 2 * MEGABYTE):
        path = tmp_path / "film.pdf"
        path.write_bytes(b"%PDF-1.7\n" + bytes(100 * MEGABYTE - 9 + more))
        with path.open("rb") as file:
            answer = house.desk.attach_file(conversation_id, file, "film.pdf")
        assert answer.status_code in (413, 422)
        assert "larger than 100 MB" in answer.text
    assert stored(house) == before


@pytest.mark.parametrize("browser", recordings.BROWSERS)
def test_a_voice_message_is_opus_in_ogg(house: House, conversation_id: int, browser: str) -> None:
    before = len(received(house, ""))
    recording = recordings.recorded(browser, seconds=2)
    answer = house.desk.attach_file(conversation_id, recording, "blob", recording="yes")
    assert answer.status_code == 200, answer.text
    wait_until(lambda: len(received(house, "")) == before + 1, what="the voice message")
    row = received(house, "")[-1]
    assert row["type"] == "audioMessage"
    assert row["content"]["mimeType"] == "audio/ogg; codecs=opus"
    container, codec, channels, seconds = recordings.heard(content(row))
    assert (container, codec, channels) == ("ogg", "opus", 1)
    assert seconds == pytest.approx(2, abs=0.1)
    assert 'class="voice-play"' in house.desk.thread(conversation_id)


def test_eight_clicks_at_once_are_one_message_and_one_file(
    house: House, conversation_id: int
) -> None:
    before, ref = stored(house), str(uuid4())

    def click(_: int) -> requests.Response:
        return house.desk.attach_file(
            conversation_id, b"%PDF-1.7 once", "a.pdf", body="Once", client_ref=ref
        )

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(click, range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({re.search(r'id="(m-\d+)"', answer.text)[1] for answer in answers}) == 1  # type: ignore[index]
    wait_until(lambda: received(house, "Once"), what="the file at the guest")
    assert len(received(house, "Once")) == 1
    assert stored(house) == before + 1


UPLOADING = """
    SELECT count(*) FROM attachment JOIN message ON message.id = attachment.message_id
    WHERE message.status = 'uploading' AND attachment.attempts = 1
"""


def test_a_worker_that_is_killed_in_the_middle_brings_the_file_once(
    house: House, conversation_id: int
) -> None:
    simulator, id_instance = house.stack.simulator, house.hotel.id_instance
    simulator.faults(id_instance, slow={"seconds": 3, "methods": "uploadFile"})
    try:
        house.desk.attach_file(conversation_id, TAP, "tap.jpg", body="Through the storm")
        wait_until(lambda: number(house.stack, UPLOADING) == 1, what="an upload that has begun")
        house.desk.reply(conversation_id, "And a word after it")
        house.stack.kill9_children("background")
    finally:
        simulator.clear_faults(id_instance)
    wait_until(lambda: received(house, "And a word after it"), 40, "what was written after it")
    (row,) = received(house, "Through the storm")
    assert content(row) == TAP
    assert row["order"] < received(house, "And a word after it")[0]["order"]


def test_a_web_process_that_is_killed_in_the_middle_leaves_nothing_behind(
    house: House, conversation_id: int
) -> None:
    def body() -> Iterator[bytes]:
        yield b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        yield bytes(24 * MEGABYTE)  # more than a connection holds that nobody reads yet
        house.stack.kill9_children("web")
        yield bytes(MEGABYTE)

    before = set(house.stack.data.rglob("*"))
    with pytest.raises(requests.ConnectionError):
        house.desk.session.post(
            f"{house.stack.url}/h/{house.hotel.slug}/c/{conversation_id}/files",
            data=body(),
            headers={"Content-Type": "multipart/form-data; boundary=B"},
            timeout=30,
        )
    house.stack.wait_ready()
    assert [path for path in house.stack.data.rglob("*") if path not in before] == []
