"""Votes in a poll: each report tells all of them, and the youngest report is believed."""

from datetime import datetime
from typing import Any

from inbox.greenapi.contents import PollVotes
from inbox.models import Message

MOST_OPTIONS = 50
MOST_VOTERS = 1024  # the most members that a group has


def count(message: Message, report: PollVotes, at: datetime) -> None:
    """Write the votes into the poll's payload, unless a younger report was there before."""
    payload: dict[str, Any] = dict(message.payload or {})
    known = payload.get("voted_at")
    if isinstance(known, str) and datetime.fromisoformat(known) > at:
        return
    payload["votes"] = {
        vote.option: list(vote.voters[:MOST_VOTERS]) for vote in report.votes[:MOST_OPTIONS]
    }
    payload["voted_at"] = at.isoformat()
    message.payload = payload
