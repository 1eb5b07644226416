"""Messages for later: writing one, and the list of those that wait, with what can be done."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox import clock
from inbox.errors import Conflict, Invalid
from inbox.models import TEXT_LIMIT, Conversation, Hotel, Message
from inbox.security.large_bodies import takes_files
from inbox.security.tenancy import hotel_required
from inbox.services.conversations import conversations
from inbox.services.messages import outgoing
from inbox.services.replies import attachments, due_times, replies, schedules
from inbox.web.blueprint import blueprint
from inbox.web.composer.attachment import has_file, uploaded
from inbox.web.page.addresses import thread_url
from inbox.web.page.dialog import Dialog
from inbox.web.page.frame import page_frame
from inbox.web.page.htmx import settled
from inbox.web.thread.media import store
from inbox.web.thread.thread import to_guest
from inbox.web.words.formatting import clock as wall_clock
from inbox.web.words.formatting import local, plain_day

Answer = str | tuple[str, int] | Response
CHOICES = {
    "hour": "In one hour",
    "morning": "This morning",
    "evening": "This evening",
    "tomorrow": "Tomorrow morning",
}
SCHEDULED_BEFORE = "What you scheduled first stands already. Schedule this too if you want both."


@blueprint.route("/h/<slug>/c/<int:conversation_id>/later", methods=["GET", "POST"])
@hotel_required
def later(conversation_id: int) -> str:
    """When is it to go? Posted, so that the text in the box stands in no address."""
    conversation = conversations.get(g.hotel.id, conversation_id)
    return _later_dialog(conversation).draw(**_later(conversation))


@blueprint.post("/h/<slug>/c/<int:conversation_id>/schedule")
@takes_files
@hotel_required
def schedule(conversation_id: int) -> Answer:
    """Send this text or this file later.

    Where files follow one by one (`files`, sent by composer/later.js to `attach_file`), the answer
    is the moment that they are for: with `files=under` the text waits for the first of them too.
    """
    conversation = conversations.get(g.hotel.id, conversation_id)
    dialog, files = _later_dialog(conversation), request.form.get("files", "")
    try:
        at = _chosen()
        if files == "under":
            due_times.checked(at)
            outgoing.text_under("document", request.form.get("body", ""), name="body")
        else:
            _write(conversation_id, at)
    except (Invalid, Conflict) as error:
        errors = error.fields if isinstance(error, Invalid) else {"form": SCHEDULED_BEFORE}
        again = conversations.get(g.hotel.id, conversation_id)
        return dialog.refuse(errors, **_later(again))
    return (
        render_template("composer/_due.html", at=at, hotel=g.hotel)
        if files
        else settled(dialog.back)
    )


def _write(conversation_id: int, at: datetime) -> None:
    """The text, or without scripts a file with the text under it. Raises `Invalid`, `Conflict`."""
    if has_file():
        file = to_guest(conversation_id, uploaded(), at)
        attachments.send(g.hotel.id, conversation_id, file, store())
    else:
        content = outgoing.text(request.form.get("body", ""))
        replies.send(g.hotel.id, conversation_id, to_guest(conversation_id, content, at))


@blueprint.get("/h/<slug>/m/<int:message_id>/schedule")
@hotel_required
def schedule_form(message_id: int) -> str:
    """Another text or another time."""
    message = schedules.get(g.hotel.id, message_id)
    return _change_dialog(message).draw(message=message, **_times(message))


@blueprint.post("/h/<slug>/m/<int:message_id>/schedule")
@hotel_required
def reschedule(message_id: int) -> Answer:
    """Change what is scheduled. Its time stays to the second if nobody touched it."""
    message = schedules.get(g.hotel.id, message_id)
    dialog, at = _change_dialog(message), request.form.get("at", "")
    untouched = message.scheduled_for if at == _field(message.scheduled_for) else None
    try:
        schedules.change(
            g.hotel.id,
            message_id,
            current_user.staff_id,
            request.form.get("body", ""),
            untouched or due_times.moment(g.hotel.id, at),
        )
    except Invalid as error:
        again = schedules.get(g.hotel.id, message_id)
        return dialog.refuse(error.fields, message=again, **_times(again))
    return settled(dialog.back)


@blueprint.get("/h/<slug>/m/<int:message_id>/unschedule")
@hotel_required
def ask_unschedule(message_id: int) -> str:
    """It is gone for good then: does the person want that?"""
    message = schedules.get(g.hotel.id, message_id)
    conversation = conversations.get(g.hotel.id, message.conversation_id)
    dialog = Dialog("composer/_drop_form.html", "Drop this message?", _back(message))
    return dialog.draw(message=message, conversation=conversation)


@blueprint.post("/h/<slug>/m/<int:message_id>/unschedule")
@hotel_required
def unschedule(message_id: int) -> Response:
    """It is not to be sent."""
    back = _back(schedules.get(g.hotel.id, message_id))
    schedules.drop(g.hotel.id, message_id, current_user.staff_id, store())
    return settled(back)


@blueprint.post("/h/<slug>/m/<int:message_id>/send-now")
@hotel_required
def send_now(message_id: int) -> Response:
    """Do not wait for its time."""
    back = _back(schedules.get(g.hotel.id, message_id))
    schedules.send_now(g.hotel.id, message_id, current_user.staff_id)
    return settled(back)


@blueprint.get("/h/<slug>/scheduled")
@hotel_required
def scheduled() -> str:
    """All that waits for its time at this hotel."""
    return render_template(
        "composer/scheduled.html",
        found=schedules.of_hotel(g.hotel.id),
        text_limit=TEXT_LIMIT,
        **page_frame(),
    )


def _chosen() -> datetime:
    """One of the quick choices, else the time that was written."""
    choice = request.form.get("when", "")
    if choice not in CHOICES:
        return due_times.moment(g.hotel.id, request.form.get("at", ""))
    found = due_times.choices(g.hotel.id).get(choice)
    if found is None:
        raise Invalid({"at": due_times.OVER})
    return found


def _later_dialog(conversation: Conversation) -> Dialog:
    return Dialog("composer/_later_form.html", "Send later", thread_url(conversation.id))


def _later(conversation: Conversation) -> dict[str, Any]:
    found = due_times.choices(g.hotel.id)
    return {
        "conversation": conversation,
        "choices": [(key, CHOICES[key], at) for key, at in found.items()],
        "text_limit": TEXT_LIMIT,
        **_bounds(),
    }


def _change_dialog(message: Message) -> Dialog:
    return Dialog("composer/_change_form.html", "Change what is scheduled", _back(message))


def _times(message: Message) -> dict[str, Any]:
    is_text = message.kind == "text"
    return {
        "at": _field(message.scheduled_for),
        "may_have_text": schedules.may_have_text(message),
        "text_limit": TEXT_LIMIT if is_text else outgoing.CAPTION_LIMIT,
        **_bounds(),
    }


def _bounds() -> dict[str, str]:
    """What the browser's own calendar offers."""
    now = clock.now()
    return {"earliest": _field(now), "latest": _field(now + due_times.LATEST)}


