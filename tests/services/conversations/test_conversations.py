"""The list: tabs, counts, search, pages, and how many queries it takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from inbox.errors import Invalid, NotFound
from inbox.extensions import db
from inbox.models import Conversation
from inbox.services.conversations import conversations, threads
from tests.cast import desk
from tests.cast.people import Cast

Writes = Callable[..., Conversation]


def fill(guest_writes: Writes, guests: int, first: int = 0) -> list[int]:
    return [
        guest_writes(
            f"A{number}",
            f"text {number}",
            chat_id=f"4477009{number:05}@c.us",
            name=f"Guest {number}",
            timestamp=1_763_000_000 + number,
        ).id
        for number in range(first, first + guests)
    ]


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_conversation_stands_in_one_tab_and_is_counted_there(
    cast: Cast, guest_writes: Writes
) -> None:
    answered, done, waiting = fill(guest_writes, 3)
    desk.send_text(cast.hotel_id, answered, cast.alice_id, "Yes")
    conversations.finish(cast.hotel_id, done, cast.alice_id)
    tabs = {
        view: [row.id for row in conversations.page(cast.hotel_id, view).rows]
        for view in conversations.VIEWS
    }
    assert tabs == {"needs_us": [waiting], "waiting": [answered], "done": [done]}
    both = [cast.hotel_id, cast.other_hotel_id]
    assert conversations.counts(both) == {
        cast.hotel_id: conversations.Counts(needs_us=1, waiting=1),
        cast.other_hotel_id: conversations.Counts(needs_us=0, waiting=0),
    }
    for conversation_id, view in ((answered, "waiting"), (done, "done"), (waiting, "needs_us")):
        assert conversations.view_of(conversations.get(cast.hotel_id, conversation_id)) == view


@pytest.mark.parametrize("view", ["needs_us", "done"])
def test_pages_follow_each_other_without_a_gap(
    cast: Cast, guest_writes: Writes, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    """Who has waited longest first, or else the newest first."""
    monkeypatch.setattr(conversations, "PAGE", 4)
    ids = fill(guest_writes, 10)
    if view == "done":
        for conversation_id in ids:
            conversations.finish(cast.hotel_id, conversation_id, cast.alice_id)
    seen: list[int] = []
    before = None
    while True:
        page = conversations.page(cast.hotel_id, view, before=before)
        seen += [row.id for row in page.rows]
        before = page.older
        if before is None:
            break
    assert seen == (ids if view == "needs_us" else ids[::-1])


@pytest.mark.parametrize(
    "cursor", ["x", "////", "é", "MTIzL2FiYw==", "LTEvLTE=", "OTk5OTk5OTk5OTk5OTk5OTk5OTkvMQ=="]
)
def test_a_cursor_that_is_none_is_refused_in_words(cast: Cast, cursor: str) -> None:
    with pytest.raises(Invalid):
        conversations.page(cast.hotel_id, "needs_us", before=cursor)


@pytest.mark.parametrize(
    ("search", "found"),
    [("guest 2", 1), ("GUEST", 3), ("text 1", 1), ("00002", 1), ("%", 0), ("_", 0), ("zzz", 0)],
)
def test_search_looks_at_names_numbers_and_last_words(
    cast: Cast, guest_writes: Writes, search: str, found: int
) -> None:
    fill(guest_writes, 3)
    assert len(conversations.page(cast.hotel_id, "done", search=search).rows) == found


def test_a_tab_that_does_not_exist_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        conversations.page(cast.hotel_id, "everything")


def test_another_hotels_conversation_is_nowhere(cast: Cast, guest_writes: Writes) -> None:
    (conversation_id,) = fill(guest_writes, 1)
    with pytest.raises(NotFound):
        conversations.get(cast.other_hotel_id, conversation_id)
    assert conversations.by_ids(cast.other_hotel_id, [conversation_id]) == []
    assert conversations.page(cast.other_hotel_id, "needs_us").rows == []
    with pytest.raises(NotFound):
        conversations.mark_seen(cast.other_hotel_id, conversation_id, cast.charlie_id)


def test_the_new_line_is_each_persons_own(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    conversations.mark_seen(cast.hotel_id, conversation.id, cast.alice_id)
    conversations.mark_seen(cast.hotel_id, conversation.id, cast.bob_id)
    guest_writes("A2", "More", timestamp=1_763_000_050)
    conversations.mark_seen(cast.hotel_id, conversation.id, cast.bob_id)
    alices = threads.page(cast.hotel_id, conversation.id, staff_id=cast.alice_id)
    bobs = threads.page(cast.hotel_id, conversation.id, staff_id=cast.bob_id)
    assert alices.first_unseen_id == alices.messages[-1].id
    assert bobs.first_unseen_id is None


def test_a_page_takes_the_same_few_queries_however_long_it_is(
    cast: Cast, guest_writes: Writes
) -> None:
    fill(guest_writes, 2)
    with counted_queries() as short:
        for row in conversations.page(cast.hotel_id, "needs_us").rows:
            assert row.guest.name
    fill(guest_writes, 20, first=2)
    db.session.rollback()
    with counted_queries() as long:
        for row in conversations.page(cast.hotel_id, "needs_us").rows:
            assert row.guest.name
    assert [one for one in long if one.startswith("SELECT")] == [
        one for one in short if one.startswith("SELECT")
    ]
