"""Reactions, edits, deletions and votes: on the message they belong to, whatever comes first."""

import itertools
import json

import pytest
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import Change, Message, Reaction, Revision, WebhookEvent
from inbox.services.intake import receiving
from tests.cast.chat import API, GROUP, GUEST, PHONE, Chat
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.rows import row_of
from tests.greenapi import samples


@pytest.fixture
def chat(cast: Cast) -> Chat:
    return Chat(cast)


def emojis() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(Reaction).order_by(Reaction.sender_chat_id))
    return [(one.sender_chat_id, one.emoji) for one in rows]


def earlier() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Revision.body).order_by(Revision.at)))


def waiting_for() -> list[str]:
    db.session.rollback()
    parked = select(WebhookEvent.waits_for).where(WebhookEvent.state == "parked")
    return list(db.session.scalars(parked))


def test_a_thumbs_up_hangs_on_the_message_and_asks_nothing(chat: Chat) -> None:
    chat.says("A1", samples.text("Hello"), 0)
    chat.says("P1", samples.text("On our way"), 10, by=PHONE)
    assert chat.says("R1", samples.reaction("👍", "P1"), 20) == "applied"
    assert emojis() == [(GUEST, "👍")]
    talk = chat.conversation
    assert (talk.waiting_since, talk.unread_count, talk.status) == (None, 0, "open")
    assert (talk.last_preview, talk.last_direction) == ("Reacted 👍 to: On our way", "in")
    assert len(db.session.scalars(select(Message)).all()) == 2


def test_a_reaction_is_replaced_and_removed_and_the_last_line_returns(chat: Chat) -> None:
    chat.says("P1", samples.text("On our way"), 0, by=PHONE)
    chat.says("R1", samples.reaction("👍", "P1"), 10)
    chat.says("R2", samples.reaction("❤️", "P1"), 20)
    assert emojis() == [(GUEST, "❤️")]
    chat.says("R3", samples.reaction("", "P1"), 30)
    assert emojis() == [(GUEST, "")]
    assert chat.conversation.last_preview == "On our way"


def test_late_news_of_a_reaction_cannot_bring_it_back(chat: Chat) -> None:
    chat.says("P1", samples.text("On our way"), 0, by=PHONE)
    chat.says("R2", samples.reaction("", "P1"), 20)
    chat.says("R1", samples.reaction("👍", "P1"), 10)
    assert emojis() == [(GUEST, "")]


def test_a_question_that_waits_still_waits_after_a_reaction(chat: Chat) -> None:
    chat.says("P1", samples.text("Welcome"), 0, by=PHONE)
    chat.says("A1", samples.text("Is there parking?"), 10)
    chat.says("R1", samples.reaction("👍", "P1"), 20)
    assert chat.conversation.waiting_since == row_of("A1").sorted_at
    assert chat.conversation.unread_count == 1


def test_the_hotels_phone_reacts_too(chat: Chat) -> None:
    chat.says("A1", samples.text("Thank you"), 0)
    chat.says("R1", samples.reaction("🙏", "A1"), 10, by=PHONE)
    assert emojis() == [("", "🙏")]
    assert chat.conversation.last_direction == "out"
    assert chat.conversation.waiting_since is not None, "a nod is no answer"


def test_in_a_group_everybody_has_a_reaction_of_their_own(cast: Cast) -> None:
    group = Chat(cast, GROUP)
    group.says("A1", samples.text("Pool?"), 0, sender=GUEST)
    for number, sender in enumerate((GUEST, "447700900319@c.us")):
        group.says(f"R{number}", samples.reaction("👍", "A1"), 10, sender=sender)
    assert emojis() == [(GUEST, "👍"), ("447700900319@c.us", "👍")]


def test_an_edit_stands_in_place_with_the_old_text_kept(chat: Chat) -> None:
    chat.says("A1", samples.text("Room 12"), 0)
    assert chat.says("E1", samples.edited("Room 21", "A1"), 10) == "applied"
    assert row_of("A1").body == "Room 21"
    assert row_of("A1").edited_at is not None
    assert earlier() == ["Room 12"]
    assert chat.conversation.last_preview == "Room 21"
    assert len(db.session.scalars(select(Message)).all()) == 1


