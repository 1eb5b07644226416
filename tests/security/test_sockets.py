"""Who may listen: somebody signed in, to a hotel they work for, for as long as both hold (T6)."""

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from inbox import clock, sockets
from inbox.extensions import db, socketio
from inbox.models import Membership, Staff
from inbox.services import changes
from inbox.services.transaction import transaction
from tests.cast.people import Cast, signed_in


@pytest.fixture(autouse=True)
def board(monkeypatch: pytest.MonkeyPatch) -> sockets.Switchboard:
    """A switchboard of this test's own, without its thread: the test looks when it wants to."""
    own = sockets.Switchboard(has_tail=False)
    monkeypatch.setattr(sockets, "switchboard", own)
    return own


def connect(app: Flask, browser: FlaskClient, slug: str | None) -> socketio.test_client:
    g.__dict__.clear()  # the test's context outlives a request, and Flask-Login remembers in it
    query = "" if slug is None else f"hotel={slug}"
    return socketio.test_client(app, flask_test_client=browser, query_string=query)


def test_staff_listen_to_their_hotel(app: Flask, alice: FlaskClient, cast: Cast) -> None:
    client = connect(app, alice, cast.slug)
    assert client.is_connected()
    (first,) = client.get_received()
    assert first["name"] == "heartbeat"
    assert first["args"] == [{"seq": changes.head(cast.hotel_id)}]


def test_nobody_listens_without_signing_in(app: Flask, cast: Cast) -> None:
    for slug in (cast.slug, cast.other_slug, "", None):
        assert not connect(app, app.test_client(), slug).is_connected()


@pytest.mark.parametrize(
    "slug", ["grand-plaza", "GRAND-PLAZA", "", "no-such", "%", "seaview'", None]
)
def test_nobody_listens_to_another_hotel(
    app: Flask, charlie: FlaskClient, board: sockets.Switchboard, slug: str | None
) -> None:
    assert not connect(app, charlie, slug).is_connected()
    assert board.listeners() == {}


def test_a_forged_cookie_does_not_listen(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    client.set_cookie("lobby", "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert not connect(app, client, cast.slug).is_connected()


def test_nobody_is_half_connected_when_the_database_does_not_answer(
    app: Flask,
    alice: FlaskClient,
    cast: Cast,
    board: sockets.Switchboard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def locked(_hotel_id: int) -> int:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    with monkeypatch.context() as broken:
        broken.setattr(changes, "head", locked)
        assert not connect(app, alice, cast.slug).is_connected()
    assert board.listeners() == {}
    assert connect(app, alice, cast.slug).is_connected()


def test_news_goes_to_its_hotel_only(
    app: Flask, alice: FlaskClient, charlie: FlaskClient, cast: Cast, board: sockets.Switchboard
) -> None:
    here, there = connect(app, alice, cast.slug), connect(app, charlie, cast.other_slug)
    rounds = sockets.Rounds(board)
    rounds.look(1)
    here.get_received(), there.get_received()
    with transaction() as work:
        work.changed(cast.hotel_id, "line")
    rounds.look(2)
    heard = here.get_received()
    assert [(one["name"], one["args"]) for one in heard] == [
        ("changed", [{"seq": changes.head(cast.hotel_id)}])
    ]
    assert there.get_received() == []


def test_a_browser_has_nothing_to_say(app: Flask, charlie: FlaskClient, cast: Cast) -> None:
    client = connect(app, charlie, cast.other_slug)
    client.get_received()
    for event in ("join", "joinChatBox", "subscribe", "changed", "message"):
        client.emit(event, {"hotel": cast.slug, "room": f"hotel:{cast.hotel_id}"})
    assert client.get_received() == []
    assert socketio.server.manager.rooms["/"].keys() & {f"hotel:{cast.hotel_id}"} == set()


def sign_out(app: Flask, cast: Cast, browser: FlaskClient) -> None:
    browser.post("/sign-out")


def disable(app: Flask, cast: Cast, browser: FlaskClient) -> None:
    db.session.get_one(Staff, cast.bob_id).disabled_at = clock.now()
    db.session.commit()


def take_off(app: Flask, cast: Cast, browser: FlaskClient) -> None:
    db.session.execute(delete(Membership).where(Membership.staff_id == cast.bob_id))
    db.session.commit()


@pytest.mark.parametrize("lose", [sign_out, disable, take_off])
def test_who_loses_the_right_is_put_out(
    app: Flask, bob: FlaskClient, cast: Cast, board: sockets.Switchboard, lose: object
) -> None:
    client = connect(app, bob, cast.slug)
    assert client.is_connected()
    assert callable(lose)
    lose(app, cast, bob)
    sockets.Rounds(board).look(1)
    assert not client.is_connected()
    assert board.listeners() == {}
    assert not connect(app, bob, cast.slug).is_connected()


def test_one_browser_signed_out_leaves_the_other_alone(
    app: Flask, bob: FlaskClient, cast: Cast, board: sockets.Switchboard
) -> None:
    second = signed_in(app, "bob")
    one, other = connect(app, bob, cast.slug), connect(app, second, cast.slug)
    bob.post("/sign-out")
    sockets.Rounds(board).look(1)
    assert (one.is_connected(), other.is_connected()) == (False, True)


def test_a_strangers_handshake_ends_at_the_door(app: Flask, alice: FlaskClient) -> None:
    """An open socket holds a thread, so a stranger gets none, not even one that hears nothing."""
    path = "/socket.io/?EIO=4&transport=websocket&hotel=grand-plaza"
    g.__dict__.clear()  # as in `connect`
    assert app.test_client().get(path).status_code == 401
    g.__dict__.clear()
    assert alice.get(path).status_code != 401
