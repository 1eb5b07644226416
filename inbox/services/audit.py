"""Who did what. Written in the same transaction as the deed."""

from dataclasses import dataclass
from typing import Any

from inbox import clock
from inbox.models import AuditEntry, Conversation, Guest, Instance, Message, WebhookEvent
from inbox.services.transaction import Work

CLI = "cli"  # the command line
SYSTEM = "system"  # what Lobby does by itself
Row = Conversation | Guest | Instance | Message | WebhookEvent


@dataclass(frozen=True)
class Program:
    """A program of the hotel, known by its token."""

    token_id: int


Doer = int | Program
"""A person, by the id of their staff row, or a program."""


def act(work: Work, by: Doer | str, action: str, row: Row, **detail: Any) -> None:
    """Record what somebody does to a row of a hotel. `by` may be an actor's name.

    `detail` must hold no secret and nothing a guest wrote, here as everywhere.
    """
    subject = f"{row.__tablename__}:{row.id}"
    record(work, by, action, hotel_id=row.hotel_id, subject=subject, **detail)


def act_on_message(
    work: Work, by: Doer | str, action: str, hotel_id: int, message_id: int, **detail: Any
) -> None:
    """The same of a message that is known by its id."""
    record(work, by, action, hotel_id=hotel_id, subject=f"message:{message_id}", **detail)


def act_on(
    work: Work, by: Doer | str, action: str, hotel_id: int, subject: str, **detail: Any
) -> None:
    """The same of any subject: a noun and an id."""
    record(work, by, action, hotel_id=hotel_id, subject=subject, **detail)


def record(
    work: Work,
    by: Doer | str,
    action: str,
    *,
    hotel_id: int | None = None,
    subject: str = "",
    **detail: Any,
) -> None:
    """Add one entry, for what is no act on a row of a hotel too."""
    if isinstance(by, Program):
        actor = f"token:{by.token_id}"
    else:
        actor = by if isinstance(by, str) else f"staff:{by}"
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
