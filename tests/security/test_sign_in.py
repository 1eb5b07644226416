"""Signing in: passwords, sessions that can be ended, limits on guessing, and where it leads."""

import re
from typing import Any

import pytest
from argon2.exceptions import VerificationError
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from inbox import clock
from inbox.config import Settings
from inbox.errors import Invalid
from inbox.extensions import db, limiter
from inbox.models import AuditEntry, Staff, StaffSession
from inbox.services.hotels import staff
from inbox.vault import passwords
from tests.cast.people import PASSWORD, Cast, signed_in


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: Any) -> Any:
    data = {"email": email, "password": password} | more.pop("data", {})
    return client.post("/sign-in", data=data, **more)


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


def test_the_right_password_opens_any_spelling_of_the_address_does(client: FlaskClient) -> None:
    assert sign_in(client, "  Alice@Example.COM ").status_code == 303
    assert client.get("/h/grand-plaza/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("alice@example.com", "wrong"),
        ("alice@example.com", ""),
        ("alice@example.com", PASSWORD.upper()),
        ("alice@example.com", PASSWORD + " "),
        ("alice@example.com", "x" * 100_000),
        ("alice@example.com\0", PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("", ""),
        ("' or 1=1 --", PASSWORD),
        ("%@example.com", PASSWORD),
        ("\ufdfa" * 1000, PASSWORD),
    ],
)
def test_anything_else_does_not_and_never_says_which_was_wrong(
    client: FlaskClient, email: str, password: str
) -> None:
    answer = sign_in(client, email, password)
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert client.get("/h/grand-plaza/").status_code == 302


def test_missing_fields_do_not_break_it(client: FlaskClient) -> None:
    assert client.post("/sign-in").status_code == 401
    assert client.post("/sign-in", json={"email": "alice@example.com"}).status_code == 401


def test_nobody_who_was_disabled_comes_in_or_stays(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, "alice")
    db.session.get_one(Staff, cast.alice_id).disabled_at = clock.now()
    db.session.commit()
    assert browser.get("/h/grand-plaza/").status_code == 302
    assert sign_in(app.test_client(), "alice@example.com").status_code == 401