@pytest.mark.parametrize("order", list(itertools.permutations(["A1", "E1", "E2", "E3"])))
def test_edits_in_any_order_end_the_same(chat: Chat, order: tuple[str, ...]) -> None:
    bodies = {
        "A1": chat.message("A1", samples.text("one"), 0),
        "E1": chat.message("E1", samples.edited("two", "A1"), 10),
        "E2": chat.message("E2", samples.edited("three", "A1"), 20),
        "E3": chat.message("E3", samples.edited("four", "A1"), 30),
    }
    for name in (*order, *order):
        chat.take(bodies[name])
    assert row_of("A1").body == "four"
    assert earlier() == ["one", "two", "three"]


@pytest.mark.parametrize("order", list(itertools.permutations(["A1", "E1", "D1"])))
def test_an_edit_and_a_deletion_in_any_order(chat: Chat, order: tuple[str, ...]) -> None:
    bodies = {
        "A1": chat.message("A1", samples.text("secret"), 0),
        "E1": chat.message("E1", samples.edited("less secret", "A1"), 10),
        "D1": chat.message("D1", samples.deleted("A1"), 20),
    }
    for name in order:
        chat.take(bodies[name])
    message = row_of("A1")
    assert message.body == "less secret", "the hotel keeps what was said"
    assert message.deleted_at is not None
    assert earlier() == ["secret"]
    assert chat.conversation.last_preview == "Deleted: less secret"
    assert waiting_for() == []


def test_the_hotels_phone_edits_and_deletes_its_own(chat: Chat) -> None:
    chat.says("P1", samples.text("At 8"), 0, by=PHONE)
    chat.says("E1", samples.edited("At 9", "P1"), 10, by=API)
    chat.says("D1", samples.deleted("P1"), 20, by=PHONE)
    assert row_of("P1").body == "At 9"
    assert row_of("P1").deleted_at is not None


def test_nobody_edits_what_the_other_side_wrote(chat: Chat) -> None:
    chat.says("P1", samples.text("Your room is 12"), 0, by=PHONE)
    assert chat.says("E1", samples.edited("Your room is free", "P1"), 10) == "quarantined"
    assert row_of("P1").body == "Your room is 12"


@pytest.mark.parametrize(
    "data",
    [samples.edited("x", "A1"), samples.deleted("A1"), samples.reaction("👍", "A1")],
)
def test_nobody_changes_what_stands_in_another_chat(cast: Cast, chat: Chat, data: dict) -> None:  # type: ignore[type-arg]
    chat.says("A1", samples.text("mine"), 0)
    stranger = Chat(cast, "447700900999@c.us")
    assert stranger.says("X1", data, 10) == "quarantined"
    assert (row_of("A1").body, row_of("A1").deleted_at, emojis()) == ("mine", None, [])


def test_another_spelling_of_the_guests_number_is_the_guest(cast: Cast) -> None:
    Chat(cast, "5215512345678@c.us").says("A1", samples.text("one"), 0)
    other = Chat(cast, "525512345678@c.us")
    assert other.says("E1", samples.edited("two", "A1"), 10) == "applied"
    assert row_of("A1").body == "two"


def test_what_comes_before_its_message_waits_for_it(chat: Chat) -> None:
    assert chat.says("R1", samples.reaction("👍", "A1"), 20) == "parked"
    assert chat.says("E1", samples.edited("new", "A1"), 10) == "parked"
    assert waiting_for() == ["A1", "A1"]
    chat.says("B1", samples.text("another"), 5)
    assert len(waiting_for()) == 2
    chat.says("A1", samples.text("old"), 0)
    assert waiting_for() == []
    assert (row_of("A1").body, emojis()) == ("new", [(GUEST, "👍")])


