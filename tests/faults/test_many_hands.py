"""Many hands on one message: double clicks, two tabs, programs that ask again at once (S3, S4)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults import verdict
from tests.faults.history import Said
from tests.faults.load import Town
from tests.faults.writers import Person, Program, Writer, post_at_once
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import conversation_of

HANDS, TIMES = 8, 4
GUEST = "447700908001@c.us"


@pytest.fixture
def hotel(stack: Stack, town: Town) -> Hotel:
    """A hotel to which the guest has written."""
    hotel = town.hotels[0]
    stack.simulator.write(hotel.id_instance, GUEST, text="Good evening")
    wait_until(lambda: conversation_of(stack, hotel, GUEST), what="the guest's letter")
    return hotel


@pytest.mark.parametrize("who", ["person", "program"])
def test_posted_by_many_hands_at_once_it_arrives_once(
    stack: Stack, town: Town, hotel: Hotel, who: str
) -> None:
    writer: Writer = Program(stack, hotel) if who == "program" else Person(stack, hotel, GUEST)
    for time in range(TIMES):
        said = Said(hotel.slug, GUEST, f"{who} {time}", f"{who}-{time}")
        town.history.ask(said)
        assert post_at_once(writer, said, HANDS)
        town.history.acknowledge(said)
    verdict.check_all_arrived(stack, town.hotels, town.history)


def test_a_burst_is_taken_at_the_first_try(stack: Stack, town: Town) -> None:
    """While the first of it is sent, the rest is written: neither waits for the other."""
    hotel = town.hotels[1]
    for chat in range(6):
        chat_id = f"4477009081{chat:02}@c.us"
        for line in range(3):
            said = Said(hotel.slug, chat_id, f"{chat_id}: {line}", f"burst-{line}-{chat_id}")
            town.history.ask(said)
            assert Program(stack, hotel).post(said)
            town.history.acknowledge(said)
    verdict.check_all_arrived(stack, town.hotels, town.history)
    verdict.check_deadlocks(stack)


def test_two_tabs_with_a_text_each_send_both_texts(stack: Stack, town: Town, hotel: Hotel) -> None:
    tabs = [Person(stack, hotel, GUEST) for _ in range(2)]
    texts = [Said(hotel.slug, GUEST, f"tab {tab}", f"tab-{tab}") for tab in range(2)]
    for said in texts:
        town.history.ask(said)
    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(lambda tab, said: tab.post(said), tabs, texts))
    found = verdict.rows(stack, [hotel])
    order = [row.text for row in found if row.text.startswith("tab ")]
    for said in sorted(texts, key=lambda said: order.index(said.text)):
        town.history.acknowledge(said)
    verdict.check_all_arrived(stack, town.hotels, town.history)


def test_a_reference_that_names_two_texts_sends_the_first_alone(
    stack: Stack, town: Town, hotel: Hotel
) -> None:
    first = Said(hotel.slug, GUEST, "Your table is at eight", "table")
    town.history.ask(first)
    assert Program(stack, hotel).post(first)
    town.history.acknowledge(first)
    answer = stack.send(hotel, chat_id=GUEST, message="At nine", client_ref="table")
    assert answer.status_code == 409
    verdict.check_all_arrived(stack, town.hotels, town.history)
