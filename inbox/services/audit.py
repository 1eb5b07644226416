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
    act_on(work, by, action, row.hotel_id, f"{row.__tablename__}:{row.id}", **detail)


def act_on_message(
    work: Work, by: Doer | str, action: str, hotel_id: int, message_id: int, **detail: Any
) -> None:
    """The same of a message that is known by its id."""
    act_on(work, by, action, hotel_id, f"message:{message_id}", **detail)


def act_on(
    work: Work, by: Doer | str, action: str, hotel_id: int, subject: str, **detail: Any
) -> None:
    """The same of any subject: a noun and an id."""
    record(work, name_of(by), action, hotel_id=hotel_id, subject=subject, **detail)


def record(
    work: Work,
    actor: str,
    action: str,
    *,
    hotel_id: int | None = None,
    subject: str = "",
    **detail: Any,
) -> None:
    """Add one entry, for what is no act on a row of a hotel too."""
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


def name_of(doer: Doer | str) -> str:
    """The actor's name of a person or a program; a name stays as it is."""
    if isinstance(doer, str):
        return doer
    return f"token:{doer.token_id}" if isinstance(doer, Program) else by_staff(doer)


def person(doer: Doer) -> int | None:
    """The person's id; None for a program."""
    return None if isinstance(doer, Program) else doer
