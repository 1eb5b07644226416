"""Who did what. Written in the same transaction as the deed."""

from typing import Any

from inbox import clock
from inbox.models import AuditEntry
from inbox.services.transaction import Work


def record(
    work: Work,
    actor: str,
    action: str,
    *,
    hotel_id: int | None = None,
    subject: str = "",
    **detail: Any,
) -> None:
    """Add one entry. `detail` must hold no secret and nothing a guest wrote."""
    work.session.add(
        AuditEntry(
            hotel_id=hotel_id,
            actor=actor,
            action=action,
            subject=subject,
            detail=detail,
            at=clock.now(),
        )
    )


def by_staff(staff_id: int) -> str:
    """The actor's name of a person."""
    return f"staff:{staff_id}"
