"""While a webhook token changes, two are accepted; before and after, one (no message is lost)."""

from datetime import timedelta

import pytest
import responses
from flask import Flask
from flask.testing import FlaskClient

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.models import AuditEntry, Instance
from inbox.services.lines import webhook_tokens
from tests.cast.guest import incoming
from tests.cast.people import API_URL, WEBHOOK_TOKEN, Cast
from tests.cast.provider import url
from tests.cast.webhooks import post

DAY = timedelta(hours=24)


def rotate(cast: Cast, keep: timedelta = DAY) -> str:
    return webhook_tokens.rotate(cast.slug, cast.id_instance, keep).token


def status(client: FlaskClient, token: str, id_instance: int = 1101000001) -> int:
    shown = {"Authorization": f"Bearer {token}"}
    answer = post(client, incoming("A1", id_instance=id_instance), shown)
    code: int = answer.status_code
    return code


def forward(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    """Let the clock stand so much later."""
    later = clock.now() + timedelta(hours=hours)
    monkeypatch.setattr("inbox.clock.now", lambda: later)


def test_one_token_before_two_while_it_changes_one_after(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert status(client, WEBHOOK_TOKEN) == 200
    new = rotate(cast)
    assert new != WEBHOOK_TOKEN
    assert (status(client, new), status(client, WEBHOOK_TOKEN)) == (200, 200)
    assert status(client, "neither-of-the-two") == 401
    forward(monkeypatch, 23.9)
    assert (status(client, new), status(client, WEBHOOK_TOKEN)) == (200, 200)
    forward(monkeypatch, 0.2)
    assert (status(client, new), status(client, WEBHOOK_TOKEN)) == (200, 401)


def test_a_token_that_leaked_ends_at_once(client: FlaskClient, cast: Cast) -> None:
    new = rotate(cast, timedelta(0))
    assert (status(client, new), status(client, WEBHOOK_TOKEN)) == (200, 401)


def test_a_second_change_while_one_is_under_way_needs_to_be_meant(
    client: FlaskClient, cast: Cast
) -> None:
    first = rotate(cast)
    with pytest.raises(Conflict):
        rotate(cast)
    assert (status(client, first), status(client, WEBHOOK_TOKEN)) == (200, 200)
    second = rotate(cast, timedelta(0))
    assert [status(client, token) for token in (second, first, WEBHOOK_TOKEN)] == [200, 401, 401]


def test_after_the_moment_it_may_change_again(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rotate(cast)
    forward(monkeypatch, 25)
    second = rotate(cast)
    assert [status(client, token) for token in (second, first, WEBHOOK_TOKEN)] == [200, 200, 401]


def test_another_numbers_tokens_are_not_touched(client: FlaskClient, cast: Cast) -> None:
    new = rotate(cast)
    assert status(client, new, id_instance=1101000002) == 401
    assert status(client, WEBHOOK_TOKEN, id_instance=1101000002) == 200


def test_a_number_without_a_token_gets_its_first(client: FlaskClient, cast: Cast) -> None:
    db.session.get_one(Instance, cast.instance_id).webhook_token_sealed = None
    db.session.commit()
    new = rotate(cast)
    assert (status(client, new), status(client, WEBHOOK_TOKEN)) == (200, 401)


def test_what_cannot_be_is_refused(cast: Cast) -> None:
    with pytest.raises(NotFound):
        webhook_tokens.rotate(cast.other_slug, cast.id_instance, DAY)
    with pytest.raises(NotFound):
        webhook_tokens.rotate("no-such", cast.id_instance, DAY)
    for keep in (timedelta(hours=-1), timedelta(days=8)):
        with pytest.raises(Invalid):
            rotate(cast, keep)


ARGUMENTS = ["instance", "rotate-webhook-token", "grand-plaza", "--id-instance", "1101000001"]


def test_the_command_sets_it_at_green_api_and_says_so(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    with responses.RequestsMock() as green:
        green.add(responses.POST, url("setSettings"), json={"saveSettings": True})
        result = app.test_cli_runner().invoke(args=ARGUMENTS)
        body = green.calls[-1].request.body
    assert result.exit_code == 0, result.output
    token = result.output.partition("shown only now: ")[2].splitlines()[0]
    assert token.encode() in (body if isinstance(body, bytes) else str(body).encode())
    assert "stays good until" in result.output
    assert status(client, token) == 200
    entry = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.action == "instance.rotate_webhook_token"
    assert token not in str(entry.detail)


def test_green_api_away_is_said_and_nothing_is_lost(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    assert API_URL.endswith(":9")
    result = app.test_cli_runner().invoke(args=ARGUMENTS)
    assert result.exit_code == 1
    assert "still uses the old token" in result.output
    assert status(client, WEBHOOK_TOKEN) == 200
