"""A change is drawn once for all who ask for the same, and for nobody else (decision 0006)."""

import re
from collections.abc import Callable, Hashable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import meta, nodes
from sqlalchemy import delete

from inbox.extensions import db
from inbox.models import Conversation, Membership
from inbox.services import changes
from inbox.services.conversations import conversations
from inbox.services.hotels import staff
from inbox.services.transaction import transaction
from inbox.web.page.fragment_cache import FragmentCache, fragment_cache
from tests.cast import desk
from tests.cast.changes import HX, ask, partial, seq_of
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
WHO = {"csrf_token", "client_ref", "current_user", "me", "g", "session", "request"}
pytestmark = pytest.mark.usefixtures("moment")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The keys of what is drawn, as it is drawn."""
    keys: list[object] = []
    get = FragmentCache.get

    def note(self: FragmentCache, key: Hashable, draw: Callable[[], str]) -> str:
        def drawing() -> str:
            keys.append(key)
            return draw()

        return get(self, key, drawing)

    monkeypatch.setattr(FragmentCache, "get", note)
    return keys


def without_clocks(html: str) -> str:
    return re.sub(r'data-now="\d+"|\d+ (s|min) ago', "", html)


def test_a_drawing_names_nobody_and_holds_no_token(
    app: Flask, alice: FlaskClient, bob: FlaskClient, guest_writes: Writes
) -> None:
    """With two guests who look like one person, so that the pane has buttons."""
    guest_writes("A1", name="Lucía Serrano")
    guest_writes("A2", name="Lucía Serrano", chat_id="26440190443@lid")
    app.config["WTF_CSRF_ENABLED"] = True
    hers = ask(alice, 0, open=1)
    fragment_cache().clear()
    his = ask(bob, 0, open=1)
    assert without_clocks(his) == without_clocks(hers)
    assert "Looks like the same person" in hers
    assert "csrf" not in hers


def parts_of(app: Flask, page: str) -> dict[str, nodes.Template]:
    """A template and all that it includes, imports or extends, whatever the way."""
    loader, parts, left = app.jinja_env.loader, dict[str, nodes.Template](), [page]
    assert loader is not None
    while left:
        name = left.pop()
        if name not in parts:
            parts[name] = app.jinja_env.parse(loader.get_source(app.jinja_env, name)[0])
            named = list(meta.find_referenced_templates(parts[name]))
            assert None not in named, f"{name} draws a part whose name only the page knows"
            left += [part for part in named if part]
    return parts


def test_no_template_of_a_drawing_asks_who_is_looking(app: Flask) -> None:
    """A person's name, role or token in one of these would be handed to everybody."""
    parts = parts_of(app, "page/_changes.html")
    asked = {
        name: sorted(WHO & {node.name for node in part.find_all(nodes.Name)})
        for name, part in parts.items()
    }
    assert {name: words for name, words in asked.items() if words} == {}
    assert {"list/_row.html", "thread/_bubble.html", "thread/_meta.html"} <= set(parts)


