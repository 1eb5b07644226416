"""What a program is told of a message: how far it is and why, and never a word of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from inbox.models import Correction, Message
from inbox.models.states import NOT_SENT, MessageStatus, Origin
from inbox.services.replies.sent_messages import Sent


def message(sent: Sent) -> dict[str, Any]:
    """All about one message."""
    row = sent.message
    is_program = row.origin == Origin.API
    return {
        "message_id": row.id,
        "conversation_id": row.conversation_id,
        "guest_id": sent.guest_id,
        "id_instance": sent.instance.id_instance,
        "id_message": row.id_message,
        "kind": row.kind,
        "sent_by": "program" if is_program else "person",
        "client_ref": row.client_ref if is_program else None,
        "quoted_message_id": row.quoted_id,
        "status": row.status,
        "attempts": row.attempts,
        "hold": _hold(sent),
        "failure": failure(row),
        "cancelled": row.failure_code if row.status == MessageStatus.CANCELLED else None,
        "needs_decision": row.awaits_decision,
        "correction": _correction(row.corrections),
        **_moments(row),
    }


def _moments(row: Message) -> dict[str, str | None]:
    moments = {
        "send_at": row.scheduled_for,
        "queued_at": row.queued_at,
        "expires_at": row.expires_at,
        "accepted_at": row.accepted_at,
        "sent_at": row.sent_at,
        "delivered_at": row.delivered_at,
        "read_at": row.read_at,
        "failed_at": row.failed_at,
        "edited_at": row.edited_at,
        "deleted_at": row.deleted_at,
    }
    return {name: moment(at) for name, at in moments.items()}


def _hold(sent: Sent) -> dict[str, str | None] | None:
    if sent.hold is None:
        return None
    reason, words = sent.hold
    return {"reason": reason, "message": words, "until": moment(sent.message.not_before)}


def _correction(corrections: Sequence[Correction]) -> dict[str, str | None] | None:
    """The latest wish."""
    if not corrections:
        return None
    latest = corrections[-1]
    return {"kind": latest.kind, "state": latest.state, "message": latest.failure_text or None}


def failure(row: Message) -> dict[str, str] | None:
    """Why it did not get through, as a code and in words."""
    if row.status not in NOT_SENT:
        return None
    return {"code": row.failure_code, "message": row.failure_text}


def moment(at: datetime | None) -> str | None:
    """A moment in UTC, as ISO 8601 writes it."""
    return at.isoformat() if at else None
