"""The desk writes first: to a number that is there, once; to one that is not, it hears so."""

from uuid import uuid4

from tests.journeys.conftest import House
from tests.stack import wait_until
from tests.stack.database import ask, conversation_of, number

THERE, NOT_THERE, LATER = "447700900521", "447700900522", "447700900523"


def begin(house: House, digits: str, body: str, **form: str) -> int:
    """Press Send in the form of a new conversation; the status of the answer."""
    data = {"phone": f"+{digits}", "body": body, "client_ref": str(uuid4()), **form}
    answer = house.desk.act(f"/h/{house.hotel.slug}/new", **data)
    if answer.status_code == 204:
        opened = conversation_of(house.stack, house.hotel, f"{digits}@c.us")
        assert answer.headers["HX-Redirect"] == f"/h/{house.hotel.slug}/c/{opened}"
    return answer.status_code


def texts(house: House, digits: str) -> list[str]:
    rows = house.stack.simulator.received(house.hotel.id_instance, f"{digits}@c.us")
    return [str(row["text"]) for row in rows]


def test_a_number_that_is_there_has_the_message_once(house: House) -> None:
    ref = str(uuid4())
    for _ in range(2):
        assert begin(house, THERE, "Your room is ready", client_ref=ref, name="Ida") == 204
    wait_until(lambda: texts(house, THERE) == ["Your room is ready"], what="the first message")
    house.stack.simulator.write(house.hotel.id_instance, f"{THERE}@c.us", text="On my way")
    answered = "SELECT count(*) FROM message WHERE body = 'On my way'"
    wait_until(lambda: number(house.stack, answered) == 1, what="the answer")
    talk = conversation_of(house.stack, house.hotel, f"{THERE}@c.us")
    said = "SELECT body FROM message WHERE conversation_id = ? ORDER BY id"
    assert ask(house.stack, said, talk) == [("Your room is ready",), ("On my way",)]


def test_a_number_that_is_not_there_gets_nothing_and_the_desk_hears_so(house: House) -> None:
    chat = f"{NOT_THERE}@c.us"
    guests = f"/instances/{house.hotel.id_instance}/guests"
    house.stack.simulator.call("POST", guests, {"chat_id": chat, "exists": False})
    assert begin(house, NOT_THERE, "Hello") == 422
    assert conversation_of(house.stack, house.hotel, chat) == 0


def test_what_cannot_be_checked_now_is_checked_when_it_goes(house: House) -> None:
    """WhatsApp is slow once: nobody at the desk waits for it, and the message goes all the same."""
    slow = {"seconds": 9, "methods": ["checkWhatsapp"], "times": 1}
    house.stack.simulator.faults(house.hotel.id_instance, slow=slow)
    assert begin(house, LATER, "Your taxi is here") == 204
    wait_until(lambda: texts(house, LATER) == ["Your taxi is here"], 30, "the message after all")
    calls = house.stack.simulator.calls(house.hotel.id_instance)["checkWhatsapp"]
    assert sum(calls.values()) >= 2


def test_another_hotel_knows_nothing_of_it(house: House) -> None:
    answer = house.stranger.act(f"/h/{house.hotel.slug}/new", phone=f"+{THERE}", body="x")
    assert answer.status_code == 404
