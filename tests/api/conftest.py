"""What the tests of the JSON API may ask for."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inbox.models import Conversation
from inbox.services.hotels import api_tokens
from tests.cast import desk
from tests.cast.people import Cast
from tests.cast.program import Program


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    """Somebody on the internet: Green API, a program of a hotel, or a stranger."""
    return app.test_client()


@pytest.fixture
def token(cast: Cast) -> str:
    """A token of the Grand Plaza."""
    return api_tokens.add(cast.slug, "booking engine")


@pytest.fixture
def other_token(cast: Cast) -> str:
    """A token of the Seaview."""
    return api_tokens.add(cast.other_slug, "booking engine")


@pytest.fixture
def typed(cast: Cast, guest_writes: Callable[..., Conversation]) -> int:
    """A reply that Alice typed."""
    conversation = guest_writes("A1", "A guest's words")
    return desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, "Alice's words", "r1").id


@pytest.fixture
def program(client: FlaskClient, token: str) -> Program:
    """A program of the Grand Plaza."""
    return Program(client, token)


@pytest.fixture
def stranger(client: FlaskClient, other_token: str) -> Program:
    """A program of the Seaview."""
    return Program(client, other_token)
