"""Every kind of the reference, in the shapes in which it was published."""

from datetime import UTC, datetime

import pytest

from inbox.greenapi import (
    CallNotification,
    CallState,
    Choice,
    Contacts,
    Deletion,
    Edit,
    File,
    GroupInvite,
    Menu,
    Option,
    Poll,
    PollVotes,
    QuotaNotification,
    Reaction,
    UnknownContent,
    UnknownNotification,
    Vote,
    dedupe_key,
)
from inbox.greenapi.contents import read_content
from inbox.greenapi.fields import Fields
from inbox.greenapi.notifications import parse
from tests.greenapi import samples
from tests.greenapi.webhooks import GUEST, IGNORED, QUOTA, Body, call, message, parsed


@pytest.mark.parametrize(("data", "kind", "text"), samples.MESSAGES)
def test_every_kind_is_read(data: Body, kind: str, text: str) -> None:
    note = parsed(data)
    assert (note.content.kind, note.content.text) == (kind, text)


@pytest.mark.parametrize(("data", "kind", "text"), samples.MESSAGES)
def test_capitals_do_not_matter(data: Body, kind: str, text: str) -> None:
    name = data["typeMessage"]
    for other in (name[0].upper() + name[1:], name.lower(), f" {name} "):
        content = parsed({**data, "typeMessage": other}).content
        assert (content.kind, content.text) == (kind, text)


def test_a_reaction_and_its_removal() -> None:
    assert parsed(samples.reaction("👍", "Q1")).content == Reaction("Q1", "👍")
    assert parsed(samples.reaction("", "Q1")).content == Reaction("Q1", "")
    assert parsed(samples.reaction("👍", "Q1")).quoted is None


def test_an_emoji_is_not_a_novel() -> None:
    content = parsed(samples.reaction("x" * 5000, "Q1")).content
    assert len(content.text) <= 64


def test_an_edit_of_a_text_and_of_a_caption() -> None:
    assert parsed(samples.edited("new", "Q1")).content == Edit("Q1", "new")
    assert parsed(samples.edited("new", "Q1", "caption")).content == Edit("Q1", "new")


def test_a_deletion() -> None:
    assert parsed(samples.deleted("Q1")).content == Deletion("Q1")


def test_the_votes_of_a_poll() -> None:
    data = samples.votes("Q1", "When?", Now=[GUEST, GUEST], Later=[])
    votes = (Vote("Now", (GUEST,)), Vote("Later", ()))
    assert parsed(data).content == PollVotes("Q1", votes)


@pytest.mark.parametrize(
    "data",
    [
        samples.reaction("👍", ""),
        samples.edited("new", ""),
        samples.edited("", "Q1"),
        samples.deleted(""),
        samples.votes("", "When?"),
        {"typeMessage": "pollUpdateMessage", "pollMessageData": {"stanzaId": "Q1"}},
        {"typeMessage": "editedMessage"},
    ],
)
def test_what_changes_nothing_that_can_be_named_keeps_its_body(data: Body) -> None:
    content = parsed(data).content
    assert isinstance(content, UnknownContent)
    assert content.raw == data


def test_the_journal_says_in_a_field_of_its_own_what_it_changes() -> None:
    entry = {"typeMessage": "textMessage", "textMessage": "new", "editedMessageId": "Q1"}
    assert read_content(Fields(entry)) == Edit("Q1", "new")
    assert read_content(Fields({"deletedMessageId": "Q1"})) == Deletion("Q1")


def test_a_round_video_and_an_animated_sticker() -> None:
    video = parsed(samples.file("videoMessage", "video/mp4", videoNote=True)).content
    sticker = parsed(samples.file("stickerMessage", "image/webp", isAnimated=True)).content
    assert isinstance(video, File)
    assert isinstance(sticker, File)
    assert (video.is_video_note, sticker.is_animated) == (True, True)


def test_several_cards_with_and_without_the_double_wrapper() -> None:
    people = (("Ana", "34600111222"), ("Gil", "34600333444"))
    for wrapper in ("messageData", ""):
        content = parsed(samples.contacts(*people, wrapper=wrapper)).content
        assert isinstance(content, Contacts)
        assert [(card.display_name, card.phone) for card in content.cards] == list(people)


def test_a_poll() -> None:
    content = parsed(samples.poll("When?", "7", "8", multiple=True)).content
    assert content == Poll("When?", ("7", "8"), multiple=True)


