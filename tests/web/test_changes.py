"""The one live endpoint: what moved, drawn with the partials of the page."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from inbox.models import Conversation
from inbox.services import changes
from inbox.services.conversations import conversations
from tests.cast import desk
from tests.cast.changes import HX, ask, partial, seq_of
from tests.cast.people import Cast

Writes = Callable[..., Conversation]


def test_a_new_conversation_is_a_row(cast: Cast, alice: FlaskClient, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", "Hello")
    html = ask(alice, 0)
    ((swap, row),) = partial(html, "#rows")
    assert swap == "upsert key:data-sort"
    assert f'id="row-{conversation.id}"' in row
    assert seq_of(html) == changes.head(cast.hotel_id)
    assert 'data-needs-us="1"' in partial(html, "#tabs")[0][1]
    assert 'data-count="1"' in partial(html, "#hotels")[0][1]


def test_the_row_is_letter_for_letter_the_pages_row(
    alice: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1", "Hello")
    page = alice.get("/h/grand-plaza/").text
    ((_, row),) = partial(ask(alice, 0), "#rows")
    assert row.strip() in page


def test_the_bubble_is_letter_for_letter_the_pages_bubble(
    alice: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1", "Hello")
    page = alice.get("/h/grand-plaza/c/1").text
    ((swap, bubble),) = partial(ask(alice, 0, open=1), "#messages-1")
    assert swap == "upsert key:data-sort"
    assert bubble.strip() in page


@pytest.mark.parametrize("view", ["waiting", "done"])
def test_who_needs_us_is_told_to_those_who_look_at_another_tab(
    cast: Cast, alice: FlaskClient, guest_writes: Writes, view: str
) -> None:
    guest_writes("A1")
    html = ask(alice, 0, view=view)
    ((swap, chip),) = partial(html, "#elsewhere")
    assert swap == "upsert key:data-sort"
    assert f'href="/h/grand-plaza/c/1?view={view}"' in chip
    assert "needs us" in chip
    assert partial(html, "#elsewhere-1") == []


def test_where_it_is_seen_anyway_nobody_is_told(
    alice: FlaskClient, guest_writes: Writes, cast: Cast
) -> None:
    guest_writes("A1")
    for more in ({"view": "needs_us"}, {"view": "waiting", "open": 1}, {"view": "done", "q": "x"}):
        assert partial(ask(alice, 0, **more), "#elsewhere") == []


def test_the_chip_goes_when_somebody_has_looked_or_answered(
    cast: Cast, alice: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1")
    before = changes.head(cast.hotel_id)
    conversations.mark_seen(cast.hotel_id, 1, cast.bob_id)
    html = ask(alice, before, view="waiting")
    assert partial(html, "#elsewhere") == []
    assert partial(html, "#elsewhere-1") == [("delete", "")]
    guest_writes("A2")
    before = changes.head(cast.hotel_id)
    desk.send_text(cast.hotel_id, 1, cast.bob_id, "Answered", "ref-1")
    assert partial(ask(alice, before, view="waiting"), "#elsewhere-1") == [("delete", "")]


def test_a_row_leaves_the_tab_it_does_not_belong_to_any_more(
    cast: Cast, alice: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1")
    before = changes.head(cast.hotel_id)
    desk.send_text(cast.hotel_id, 1, cast.bob_id, "Answered", "ref-1")
    html = ask(alice, before)
    assert partial(html, "#row-1") == [("delete", "")]
    assert partial(html, "#rows") == []
    ((_, row),) = partial(ask(alice, before, view="waiting"), "#rows")
    assert "Answered" in row


def test_while_searching_rows_change_only_where_they_stand(
    alice: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1")
    html = ask(alice, 0, q="something")
    assert partial(html, "#rows") == []
    assert partial(html, "#row-1")[0][0] == "outerHTML"


def test_only_the_open_thread_gets_bubbles(alice: FlaskClient, guest_writes: Writes) -> None:
    guest_writes("A1", "First guest")
    guest_writes("A2", "Second guest", chat_id="34600123456@c.us")
    assert len(partial(ask(alice, 0, open=1), "#messages-1")) == 1
    assert partial(ask(alice, 0, open=1), "#messages-2") == []
    assert "#messages-" not in ask(alice, 0)


def test_done_by_a_colleague_changes_the_head_of_the_open_thread(
    cast: Cast, alice: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1")
    before = changes.head(cast.hotel_id)
    conversations.finish(cast.hotel_id, 1, cast.bob_id)
    ((swap, head),) = partial(ask(alice, before, open=1), "#thread-head-1")
    assert swap == "outerMorph"
    assert "Reopen" in head


def test_nothing_new_moves_nothing_but_the_clocks(
    cast: Cast, alice: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1")
    html = ask(alice, changes.head(cast.hotel_id), open=1)
    assert partial(html, "#rows") == []
    assert partial(html, "#messages-1") == []
    assert len(partial(html, "#line")) == 1


@pytest.mark.parametrize("since", [10**9, 0])
def test_a_cursor_that_is_no_use_brings_everything_anew(
    cast: Cast,
    alice: FlaskClient,
    guest_writes: Writes,
    monkeypatch: pytest.MonkeyPatch,
    since: int,
) -> None:
    guest_writes("A1", "Still here")
    monkeypatch.setattr(changes, "MOST", 0)
    html = ask(alice, since, open=1)
    ((_, whole),) = partial(html, "#list")
    assert 'id="row-1"' in whole
    ((swap, thread),) = partial(html, "#messages-1")
    assert swap == "outerHTML"
    assert "Still here" in thread
    assert seq_of(html) == changes.head(cast.hotel_id)
    assert "HX-Refresh" not in html


def test_applying_the_changes_gives_the_fresh_page(
    cast: Cast, alice: FlaskClient, guest_writes: Writes
) -> None:
    """Whatever happens in between, the rows told live are the rows a reload shows."""
    guest_writes("A1", "One")
    guest_writes("A2", "Two", chat_id="34600123456@c.us")
    start = changes.head(cast.hotel_id)
    shown = set(re.findall(r'id="row-(\d+)"', alice.get("/h/grand-plaza/").text))
    desk.send_text(cast.hotel_id, 1, cast.bob_id, "Done that", "ref-1")
    guest_writes("A3", "Three", chat_id="33600123456@c.us")
    conversations.finish(cast.hotel_id, 2, cast.bob_id)
    guest_writes("A4", "Back again", chat_id="34600123456@c.us")
    html = ask(alice, start)
    for row in re.findall(r'hx-target="#row-(\d+)" hx-swap="delete"', html):
        shown.discard(row)
    shown |= {row for _, part in partial(html, "#rows") for row in re.findall(r'"row-(\d+)"', part)}
    assert shown == set(re.findall(r'id="row-(\d+)"', alice.get("/h/grand-plaza/").text))


@pytest.mark.parametrize(
    "query", ["", "since=", "since=x", "since=-1", "since=1&open=x", "since=1&view=x"]
)
def test_a_question_that_makes_no_sense_is_400(alice: FlaskClient, query: str) -> None:
    assert alice.get(f"/h/grand-plaza/changes?{query}", headers=HX).status_code == 400


def test_a_conversation_of_another_hotel_does_not_open(
    charlie: FlaskClient, guest_writes: Writes
) -> None:
    guest_writes("A1", "Private")
    answer = charlie.get("/h/seaview/changes?since=0&open=1", headers=HX)
    assert answer.status_code == 200
    assert "Private" not in answer.text
    assert "#messages-1" not in answer.text


def test_who_was_signed_out_is_sent_to_the_door(alice: FlaskClient) -> None:
    alice.post("/sign-out")
    answer = alice.get("/h/grand-plaza/changes?since=0", headers=HX)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"
