"""The people of the tests: Alice and Bob of the Grand Plaza, Charlie of the Seaview."""

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from inbox.services.hotels import hotels, staff
from inbox.services.lines import instances

PASSWORD = "a long enough password"
WEBHOOK_TOKEN = "webhook-token-of-the-test"
API_URL = "http://127.0.0.1:9"  # the discard port: nobody answers


@dataclass(frozen=True)
class Cast:
    """Two hotels, three people, a number each. Ids only: rows belong to a session."""

    hotel_id: int
    slug: str
    instance_id: int
    id_instance: int
    alice_id: int
    bob_id: int
    other_hotel_id: int
    other_slug: str
    other_instance_id: int
    charlie_id: int


def access(id_instance: int) -> instances.Access:
    """How the numbers of the tests are reached."""
    return instances.Access(id_instance, "0" * 50, api_url=API_URL, webhook_token=WEBHOOK_TOKEN)


def enter() -> Cast:
    """Let all of them come into an empty database."""
    here = hotels.add("grand-plaza", "Grand Plaza", "Europe/Madrid").id
    there = hotels.add("seaview", "Seaview", "Europe/Lisbon").id
    people = {
        name: staff.add(f"{name}@example.com", name.title(), PASSWORD).id
        for name in ("alice", "bob", "charlie")
    }
    staff.grant("alice@example.com", "grand-plaza", "manager")
    staff.grant("bob@example.com", "grand-plaza", "front_desk")
    staff.grant("charlie@example.com", "seaview", "owner")
    numbers = [
        instances.add(
            slug,
            instances.Access(id_instance, "0" * 50, api_url=API_URL, webhook_token=WEBHOOK_TOKEN),
        ).instance.id
        for slug, id_instance in (("grand-plaza", 1101000001), ("seaview", 1101000002))
    ]
    return Cast(
        hotel_id=here,
        slug="grand-plaza",
        instance_id=numbers[0],
        id_instance=1101000001,
        alice_id=people["alice"],
        bob_id=people["bob"],
        other_hotel_id=there,
        other_slug="seaview",
        other_instance_id=numbers[1],
        charlie_id=people["charlie"],
    )


def signed_in(app: Flask, name: str) -> FlaskClient:
    """A browser in which this person of the cast is signed in."""
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": f"{name}@example.com", "password": PASSWORD})
    assert answer.status_code in (302, 303), answer.text
    return client
