"""Hotels: adding them, and finding them by name."""

import re
from zoneinfo import available_timezones

from sqlalchemy import select

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.models import Hotel
from inbox.services import audit
from inbox.services.transaction import transaction

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def add(slug: str, name: str, timezone: str, locale: str = "en") -> Hotel:
    """A new hotel. Raises `Invalid` or, when the slug is taken, `Conflict`."""
    name = name.strip()
    _check(slug, name, timezone, locale)
    with transaction() as work:
        if work.session.scalar(select(Hotel.id).where(Hotel.slug == slug)):
            raise Conflict(f"There is a hotel called {slug!r} already.")
        hotel = Hotel(
            slug=slug, name=name, timezone=timezone, locale=locale, created_at=clock.now()
        )
        work.session.add(hotel)
        work.session.flush()
        audit.record(work, audit.CLI, "hotel.add", hotel_id=hotel.id)
    return hotel


def _check(slug: str, name: str, timezone: str, locale: str) -> None:
    fields = {}
    if not SLUG.fullmatch(slug):
        fields["slug"] = (
            "The slug may hold small letters, digits and hyphens, such as grand-plaza, up to 63."
        )
    if not 1 <= len(name) <= 200:
        fields["name"] = "The name must have 1 to 200 characters."
    if timezone not in available_timezones():
        fields["timezone"] = "The time zone must be a name such as Europe/Madrid."
    if not LOCALE.fullmatch(locale):
        fields["locale"] = "The locale must be a language tag such as en or pt-BR."
    if fields:
        raise Invalid(fields)


def by_slug(slug: str) -> Hotel:
    """For the command line, which is trusted with every hotel. Raises `NotFound`."""
    hotel = db.session.scalar(select(Hotel).where(Hotel.slug == slug))
    if hotel is None:
        raise NotFound(f"There is no hotel called {slug!r}.")
    return hotel
