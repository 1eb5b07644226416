"""People: adding them, letting them work for a hotel, signing them in and out."""

import re

from sqlalchemy import bindparam, select, update

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.models import ROLES, Hotel, Membership, Staff, StaffSession
from inbox.services import audit
from inbox.services.transaction import transaction
from inbox.vault import passwords, secrets

# Asked twice a second, so it is put together once.
_ALLOWED = (
    select(StaffSession.id, Membership.hotel_id)
    .join(Staff, Staff.id == StaffSession.staff_id)
    .join(Membership, Membership.staff_id == Staff.id)
    .where(
        StaffSession.id.in_(bindparam("sessions", expanding=True)),
        StaffSession.revoked_at.is_(None),
        Staff.disabled_at.is_(None),
    )
)

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


def add(email: str, name: str, password: str) -> Staff:
    """A new person. Raises `Invalid`, or `Conflict` when the address is taken."""
    email, name = email.strip().lower(), name.strip()
    _check(email, name, password)
    with transaction() as work:
        if work.session.scalar(select(Staff.id).where(Staff.email == email)):
            raise Conflict(f"There is a person with the address {email} already.")
        person = Staff(
            email=email,
            name=name,
            password_hash=passwords.hashed(password),
            created_at=clock.now(),
        )
        work.session.add(person)
        work.session.flush()
        audit.record(work, audit.CLI, "staff.add", subject=f"staff:{person.id}")
    return person


def _check(email: str, name: str, password: str) -> None:
    fields = {}
    if not EMAIL.fullmatch(email):
        fields["email"] = "That is not an e-mail address."
    if not 1 <= len(name) <= 200:
        fields["name"] = "The name must have 1 to 200 characters."
    if not passwords.MINIMUM <= len(password) <= passwords.MAXIMUM:
        fields["password"] = (
            f"The password must have {passwords.MINIMUM} to {passwords.MAXIMUM} characters."
        )
    if fields:
        raise Invalid(fields)


def grant(email: str, slug: str, role: str) -> None:
    """Let a person work for a hotel in this role, or change the role. Raises `Invalid`,
    `NotFound`.
    """
    if role not in ROLES:
        raise Invalid({"role": f"The role must be {', '.join(ROLES[:-1])} or {ROLES[-1]}."})
    with transaction() as work:
        person = work.session.scalar(select(Staff).where(Staff.email == email.strip().lower()))
        hotel = work.session.scalar(select(Hotel).where(Hotel.slug == slug))
        if person is None or hotel is None:
            raise NotFound(
                f"There is no person {email}." if person is None else f"There is no hotel {slug}."
            )
        membership = work.session.get(Membership, (person.id, hotel.id))
        if membership is None:
            membership = Membership(
                staff_id=person.id, hotel_id=hotel.id, role=role, created_at=clock.now()
            )
            work.session.add(membership)
        membership.role = role
        audit.act_on(work, audit.CLI, "staff.grant", hotel.id, f"staff:{person.id}", role=role)


def sign_in(email: str, password: str) -> str | None:
    """The token of a new browser session, or None when address and password do not belong
    together.
    """
    email = email.strip().lower()
    person = None
    if "\0" not in email:  # PostgreSQL does not even look for such a text
        person = db.session.scalar(select(Staff).where(Staff.email == email))
    usable = person is not None and person.disabled_at is None
    if not passwords.matches(password, person.password_hash if person and usable else None):
        return None
    assert person is not None
    staff_id, token = person.id, secrets.new_token()
    with transaction() as work:
        work.session.add(
            StaffSession(
                staff_id=staff_id, token_digest=secrets.digest(token), created_at=clock.now()
            )
        )
        audit.record(work, audit.by_staff(staff_id), "sign_in")
    return token


def sign_out(token: str) -> None:
    """End the browser session of this token, sockets included. Safe to repeat."""
    with transaction() as work:
        staff_id = work.session.scalar(
            update(StaffSession)
            .where(
                StaffSession.token_digest == secrets.digest(token),
                StaffSession.revoked_at.is_(None),
            )
            .values(revoked_at=clock.now())
            .returning(StaffSession.staff_id)
        )
        if staff_id is not None:
            audit.record(work, audit.by_staff(staff_id), "sign_out")


def still_allowed(sessions: set[int]) -> set[tuple[int, int]]:
    """Which (browser session, hotel) pairs may still be connected, of the sessions named."""
    rows = db.session.execute(_ALLOWED, {"sessions": list(sessions)})
    return {(session_id, hotel_id) for session_id, hotel_id in rows}
