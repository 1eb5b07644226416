"""A guest whose number WhatsApp hides writes from both: Lobby asks, and shows one person (N13)."""

import re
from functools import partial

from tests.journeys.conftest import House
from tests.stack import wait_until
from tests.stack.database import conversation_of

NUMBER, LID = "34600321987@c.us", "99440190443@lid"


def guest_pane(house: House, chat_id: str) -> str:
    thread = house.desk.thread(conversation_of(house.stack, house.hotel, chat_id))
    return thread.partition('<aside class="guest"')[2].partition("</aside>")[0]


def questions(house: House) -> int:
    """How often the hotel's number asked checkWhatsapp so far, the other journeys included."""
    calls = house.stack.simulator.calls(house.hotel.id_instance)
    return int(calls.get("checkWhatsapp", {}).get("calls", 0))


def test_the_number_behind_a_lid_makes_two_guests_one_and_undo_parts_them(house: House) -> None:
    simulator, number = house.stack.simulator, house.hotel.id_instance
    asked = questions(house)
    simulator.call("POST", f"/instances/{number}/guests", {"chat_id": LID, "phone": "34600321987"})
    for chat_id, name in ((NUMBER, "Noa"), (LID, "N.")):
        simulator.write(number, chat_id, sender_name=name, text="Hola")
        wait_until(
            partial(conversation_of, house.stack, house.hotel, chat_id), what="the conversation"
        )
    wait_until(
        lambda: "because the number is the same" in guest_pane(house, NUMBER),
        what="the two to be merged",
    )
    assert "Other conversations" in guest_pane(house, LID)
    undo = re.search(r'action="(/h/[^"]*/undo[^"]*)"', guest_pane(house, NUMBER))
    assert undo
    assert house.desk.post(undo[1]).ok
    pane = guest_pane(house, LID)
    assert "Other conversations" not in pane
    assert "hidden number" in pane
    assert "Looks like the same person" in pane
    assert questions(house) == asked + 1