def test_an_unknown_address_costs_as_much_as_a_wrong_password(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One Argon2 verification either way."""
    checked: list[str | None] = []
    honest = passwords.matches

    def counted(password: str, stored: str | None) -> bool:
        checked.append(stored)
        return honest(password, stored)

    monkeypatch.setattr(passwords, "matches", counted)
    for email in ("alice@example.com", "nobody@example.com"):
        assert staff.sign_in(email, "wrong") is None
    assert [stored is None for stored in checked] == [False, True]
    verified: list[str] = []
    monkeypatch.setattr(passwords, "matches", honest)
    monkeypatch.setattr(passwords, "hasher", _Counting(verified))
    for email in ("alice@example.com", "nobody@example.com"):
        assert staff.sign_in(email, "wrong") is None
    assert len(verified) == 2


class _Counting:
    """Refuses every password and counts how often it was asked."""

    def __init__(self, verified: list[str]) -> None:
        self._verified = verified

    def verify(self, stored: str, _password: str) -> bool:
        self._verified.append(stored)
        raise VerificationError


def test_the_session_is_new_with_every_sign_in(app: Flask, client: FlaskClient) -> None:
    """What an attacker planted before is worth nothing after."""
    with client.session_transaction() as planted:
        planted["_user_id"] = "planted"
        planted["csrf_token"] = "planted"
        planted["anything"] = "planted"
    sign_in(client, "alice@example.com")
    with client.session_transaction() as session:
        first = dict(session)
    assert "planted" not in first.values()
    client.post("/sign-out")
    sign_in(client, "alice@example.com")
    with client.session_transaction() as session:
        assert session["_user_id"] != first["_user_id"]


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(app: Flask, alice: FlaskClient) -> None:
    cookie = alice.get_cookie("lobby")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("lobby", cookie.value)
    assert thief.get("/h/grand-plaza/").status_code == 200
    alice.post("/sign-out")
    assert thief.get("/h/grand-plaza/").status_code == 302


def test_a_session_can_be_revoked_on_the_server(alice: FlaskClient) -> None:
    db.session.scalars(select(StaffSession)).one().revoked_at = clock.now()
    db.session.commit()
    assert alice.get("/h/grand-plaza/").status_code == 302


def test_the_database_does_not_hold_what_the_cookie_holds(alice: FlaskClient) -> None:
    with alice.session_transaction() as session:
        token = session["_user_id"]
    stored = db.session.scalars(select(StaffSession.token_digest)).one()
    assert token not in stored
    assert PASSWORD not in str(db.session.scalars(select(Staff.password_hash)).all())


def test_signing_in_is_on_the_record_without_the_password(alice: FlaskClient) -> None:
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in")).all()
    assert entries
    assert PASSWORD not in str([(entry.subject, entry.detail) for entry in entries])


def cookie_line(answer: Any) -> str:
    lines: list[str] = answer.headers.getlist("Set-Cookie")
    return next(line for line in lines if line.startswith("lobby="))


def test_scripts_and_other_sites_do_not_get_the_cookie(client: FlaskClient) -> None:
    line = cookie_line(sign_in(client, "alice@example.com"))
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    assert "Domain" not in line
    assert "Secure" not in line  # the demo runs on plain http


def test_a_session_lasts_from_what_a_person_did_not_from_what_a_page_asks_by_itself(
    alice: FlaskClient,
) -> None:
    assert "lobby=" in alice.get("/h/grand-plaza/").headers["Set-Cookie"]
    answer = alice.get("/h/grand-plaza/changes?since=0&view=needs_us", headers={"HX-Request": "1"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_behind_https_the_cookie_never_travels_in_the_clear(
    app: Flask, client: FlaskClient
) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    assert "Secure" in cookie_line(sign_in(client, "alice@example.com"))


def test_https_in_the_public_address_makes_the_cookie_secure(tmp_path: Any) -> None:
    from inbox import create_app

    environ = {"LOBBY_DATA": str(tmp_path), "PUBLIC_URL": "https://desk.example.com"}
    assert create_app(Settings.from_env(environ)).config["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "http:evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        "@evil.example",
        "/\x00/evil.example",
        "/\r\nSet-Cookie: x=1",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, wanted: str) -> None:
    answer = sign_in(client, "alice@example.com", data={"next": wanted})
    assert answer.headers["Location"] == "/"
    again = client.get("/sign-in", query_string={"next": wanted})
    assert again.headers["Location"] == "/"


@pytest.mark.parametrize("wanted", ["/h/grand-plaza/c/1?view=done", "/h/grand-plaza/?q=//x"])
def test_signing_in_leads_to_where_one_was_going(client: FlaskClient, wanted: str) -> None:
    asked = client.get(wanted)
    form = client.get(asked.headers["Location"]).text
    hidden = re.search(r'name="next" value="([^"]*)"', form)
    assert hidden is not None
    answer = sign_in(client, "alice@example.com", data={"next": hidden[1].replace("&amp;", "&")})
    assert answer.headers["Location"] == wanted


@pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * 201])
def test_a_password_is_neither_short_nor_endless(cast: Cast, password: str) -> None:
    with pytest.raises(Invalid) as told:
        staff.add("dora@example.com", "Dora", password)
    assert "password" in told.value.fields
    assert not password or password not in str(told.value)


def test_a_hash_is_argon2id_with_a_salt_of_its_own() -> None:
    one, other = passwords.hashed(PASSWORD), passwords.hashed(PASSWORD)
    assert one.startswith("$argon2id$")
    assert one != other
    assert passwords.matches(PASSWORD, one)
    assert not passwords.matches(PASSWORD, "not a hash")
    assert not passwords.matches(PASSWORD, "")


class TestLimits:
    """Guessing is slowed down; Redis is away in these tests, which must not switch it off."""

    @pytest.fixture(autouse=True)
    def limited(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limiter, "enabled", True)

    def test_one_persons_password_is_tried_five_times_a_minute(
        self, app: Flask, client: FlaskClient
    ) -> None:
        for number in range(5):
            where = {"REMOTE_ADDR": f"192.0.2.{number}"}
            assert (
                sign_in(client, "alice@example.com", "wrong", environ_overrides=where).status_code
                == 401
            )
        answer = sign_in(
            client, "Alice@Example.com ", environ_overrides={"REMOTE_ADDR": "192.0.2.99"}
        )
        assert answer.status_code == 429
        assert "too many tries" in answer.text
        assert sign_in(app.test_client(), "bob@example.com").status_code == 303

    def test_one_address_tries_ten_times_a_minute(self, client: FlaskClient) -> None:
        for number in range(10):
            assert sign_in(client, f"x{number}@example.com", "wrong").status_code == 401
        assert sign_in(client, "alice@example.com").status_code == 429
        elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
        assert sign_in(client, "alice@example.com", environ_overrides=elsewhere).status_code == 303

    def test_a_forwarded_header_buys_no_more_tries(self, client: FlaskClient) -> None:
        for number in range(10):
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            sign_in(client, f"x{number}@example.com", "wrong", headers=headers)
        headers = {"X-Forwarded-For": "192.0.2.200"}
        assert sign_in(client, "alice@example.com", headers=headers).status_code == 429

    def test_a_whole_shift_may_sign_in_from_one_address(self, app: Flask, cast: Cast) -> None:
        for _ in range(12):
            assert sign_in(app.test_client(), "alice@example.com").status_code == 303
