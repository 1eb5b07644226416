"""The one live endpoint (D9): everything that moved since a number, drawn with the page's partials.

Reconnect, wake-up, tab focus, a gap in the numbers and the safety poll all come here.
"""

from typing import Any
from uuid import uuid4

from flask import g, render_template, request
from flask_login import current_user

from inbox.errors import Invalid, NotFound
from inbox.models import Conversation
from inbox.security.tenancy import hotel_required
from inbox.services import changes as change_log
from inbox.services import conversations, threads
from inbox.web import desk
from inbox.web.bubble import new_count
from inbox.web.door import blueprint


@blueprint.get("/h/<slug>/changes")
@hotel_required
def changes() -> str:
    """Partials for every region that may have moved, and the number they are true at."""
    here = desk.place()
    news = change_log.since(g.hotel.id, _number("since"))
    opened = _open_conversation()
    variables: dict[str, Any] = {"conversation": opened, "client_ref": uuid4()}
    if news.too_old:
        variables |= _everything(here, opened)
    else:
        variables |= _rows(here, news) | _thread(opened, news)
    return render_template("_changes.html", **variables, **desk.around(here, news.head))


def _everything(here: desk.Place, opened: Conversation | None) -> dict[str, Any]:
    """Too old to tell the difference: the list and the thread anew."""
    found: dict[str, Any] = {"page": desk.list_page(here), "head_moved": True}
    if opened is not None:
        page = threads.page(g.hotel.id, opened.id, staff_id=current_user.staff_id)
        found |= {"thread": page, "new_count": new_count(page.messages, page.first_unseen_id)}
    return found


def _rows(here: desk.Place, news: change_log.Changes) -> dict[str, Any]:
    """Changed rows by what the list must do: search results only change in place."""
    changed = conversations.by_ids(g.hotel.id, news.conversation_ids)
    if here.q:
        return {"rows_if_shown": changed}
    return {
        "rows_here": [row for row in changed if conversations.view_of(row) == here.view],
        "rows_gone": [row for row in changed if conversations.view_of(row) != here.view],
    }


def _thread(opened: Conversation | None, news: change_log.Changes) -> dict[str, Any]:
    if opened is None:
        return {}
    return {
        "messages": threads.by_ids(g.hotel.id, opened.id, news.message_ids),
        "head_moved": opened.id in news.conversation_ids,
    }


def _open_conversation() -> Conversation | None:
    """The conversation beside the list. One that is gone must not stop the list from moving."""
    if not request.args.get("open"):
        return None
    try:
        return conversations.get(g.hotel.id, _number("open"))
    except NotFound:
        return None


def _number(name: str) -> int:
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid({name: f"{name} must be a number."})
    return int(text)
