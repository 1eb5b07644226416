"""Addresses of the desk's pages that several acts lead back to."""

from flask import g, url_for


def thread_url(conversation_id: int) -> str:
    """Where the conversation is read."""
    return url_for("web.thread", slug=g.hotel.slug, conversation_id=conversation_id)
