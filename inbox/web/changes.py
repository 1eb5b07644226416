"""The one live endpoint (D9): everything that moved since a number, drawn with the page's partials.

Reconnect, wake-up, tab focus, a gap in the numbers and the safety poll all come here. What a signal
sets off is asked by every page of the hotel at once, so it is drawn once (decision 0006).
"""

from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request
from flask_login import current_user

from inbox.errors import NotFound
from inbox.models import Conversation
from inbox.security.tenancy import hotel_required
from inbox.services import changes as change_log
from inbox.services.conversations import conversations, threads
from inbox.services.lines import backlog
from inbox.services.replies import schedules
from inbox.web.blueprint import blueprint
from inbox.web.page import frame, ids
from inbox.web.page.fragment_cache import fragment_cache
from inbox.web.thread.bubble import new_count


class TooOldError(Exception):
    """The difference since the page's number is not kept any more."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a page shows and up to which number; all that the answer depends on."""

    hotel_id: int
    since: int
    until: int
    here: frame.ListPlace
    open_id: int | None


@blueprint.get("/h/<slug>/changes")
@hotel_required
def changes() -> str:
    """Partials for every region that may have moved, and the number they are true at."""
    question = _question()
    rail = _rail()
    try:
        return _difference(question) + rail
    except TooOldError:
        return _draw(question, _everything(question)) + rail


def _question() -> Question:
    """A page that was told a number asks up to that number, as do all the others that were told;
    any other up to the latest.
    """
    since, told, latest = _number("since"), _number("told", "0"), int(g.hotel.change_seq)
    until = told if since < told < latest else latest
    open_id = _number("open") if request.args.get("open") else None
    return Question(g.hotel.id, since, until, frame.place(), open_id)


def _rail() -> str:
    """The hotels of this person, with those who wait there."""
    cards = frame.cards()
    look = [(card.hotel.id, card.hotel.slug, card.hotel.name, card.needs_us) for card in cards]
    return fragment_cache().get(
        ("rail", g.hotel.id, *look),
        lambda: render_template("page/_hotels_moved.html", hotels=cards, hotel=g.hotel),
    )


def _difference(question: Question) -> str:
    """What moved, drawn once for all who ask at the same time; what people search for is their own.
    Raises `TooOldError`.
    """
    if question.here.q:
        return _draw_difference(question)
    return fragment_cache().get(question, lambda: _draw_difference(question))


def _draw_difference(question: Question) -> str:
    news = change_log.since(question.hotel_id, question.since, question.until)
    if news.too_old:
        raise TooOldError
    return _draw(question, _rows(question, news) | _thread(question, news))


def _draw(question: Question, moved: dict[str, Any]) -> str:
    return render_template(
        "page/_changes.html", **moved, **frame.regions(question.here, question.until)
    )


def _everything(question: Question) -> dict[str, Any]:
    """The list and the thread anew, with the line above what this person has not seen."""
    opened = _opened(question)
    found = {"page": frame.list_page(question.here), "conversation": opened, "head_moved": True}
    if opened is None:
        return found
    page = threads.page(question.hotel_id, opened.id, staff_id=current_user.staff_id)
    return found | {
        "thread": page,
        "new_count": new_count(page.messages, page.first_unseen_id),
        "scheduled": schedules.of_conversation(question.hotel_id, opened.id),
    }


def _rows(question: Question, news: change_log.Changes) -> dict[str, Any]:
    """Changed rows by what the list must do: search results only change in place."""
    here = question.here
    changed = conversations.by_ids(question.hotel_id, news.conversation_ids)
    if here.q:
        return {"rows_if_shown": changed}
    return {
        "rows_here": [row for row in changed if conversations.view_of(row) == here.view],
        "rows_gone": [row for row in changed if conversations.view_of(row) != here.view],
        "rows_elsewhere": [row for row in changed if _calls(row, question)],
    }


def _calls(row: Conversation, question: Question) -> bool:
    """Whether it needs us and nobody has looked, while this page shows another tab."""
    here = question.here.view == "needs_us" or row.id == question.open_id
    return not here and row.unread_count > 0 and conversations.view_of(row) == "needs_us"


def _thread(question: Question, news: change_log.Changes) -> dict[str, Any]:
    """What moved in the open conversation. What waits there says whether the line is why."""
    opened = _opened(question)
    if opened is None:
        return {}
    ids, moved = news.message_ids, opened.id in news.scheduled_in
    if news.line_changed:
        ids = [*ids, *backlog.of_conversation(question.hotel_id, opened.id)]
    return {
        "conversation": opened,
        "scheduled": schedules.of_conversation(question.hotel_id, opened.id) if moved else None,
        "messages": threads.by_ids(question.hotel_id, opened.id, ids),
        "head_moved": news.line_changed or opened.id in news.conversation_ids,
    }


def _opened(question: Question) -> Conversation | None:
    """The conversation beside the list. One that is gone must not stop the list from moving."""
    if question.open_id is None:
        return None
    try:
        return conversations.get(question.hotel_id, question.open_id)
    except NotFound:
        return None


def _number(name: str, missing: str = "") -> int:
    text = request.args.get(name) or missing
    return ids.required(text, name, f"{name} must be a number.")
