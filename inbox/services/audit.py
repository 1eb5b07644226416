"""Who did what. Written in the same transaction as the deed."""

from dataclasses import dataclass
from typing import Any

from inbox import clock
from inbox.models import AuditEntry
from inbox.services.transaction import Work


@dataclass(frozen=True)
class Program:
    """A program of the hotel, known by its token."""

    token_id: int


Doer = int | Program
"""A person, by the id of their staff row, or a program."""


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


def name_of(doer: Doer) -> str:
    """The actor's name of a person or a program."""
    return f"token:{doer.token_id}" if isinstance(doer, Program) else by_staff(doer)


def person(doer: Doer) -> int | None:
    """The person's id; None for a program."""
    return None if isinstance(doer, Program) else doer