def test_a_list_has_sections_and_a_template_has_links() -> None:
    menu = parsed(samples.LIST).content
    assert isinstance(menu, Menu)
    assert (menu.title, menu.footer, menu.button) == (
        "Room service",
        "Until 23:00",
        "Open the menu",
    )
    assert menu.options[0] == Option("Water", "Still, 1 l", "Drinks")
    template = parsed(samples.TEMPLATE).content
    assert isinstance(template, Menu)
    assert [(option.text, option.detail) for option in template.options] == [
        ("Booking", "https://hotel.example/b"),
        ("Call us", "+34 910000001"),
        ("Thank you", ""),
    ]


@pytest.mark.parametrize("data", samples.answers("Q1"))
def test_an_answer_is_linked_to_its_question(data: Body) -> None:
    note = parsed(data)
    assert note.content == Choice("Not today", "Q1", "2")
    assert note.quoted is not None
    assert note.quoted.stanza_id == "Q1"


def test_an_invitation_in_both_spellings_of_its_end() -> None:
    for data in (samples.INVITE, samples.INVITE_IN_HALVES):
        content = parsed(data).content
        assert isinstance(content, GroupInvite)
        assert content.group_name == "Wedding of Ana and Tom"
        assert content.expires_at == datetime.fromtimestamp(1900000000, UTC)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("offer", CallState.OFFERED),
        ("pickUp", CallState.TAKEN),
        ("hangUp", CallState.ENDED),
        ("hungUp", CallState.ENDED),
        ("missed", CallState.MISSED),
        ("declined", CallState.DECLINED),
        ("invalid", CallState.ENDED),
        ("inventedTomorrow", CallState.OFFERED),
    ],
)
def test_a_call(status: str, state: CallState) -> None:
    note = parse(call("incomingCall", status, isVideo=True))
    assert isinstance(note, CallNotification)
    assert (note.state, note.is_incoming, note.is_video, note.seconds) == (state, True, True, 0)
    assert note.chat_id is not None
    assert note.chat_id.canonical == GUEST


def test_a_call_that_lasted_was_taken() -> None:
    note = parse(call("incomingCall", "hungUp", duration=61))
    assert isinstance(note, CallNotification)
    assert (note.state, note.seconds) == (CallState.TAKEN, 61)


def test_our_own_call_is_about_whom_we_called() -> None:
    own = {"from": "71111111111@c.us"}
    one = [{"wid": "71111111111@c.us"}, {"wid": GUEST, "status": "pickUp"}]
    note = parse(call("outgoingCall", "pickUp", participants=one, **own))
    assert isinstance(note, CallNotification)
    assert note.chat_id is not None
    assert note.chat_id.canonical == GUEST
    several = [{"wid": GUEST}, {"wid": "79001234568@c.us"}]
    note = parse(call("outgoingCall", "pickUp", participants=several, **own))
    assert isinstance(note, CallNotification)
    assert note.chat_id is None


def test_a_quota_that_is_used_up() -> None:
    note = parse(QUOTA)
    assert isinstance(note, QuotaNotification)
    assert (note.used, note.total, note.timestamp) == (3, 3, None)


@pytest.mark.parametrize("body", IGNORED)
def test_what_we_do_not_act_on(body: Body) -> None:
    assert isinstance(parse(body), UnknownNotification)


def test_two_votes_under_one_id_are_two_events() -> None:
    """Nobody promises that each report of votes has an idMessage of its own."""
    first = message(samples.votes("Q1", "When?", Now=[GUEST]))
    second = message(samples.votes("Q1", "When?", Now=[]))
    assert first["idMessage"] == second["idMessage"]
    assert dedupe_key(first) != dedupe_key(second)
    assert dedupe_key(first) == dedupe_key({**first, "messageData": dict(first["messageData"])})


def test_the_journal_and_the_webhook_of_one_edit_are_one_event() -> None:
    webhook = message(samples.edited("new", "Q1"))
    block = {"textMessage": "new", "stanzaId": "Q1", "caption": ""}
    journal = message({"typeMessage": "editedMessage", "editedMessageData": block})
    assert dedupe_key(webhook) == dedupe_key(journal)


@pytest.mark.parametrize(("data", "kind", "text"), samples.MESSAGES)
def test_no_repr_tells_what_a_guest_wrote(data: Body, kind: str, text: str) -> None:
    shown = repr(parsed(data).content)
    assert not text or text not in shown
    assert "Ana" not in shown
    assert "34600" not in shown
