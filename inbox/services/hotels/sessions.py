"""Who sits behind a browser's session, and where they may work: one question for both (D10)."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from inbox.errors import NotFound
from inbox.extensions import db
from inbox.models import Hotel, Membership, Staff, StaffSession
from inbox.vault import secrets


@dataclass(frozen=True, slots=True)
class Workplace:
    """A hotel that a person works for, and their role there."""

    hotel: Hotel
    role: str


@dataclass(frozen=True, slots=True)
class SessionHolder:
    """A signed-in person, their browser's session, and their workplaces by the hotels' names."""

    staff_id: int
    name: str
    email: str
    session_id: int
    workplaces: tuple[Workplace, ...]

    def at(self, slug: str) -> Workplace:
        """Their desk at this hotel. Raises `NotFound` for a stranger."""
        for workplace in self.workplaces:
            if workplace.hotel.slug == slug:
                return workplace
        raise NotFound()


# Asked by every request of a person, so it is put together once.
_OF_SESSION = (
    select(Staff.id, Staff.name, Staff.email, StaffSession.id, Hotel, Membership.role)
    .select_from(StaffSession)
    .join(Staff, Staff.id == StaffSession.staff_id)
    .outerjoin(Membership, Membership.staff_id == Staff.id)
    .outerjoin(Hotel, Hotel.id == Membership.hotel_id)
    .where(
        StaffSession.token_digest == bindparam("digest"),
        StaffSession.revoked_at.is_(None),
        Staff.disabled_at.is_(None),
    )
    .order_by(Hotel.name, Hotel.id)
)


def of_session(token: str) -> SessionHolder | None:
    """Who holds this browser session's token; None if it no longer counts."""
    rows = db.session.execute(_OF_SESSION, {"digest": secrets.digest(token)}).all()
    if not rows:
        return None
    found: list[tuple[Hotel | None, str]] = [(row[4], row[5]) for row in rows]
    workplaces = tuple(Workplace(hotel, role) for hotel, role in found if hotel is not None)
    staff_id, name, email, session_id = rows[0][:4]
    return SessionHolder(staff_id, name, email, session_id, workplaces)