def _field(at: datetime | None) -> str:
    """2026-11-25T18:30 by the hotel's clock, as a date-time field holds it."""
    return f"{local(at, g.hotel):%Y-%m-%dT%H:%M}" if at else ""


def _back(message: Message) -> str:
    """To the list of all that is scheduled for who came from there, else to the thread."""
    if request.values.get("from") == "list":
        return url_for("web.scheduled", slug=g.hotel.slug)
    return thread_url(message.conversation_id)


def due_words(at: datetime, hotel: Hotel) -> str:
    """Today, 18:00; Tomorrow, 09:00; Fri 27 Nov, 09:00, by the hotel's clock."""
    day, today = local(at, hotel).date(), local(clock.now(), hotel).date()
    names = {today: "Today", today + timedelta(days=1): "Tomorrow"}
    return f"{names.get(day) or plain_day(day, today)}, {wall_clock(at, hotel)}"


def zone_words(hotel: Hotel) -> str:
    """Whose clock is meant: Madrid time, 14:05 now."""
    city = hotel.timezone.rpartition("/")[2].replace("_", " ")
    return f"{city} time, {wall_clock(clock.now(), hotel)} now"


def register(blueprint: Blueprint) -> None:
    """Offer the words above to every template, as filters under their own names."""
    for function in (due_words, zone_words):
        blueprint.add_app_template_filter(function, function.__name__)