def test_another_hotel_at_the_same_number_gets_its_own(
    cast: Cast, alice: FlaskClient, charlie: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1", "Private")
    here, there = changes.heads([cast.hotel_id, cast.other_hotel_id]).values()
    for _ in range(here - there):
        with transaction() as work:
            work.changed(cast.other_hotel_id, "line")
    assert changes.head(cast.other_hotel_id) == here
    assert "Private" in ask(alice, 0, open=1)
    html = ask(charlie, 0, "seaview", open=1)
    assert seq_of(html) == here
    assert "Private" not in html
    assert "row-" not in html


def test_each_tab_gets_its_own(alice: FlaskClient, guest_writes: Writes) -> None:
    guest_writes("A1")
    for view, rows in (("needs_us", 1), ("waiting", 0), ("done", 0), ("needs_us", 1)):
        assert len(partial(ask(alice, 0, view=view), "#rows")) == rows


def test_each_open_conversation_gets_its_own(alice: FlaskClient, guest_writes: Writes) -> None:
    guest_writes("A1", "First guest")
    guest_writes("A2", "Second guest", chat_id="34600123456@c.us")
    for number in (1, 2, 1):
        html = ask(alice, 0, open=number)
        assert len(partial(html, f"#messages-{number}")) == 1
        assert partial(html, f"#messages-{3 - number}") == []
    assert "#messages-" not in ask(alice, 0)


def test_a_search_is_not_shared(
    alice: FlaskClient, bob: FlaskClient, guest_writes: Writes, drawn: list[object]
) -> None:
    guest_writes("A1")
    assert "secret words" in ask(alice, 0, q="secret words")
    assert "secret words" not in ask(bob, 0)
    assert not any("secret" in str(key) for key in drawn)


def test_a_list_that_is_drawn_anew_is_not_shared(
    cast: Cast,
    alice: FlaskClient,
    bob: FlaskClient,
    guest_writes: Writes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It has the line above what this person has not seen yet."""
    guest_writes("A1")
    conversations.mark_seen(cast.hotel_id, 1, cast.alice_id)
    guest_writes("A2", "Unseen")
    monkeypatch.setattr(changes, "MOST", 0)
    assert "new-line" in ask(alice, 0, open=1)
    assert "new-line" not in ask(bob, 0, open=1)
    assert "new-line" in ask(alice, 0, open=1)


def test_a_warm_drawing_opens_no_door(
    cast: Cast, alice: FlaskClient, bob: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1")
    ask(alice, 0), ask(bob, 0)
    bob.post("/sign-out")
    assert bob.get("/h/grand-plaza/changes?since=0", headers=HX).status_code == 401
    db.session.execute(delete(Membership).where(Membership.staff_id == cast.alice_id))
    db.session.commit()
    assert alice.get("/h/grand-plaza/changes?since=0", headers=HX).status_code == 404


def test_it_is_never_older_than_its_number(
    cast: Cast, alice: FlaskClient, bob: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1", "One")
    assert "One" in ask(alice, 0)
    guest_writes("A2", "Two")
    html = ask(bob, 0)
    assert "Two" in html
    assert seq_of(html) == changes.head(cast.hotel_id)
    desk.send_text(cast.hotel_id, 1, cast.bob_id, "Answered", "ref-1")
    assert partial(ask(alice, 0), "#row-1") == [("delete", "")]


def test_pages_that_were_told_a_number_share_it_though_the_hotel_moved_on(
    cast: Cast, alice: FlaskClient, bob: FlaskClient, guest_writes: Writes, drawn: list[object]
) -> None:
    guest_writes("A1", "One")
    told = changes.head(cast.hotel_id)
    first = ask(alice, 0, told=told)
    drawn.clear()
    guest_writes("A2", "Two", chat_id="34600123456@c.us")
    assert seq_of(first) == told
    assert ask(bob, 0, told=told).partition("#hotels")[0] == first.partition("#hotels")[0]
    assert all("rail" in str(key) for key in drawn)
    assert "Two" in ask(bob, told)


@pytest.mark.parametrize("told", ["", "0", "1", "999999"])
def test_a_number_of_no_use_brings_the_latest(
    cast: Cast, alice: FlaskClient, guest_writes: Writes, told: str
) -> None:
    guest_writes("A1", "One")
    before = changes.head(cast.hotel_id)
    guest_writes("A2", "Two")
    html = ask(alice, before, told=told)
    assert seq_of(html) == changes.head(cast.hotel_id)
    assert "Two" in html


def test_the_rail_moves_with_the_other_hotels_of_a_person(
    cast: Cast, alice: FlaskClient, charlie: FlaskClient, guest_writes: Writes
) -> None:
    staff.grant("charlie@example.com", "grand-plaza", "front_desk")
    head = changes.head(cast.other_hotel_id)

    def rail() -> str:
        return partial(ask(charlie, head, "seaview"), "#hotels")[0][1]

    assert "data-count" not in rail()
    guest_writes("A1")
    assert 'data-count="1"' in rail()
    conversations.finish(cast.hotel_id, 1, cast.bob_id)
    assert "data-count" not in rail()
    assert "Seaview" not in partial(ask(alice, 0), "#hotels")[0][1]
