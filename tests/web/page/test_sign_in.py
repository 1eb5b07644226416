"""Signing in and out, and where one goes from there."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inbox.services import demo
from inbox.services.hotels import staff
from tests.cast.people import PASSWORD, Cast


def test_the_right_password_opens_the_door(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": " Alice@Example.com ", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.get("/").headers["Location"] == "/h/grand-plaza/"


def test_a_wrong_password_says_so_and_keeps_the_address(app: Flask, cast: Cast) -> None:
    answer = app.test_client().post(
        "/sign-in", data={"email": "alice@example.com", "password": "wrong"}
    )
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert "alice@example.com" in answer.text
    assert "wrong" not in answer.text


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/h/grand-plaza/?view=done", "/h/grand-plaza/?view=done"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("", "/"),
    ],
)
def test_one_lands_only_in_our_own_house(app: Flask, cast: Cast, wanted: str, lands: str) -> None:
    answer = app.test_client().post(
        "/sign-in",
        data={"email": "alice@example.com", "password": PASSWORD, "next": wanted},
    )
    assert answer.headers["Location"] == lands


def test_signing_out_ends_the_session(alice: FlaskClient) -> None:
    assert alice.get("/h/grand-plaza/").status_code == 200
    assert alice.post("/sign-out").headers["Location"] == "/sign-in"
    assert alice.get("/h/grand-plaza/").status_code == 302


def test_who_is_signed_in_needs_no_form(alice: FlaskClient) -> None:
    assert alice.get("/sign-in").status_code == 303


def test_strangers_are_asked_to_sign_in(app: Flask, cast: Cast) -> None:
    assert app.test_client().get("/").headers["Location"] == "/sign-in"


def test_demo_people_show_only_where_the_demo_was_seeded(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    assert demo.ACCOUNTS[0].email not in client.get("/sign-in").text
    (app.config["LOBBY"].data_dir / "simulator.json").write_text("{}")
    assert demo.ACCOUNTS[0].email in client.get("/sign-in").text


def test_somebody_without_a_hotel_is_told_so(app: Flask, cast: Cast) -> None:
    staff.add("dora@example.com", "Dora", PASSWORD)
    client = app.test_client()
    client.post("/sign-in", data={"email": "dora@example.com", "password": PASSWORD})
    assert "do not belong to a hotel yet" in client.get("/").text
