"""flask webhooks: looking at what was set aside, and trying again."""

import json

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import Message, WebhookEvent
from inbox.services.intake import intake, receiving
from tests.cast.guest import incoming
from tests.cast.people import Cast


@pytest.fixture
def event_id(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    """A message that a fault of ours kept out. The fault is gone again."""

    def fault(*_: object) -> str:
        raise KeyError("x")

    with monkeypatch.context() as broken:
        broken.setattr(intake, "apply", fault)
        body = incoming("A1", "the guest's own words")
        receiving.receive(cast.instance_id, json.dumps(body).encode())
    return db.session.scalars(select(WebhookEvent.id)).one()


def run(app: Flask, *args: str) -> Result:
    result = app.test_cli_runner().invoke(args=["webhooks", *args])
    db.session.rollback()
    return result


def messages() -> int:
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def test_the_list_says_why_and_never_what_the_guest_wrote(app: Flask, event_id: int) -> None:
    result = run(app, "list", "grand-plaza")
    assert result.exit_code == 0, result.output
    assert str(event_id) in result.output
    assert "incomingMessageReceived" in result.output
    assert "KeyError" in result.output
    assert "1 quarantined, 0 parked, 0 ignored" in result.output
    assert "own words" not in result.output
    assert "KeyError" not in run(app, "list", "seaview").output
    assert run(app, "list", "grand-plaza", "--state", "parked").exit_code == 0


def test_one_is_applied_and_not_twice(app: Flask, event_id: int) -> None:
    result = run(app, "replay", "grand-plaza", "--id", str(event_id))
    assert (result.exit_code, result.output) == (0, f"Notification {event_id} is applied.\n")
    again = run(app, "replay", "grand-plaza", "--id", str(event_id))
    assert again.exit_code == 1
    assert "already" in again.output
    assert messages() == 1


def test_all_are_applied_and_what_stays_bad_is_an_exit_code(
    app: Flask, cast: Cast, event_id: int
) -> None:
    receiving.receive(cast.instance_id, b"not json")
    result = run(app, "replay", "grand-plaza", "--all")
    assert (result.exit_code, result.output) == (1, "1 of 2 were applied.\n")
    assert messages() == 1


@pytest.mark.parametrize(
    "args",
    [
        ["replay", "grand-plaza"],
        ["replay", "grand-plaza", "--all", "--id", "1"],
        ["replay", "no-such", "--all"],
        ["replay", "seaview", "--id", "1"],
        ["replay", "grand-plaza", "--id", "99999999999999999999999"],
        ["list", "no-such"],
        ["list", "grand-plaza", "--state", "lost"],
        ["list", "grand-plaza", "--limit", "0"],
    ],
)
def test_what_is_wrong_is_said_in_a_line(app: Flask, event_id: int, args: list[str]) -> None:
    result = run(app, *args)
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Error: " in result.output
    assert messages() == 0
