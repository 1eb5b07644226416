"""Who a guest is: merging two that are one person, and taking it back."""

from typing import Any

from flask import Blueprint, g, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.models import Conversation
from inbox.security.tenancy import hotel_required
from inbox.services.guests import guests, merges, suggestions
from inbox.web.blueprint import blueprint
from inbox.web.page import ids
from inbox.web.page.addresses import thread_url
from inbox.web.page.frame import page_frame
from inbox.web.page.htmx import settled

QUERY_LIMIT = 100


def register(door: Blueprint) -> None:
    """Let the guest pane ask what it needs, wherever it is drawn."""
    door.app_context_processor(lambda: {"about_guest": about_guest})


def about_guest(conversation: Conversation) -> dict[str, Any]:
    """The person's other conversations, who they may be as well, and who they were."""
    if conversation.kind == "group":
        return {"others": [], "suggestions": [], "merged": []}
    hotel_id = conversation.hotel_id
    return {
        "others": suggestions.conversations_beside(hotel_id, conversation),
        "suggestions": suggestions.for_guest(hotel_id, conversation.guest),
        "merged": merges.of_guest(hotel_id, conversation.guest_id),
    }


@blueprint.get("/h/<slug>/guests/<int:guest_id>/same")
@hotel_required
def same_person(guest_id: int) -> str:
    """A search for the guest that this one is as well."""
    guest = guests.get(g.hotel.id, guest_id)
    q = request.args.get("q", "").replace("\0", "").strip()[:QUERY_LIMIT]
    found = guests.search(g.hotel.id, q, besides=guest_id) if q else []
    back = guests.conversation_of(g.hotel.id, guest_id)
    return render_template(
        "guest/same_person.html", guest=guest, q=q, found=found, back=back, **page_frame()
    )


@blueprint.post("/h/<slug>/guests/<int:guest_id>/merge")
@hotel_required
def merge_guest(guest_id: int) -> Response:
    """This guest is that other one."""
    guests.get(g.hotel.id, guest_id)
    into_id = ids.required(request.values.get("into", ""), "into", "Say who this guest is.")
    merges.merge(g.hotel.id, guest_id, into_id, current_user.staff_id)
    return _shown(into_id)


@blueprint.post("/h/<slug>/guests/<int:guest_id>/merges/<int:merge_id>/undo")
@hotel_required
def undo_merge(guest_id: int, merge_id: int) -> Response:
    """They are two again."""
    merges.undo(g.hotel.id, merge_id, current_user.staff_id)
    return _shown(guest_id)


def _shown(guest_id: int) -> Response:
    """Back to the conversation that was open, else to the guest's latest."""
    conversation_id = ids.read(request.values.get("conversation", ""))
    if conversation_id is None:
        conversation_id = guests.conversation_of(g.hotel.id, guest_id).id
    return settled(thread_url(conversation_id))
