"""The list: tabs, search, rows, and who may see them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inbox.models import Conversation
from inbox.services.conversations import conversations
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
HX = {"HX-Request": "true"}


def test_a_guest_who_wrote_stands_in_needs_us(alice: FlaskClient, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", "Is there <parking>?")
    page = alice.get("/h/grand-plaza/")
    assert page.status_code == 200
    assert f'id="row-{conversation.id}"' in page.text
    assert "Is there &lt;parking&gt;?" in page.text
    assert "Is there <parking>?" not in page.text
    assert "Lucía" in page.text


def test_each_tab_shows_its_own(cast: Cast, alice: FlaskClient, guest_writes: Writes) -> None:
    row = f'id="row-{guest_writes("A1").id}"'
    conversations.finish(cast.hotel_id, 1, cast.alice_id)
    assert row not in alice.get("/h/grand-plaza/?view=needs_us").text
    assert row not in alice.get("/h/grand-plaza/?view=waiting").text
    assert row in alice.get("/h/grand-plaza/?view=done").text


def test_empty_tabs_say_something_true(alice: FlaskClient) -> None:
    assert "Nobody is waiting." in alice.get("/h/grand-plaza/").text
    assert "Nothing is done yet." in alice.get("/h/grand-plaza/?view=done").text
    nothing = alice.get("/h/grand-plaza/?q=<nobody>").text
    assert "Nothing found" in nothing
    assert "<nobody>" not in nothing


def test_search_finds_name_number_and_last_words(alice: FlaskClient, guest_writes: Writes) -> None:
    guest_writes("A1", "Two towels please", name="Lucía Serrano")
    guest_writes("A2", "Hello", name="Tom Weber", chat_id="4915112345678@c.us")
    for q, found, missed in (
        ("serrano", "Lucía", "Tom"),
        ("towels", "Lucía", "Tom"),
        ("+49 151", "Tom", "Lucía"),
    ):
        rows = alice.get("/h/grand-plaza/list", query_string={"q": q}, headers=HX).text
        assert found in rows, q
        assert missed not in rows, q


def test_older_rows_follow_and_come_to_an_end(alice: FlaskClient, guest_writes: Writes) -> None:
    for n in range(43):
        guest_writes(f"A{n}", chat_id=f"44770090{n:04d}@c.us", timestamp=1_763_000_000 + n)
    first = alice.get("/h/grand-plaza/").text
    assert first.count('<li class="row') == 40
    address = first.split('id="older-rows" href="')[1].split('hx-get="')[1].split('"')[0]
    rest = alice.get(address.replace("&amp;", "&"), headers=HX).text
    assert rest.count('<li class="row') == 3
    assert '<span id="older-rows" hidden>' in rest


@pytest.mark.parametrize("query", ["view=nonsense", "before=nonsense", "before=%00"])
def test_a_broken_address_is_400_in_words(alice: FlaskClient, query: str) -> None:
    answer = alice.get(f"/h/grand-plaza/?{query}")
    assert answer.status_code == 400
    assert "To the inbox" in answer.text


def test_the_rail_counts_the_guests_who_wait(alice: FlaskClient, guest_writes: Writes) -> None:
    guest_writes("A1")
    assert 'data-count="1"' in alice.get("/h/grand-plaza/").text


def test_people_see_only_their_own_hotels(charlie: FlaskClient, cast: Cast) -> None:
    page = charlie.get("/h/seaview/").text
    assert "Seaview" in page
    assert "Grand Plaza" not in page


def test_an_unknown_hotel_and_a_foreign_one_look_the_same(charlie: FlaskClient) -> None:
    foreign, unknown = charlie.get("/h/grand-plaza/"), charlie.get("/h/no-such-place/")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.text == unknown.text


def test_charlie_of_another_hotel_gets_404_everywhere(
    app: Flask, charlie: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1")
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/h/<slug>/"):
            continue
        for slug in ("grand-plaza", "seaview"):
            address = rule.rule.replace("<slug>", slug)
            if slug == "seaview" and "<int:" not in address:
                continue  # Charlie's own list
            for name in ("conversation_id", "message_id", "attachment_id"):
                address = address.replace(f"<int:{name}>", "1")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                answer = charlie.open(address, method=method)
                assert answer.status_code == 404, f"{method} {address}"
                tried += 1
    assert tried > 20
