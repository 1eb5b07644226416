"""An angry line on the real processes: flagged within seconds, also when Redis forgets the bell."""

import time
from collections.abc import Iterator

import pytest

from tests.journeys.conftest import House
from tests.stack import wait_until
from tests.stack.database import ask, conversation_of

GUEST = "447700900777@c.us"
SECONDS = 15.0


@pytest.fixture
def without_background(house: House) -> Iterator[None]:
    """No worker of the background queue while the guest writes."""
    house.stack.services["background"].stop()
    yield
    if not house.stack.services["background"].running:
        house.stack.restart("background")


def write(house: House, text: str) -> None:
    house.stack.simulator.write(house.hotel.id_instance, GUEST, text=text, sender_name="Emma")


def sentiment(house: House) -> str:
    rows = ask(house.stack, "SELECT sentiment FROM conversation WHERE chat_id = ?", GUEST)
    return str(rows[0][0]) if rows else ""


def test_flagged_within_seconds_and_calmed_by_a_person(house: House) -> None:
    before, begun = house.desk.cursor(), time.monotonic()
    write(house, "è la terza volta che chiamo la reception e non risponde nessuno!")
    wait_until(lambda: "sentiment-upset" in house.desk.changes(before), SECONDS, "the flag")
    assert time.monotonic() - begun < SECONDS
    conversation_id = conversation_of(house.stack, house.hotel, GUEST)
    path = f"/h/{house.hotel.slug}/c/{conversation_id}/calm?sentiment=upset"
    assert house.stranger.post(path).status_code == 404
    assert house.desk.act(path).status_code == 204
    assert sentiment(house) == ""


@pytest.mark.usefixtures("without_background")
def test_the_sweeper_finds_what_no_bell_announced(house: House) -> None:
    write(house, "Il y a le feu dans la cuisine !")
    query = "SELECT count(*) FROM message WHERE analyse_at IS NOT NULL"
    wait_until(lambda: ask(house.stack, query)[0][0], what="the message")
    house.stack.flush_redis()
    house.stack.restart("background")
    wait_until(lambda: sentiment(house) == "danger", 30, "the flag")