def test_one_parked_event_that_cannot_be_applied_holds_up_nothing(cast: Cast, chat: Chat) -> None:
    Chat(cast, "447700900999@c.us").says("X1", samples.deleted("A1"), 5)
    assert chat.says("A1", samples.text("mine"), 0) == "applied"
    assert row_of("A1").deleted_at is None
    states = db.session.scalars(select(WebhookEvent.state).order_by(WebhookEvent.id)).all()
    assert states == ["quarantined", "applied"]


def test_votes_are_the_whole_state_and_the_youngest_report_counts(chat: Chat) -> None:
    chat.says("P1", samples.poll("When?", "Now", "Later"), 0, by=PHONE)
    chat.says("V2", samples.votes("P1", "When?", Now=[], Later=[GUEST]), 20)
    chat.says("V1", samples.votes("P1", "When?", Now=[GUEST], Later=[]), 10)
    payload = row_of("P1").payload
    assert payload["options"] == ["Now", "Later"]
    assert payload["votes"] == {"Now": [], "Later": [GUEST]}
    assert chat.conversation.unread_count == 0


def test_two_reports_of_votes_under_one_id_are_both_read(chat: Chat) -> None:
    chat.says("P1", samples.poll("When?", "Now", "Later"), 0, by=PHONE)
    chat.says("V", samples.votes("P1", "When?", Now=[GUEST]), 10)
    chat.says("V", samples.votes("P1", "When?", Now=[], Later=[GUEST]), 20)
    assert row_of("P1").payload["votes"]["Later"] == [GUEST]


@pytest.mark.parametrize(
    "data",
    [
        samples.reaction("👍", "A1"),
        samples.edited("x", "A1"),
        samples.deleted("A1"),
        samples.votes("A1", "?", Now=[GUEST]),
    ],
)
def test_the_browsers_are_told_of_the_message_that_changed(chat: Chat, data: dict) -> None:  # type: ignore[type-arg]
    chat.says("A1", samples.poll("?", "Now"), 0)
    chat.says("X1", data, 10)
    change = db.session.scalars(select(Change).order_by(Change.seq.desc())).first()
    assert change is not None
    assert (change.kind, change.message_id) == ("message", row_of("A1").id)


def test_a_choice_is_shown_in_words_and_linked_to_its_question(chat: Chat) -> None:
    chat.says("P1", samples.BUTTONS, 0, by=PHONE)
    for number, answer in enumerate(samples.answers("P1")):
        chat.says(f"A{number}", answer, 10 + number)
        message = row_of(f"A{number}")
        assert (message.kind, message.body) == ("choice", "Not today")
        assert message.quoted_id == row_of("P1").id
    assert chat.conversation.last_preview == "Chose: Not today"


def test_a_quote_that_came_first_is_linked_when_its_message_comes(chat: Chat) -> None:
    block = {"typeMessage": "imageMessage", "caption": "The lamp"}
    chat.says("A2", samples.quoted("Well?", "A1", block), 10)
    assert row_of("A2").quoted_preview == "Photo: The lamp"
    assert row_of("A2").quoted_id is None
    chat.says("A1", samples.text("The lamp"), 0)
    assert row_of("A2").quoted_id == row_of("A1").id


def test_a_quote_of_another_chat_is_told_in_words_only(cast: Cast, chat: Chat) -> None:
    Chat(cast, GROUP).says("G1", samples.text("Pool?"), 0, sender=GUEST)
    block = {"typeMessage": "textMessage", "textMessage": "Pool?"}
    chat.says("A1", samples.quoted("Privately: yes", "G1", block), 10)
    assert row_of("A1").quoted_id is None
    assert row_of("A1").quoted_preview == "Pool?"


def test_every_message_knows_the_event_it_was_made_from(cast: Cast) -> None:
    raw = json.dumps(incoming("A1")).encode()
    receiving.receive(cast.instance_id, raw)
    event = db.session.get_one(WebhookEvent, row_of("A1").event_id)
    assert event.body == raw
