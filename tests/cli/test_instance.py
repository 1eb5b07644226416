"""How a number's messages come: chosen for those who do not say, and changed later."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import responses
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import AuditEntry, Instance
from inbox.services.transaction import transaction
from tests.cast.people import Cast

GREEN_API = "https://1101.api.greenapi.com"
TOKEN = "t" * 50


@pytest.fixture
def provider() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(url("setSettings"), json={"saveSettings": True})
        mock.get(url("getSettings"), json={"wid": "34910000001@c.us", "incomingWebhook": "no"})
        yield mock


def url(method: str) -> str:
    return f"{GREEN_API}/waInstance1101000077/{method}/{TOKEN}"


def at(app: Flask, public_url: str) -> None:
    app.config["LOBBY"] = replace(app.config["LOBBY"], public_url=public_url)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["instance", *arguments])


def add(app: Flask, *more: str) -> Result:
    number = ["--id-instance", "1101000077", "--token", TOKEN, "--api-url", GREEN_API]
    return run(app, "add", "grand-plaza", *number, *more)


def receive() -> str:
    db.session.rollback()
    return db.session.scalars(
        select(Instance.receive).where(Instance.id_instance == 1101000077)
    ).one()


@pytest.mark.parametrize(
    ("public_url", "option", "expected"),
    [
        ("", [], "poll"),
        ("http://127.0.0.1:8000", [], "poll"),
        ("https://lobby.example.com", [], "webhook"),
        ("https://lobby.example.com", ["--receive", "poll"], "poll"),
        ("http://127.0.0.1:8000", ["--receive", "webhook"], "webhook"),
    ],
)
def test_messages_are_collected_where_green_api_cannot_reach_us(
    app: Flask,
    cast: Cast,
    provider: responses.RequestsMock,
    public_url: str,
    option: list[str],
    expected: str,
) -> None:
    at(app, public_url)
    result = add(app, *option)
    assert result.exit_code == 0, result.output
    assert receive() == expected
    said = "Messages are collected" if expected == "poll" else "Webhooks go to"
    assert said in result.output
    assert ("Webhook token" in result.output) is (expected == "webhook")


def test_how_they_come_can_be_changed(
    app: Flask, cast: Cast, provider: responses.RequestsMock
) -> None:
    at(app, "https://lobby.example.com")
    add(app)
    provider.post(f"http://127.0.0.1:9/waInstance1101000001/setSettings/{'0' * 50}", json={})
    result = run(app, "connect", "grand-plaza", "--receive", "poll")
    assert "Messages are collected" in result.output
    assert receive() == "poll"
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert actions.count("instance.receive") == 2


def test_a_refusal_is_said_with_what_to_do(
    app: Flask, cast: Cast, provider: responses.RequestsMock
) -> None:
    at(app, "")
    provider.replace(responses.POST, url("setSettings"), status=401)
    result = add(app)
    assert "could not be removed: WhatsApp refused our access token" in result.output
    assert "Remove it in the Green API console" in result.output


@pytest.mark.parametrize(("state", "refused"), [("authorized", True), ("not_authorized", False)])
def test_a_phone_that_another_instance_is_linked_to_is_refused(
    app: Flask, cast: Cast, provider: responses.RequestsMock, state: str, refused: bool
) -> None:
    """Each of the two would get a part of its messages; one that was unlinked is no rival."""
    with transaction() as work:
        other = work.session.get_one(Instance, cast.other_instance_id)
        other.wid, other.state = "34910000001@c.us", state
    at(app, "https://lobby.example.com")
    result = add(app)
    assert ("linked already, through instance 1101000002" in result.output) is refused
    provider.assert_call_count(url("setSettings"), 0 if refused else 1)
