"""A guest's chat deletes its messages: the desk is told, and told when it is over."""

from functools import partial

from tests.journeys.conftest import House
from tests.stack import wait_until
from tests.stack.database import change, conversation_of

CHAT = "34600321777@c.us"
WARNING = "Disappearing messages are on in this chat"


def warned(house: House) -> bool:
    return WARNING in house.desk.thread(conversation_of(house.stack, house.hotel, CHAT))


def test_the_thread_says_so_while_it_is_on(house: House) -> None:
    simulator, number = house.stack.simulator, house.hotel.id_instance
    guest = f"/instances/{number}/guests"
    simulator.call("POST", guest, {"chat_id": CHAT, "disappearing": True})
    simulator.write(number, CHAT, sender_name="Vera", text="Bon dia")
    wait_until(partial(conversation_of, house.stack, house.hotel, CHAT), what="the conversation")
    wait_until(partial(warned, house), what="the warning")
    simulator.call("POST", guest, {"chat_id": CHAT, "disappearing": False})
    a_day_later = "UPDATE conversation SET look_at = '2026-01-01 00:00:00' WHERE chat_id = ?"
    change(house.stack, a_day_later, CHAT)
    wait_until(lambda: not warned(house), what="the warning to go")
