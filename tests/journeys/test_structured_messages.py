"""A place, a contact card and a poll: on the guest's phone once, and the vote comes back live."""

from typing import Any
from uuid import uuid4

import pytest

from tests.greenapi import samples
from tests.journeys.conftest import House
from tests.stack import wait_until
from tests.stack.database import conversation_of

GUEST = "447700900511@c.us"


@pytest.fixture(scope="module")
def path(house: House) -> str:
    house.stack.simulator.write(
        house.hotel.id_instance, GUEST, text="Where are you?", sender_name="Ines"
    )
    wait_until(lambda: conversation_of(house.stack, house.hotel, GUEST), what="the conversation")
    return f"/h/{house.hotel.slug}/c/{conversation_of(house.stack, house.hotel, GUEST)}"


def on_phone(house: House, kind: str) -> list[dict[str, Any]]:
    rows = house.stack.simulator.received(house.hotel.id_instance, GUEST)
    return [row for row in rows if row["type"] == kind]


def test_a_place_reaches_the_guest_once(house: House, path: str) -> None:
    form = {"name": "Main entrance", "address": "Plaza Mayor 1", "client_ref": str(uuid4())}
    link = "https://www.openstreetmap.org/?mlat=40.4168&mlon=-3.7038#map=17/40.5/-3.8"
    for _ in range(2):
        answer = house.desk.act(f"{path}/place", **form, point=link)
        assert answer.status_code == 200, answer.text
    wait_until(lambda: on_phone(house, "locationMessage"), what="the place")
    (place,) = on_phone(house, "locationMessage")
    told = place["content"]["location"]
    assert (told["latitude"], told["longitude"]) == (40.4168, -3.7038)
    assert (told["nameLocation"], told["address"]) == ("Main entrance", "Plaza Mayor 1")


def test_a_card_reaches_the_guest_once(house: House, path: str) -> None:
    form = {"name": "Radio Taxi", "phone": "0034 910 000 222", "client_ref": str(uuid4())}
    assert house.desk.act(f"{path}/contact", **form).status_code == 200
    wait_until(lambda: on_phone(house, "contactMessage"), what="the card")
    (card,) = on_phone(house, "contactMessage")
    assert card["content"]["contact"]["displayName"] == "Radio Taxi"
    assert "+34910000222" in card["content"]["contact"]["vcard"]


def test_a_polls_votes_come_back(house: House, path: str) -> None:
    before = house.colleague.cursor()
    form = {"question": "When shall we wake you?", "client_ref": str(uuid4())}
    answer = house.desk.session.post(
        house.stack.url + f"{path}/poll",
        data={**form, "option": ["06:30", "07:00"], "csrf_token": house.desk.csrf},
        headers={"Referer": house.stack.url, "HX-Request": "true"},
        timeout=15,
    )
    assert answer.status_code == 200, answer.text
    wait_until(lambda: on_phone(house, "pollMessage"), what="the poll")
    (poll,) = on_phone(house, "pollMessage")
    chosen: dict[str, list[str]] = {"06:30": [], "07:00": [GUEST]}
    vote = samples.votes(poll["idMessage"], "When shall we wake you?", **chosen)
    house.stack.simulator.write(house.hotel.id_instance, GUEST, type="raw", messageData=vote)
    opened = path.rpartition("/")[2]

    def voted() -> bool:
        news = house.colleague.changes(before, opened, "waiting")
        return "1 vote" in news and "Chosen by the guest" in news

    wait_until(voted, what="the vote on the colleague's screen")
