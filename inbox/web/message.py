"""One message that did not get through: trying it again, or letting it go."""

from flask import g, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.models import Message
from inbox.security.tenancy import hotel_required
from inbox.services import conversations, second_thoughts
from inbox.web.door import blueprint
from inbox.web.htmx import settled, wants_fragment


@blueprint.post("/h/<slug>/m/<int:message_id>/retry")
@hotel_required
def retry(message_id: int) -> str | Response:
    """A new attempt, as a new bubble."""
    return _shown(second_thoughts.retry(g.hotel.id, message_id, current_user.staff_id))


@blueprint.post("/h/<slug>/m/<int:message_id>/discard")
@hotel_required
def discard(message_id: int) -> str | Response:
    """Leave it unsent."""
    return _shown(second_thoughts.discard(g.hotel.id, message_id, current_user.staff_id))


def _shown(message: Message) -> str | Response:
    conversation = conversations.get(g.hotel.id, message.conversation_id)
    if wants_fragment():
        return render_template(
            "_bubble.html", message=message, conversation=conversation, hotel=g.hotel
        )
    return settled(url_for("web.thread", slug=g.hotel.slug, conversation_id=conversation.id))
