"""The menu beside a bubble: what can be done with a message, or a question before it is done.

Without scripts it is a page of its own.
"""

from typing import Any

from flask import g, render_template

from inbox.models import Message
from inbox.services.conversations import conversations
from inbox.web.page.frame import page_frame
from inbox.web.page.htmx import wants_fragment


def about_message(part: str, message: Message, **more: Any) -> str:
    """Draw this fragment about a message, alone for htmx, else inside a page."""
    variables = {
        **page_frame(),
        "message": message,
        "conversation": conversations.get(g.hotel.id, message.conversation_id),
        **more,
    }
    if wants_fragment():
        return render_template(part, **variables)
    return render_template("thread/message.html", part=part, alone=True, **variables)
