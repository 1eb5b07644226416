"""Tokens with which programs speak for one hotel."""

from sqlalchemy import select

from inbox import clock
from inbox.errors import Invalid
from inbox.extensions import db
from inbox.models import ApiToken, Hotel
from inbox.services import audit
from inbox.services.hotels import hotels
from inbox.services.transaction import transaction
from inbox.vault import secrets

PREFIX = "lobby_"


def add(slug: str, name: str) -> str:
    """Make a token for the hotel and return it: the only time it is seen. Raises `Invalid`,
    `NotFound`.
    """
    name = name.strip()
    if not 1 <= len(name) <= 200:
        raise Invalid({"name": "The name must have 1 to 200 characters."})
    hotel_id = hotels.by_slug(slug).id
    token = PREFIX + secrets.new_token()
    with transaction() as work:
        work.session.add(
            ApiToken(
                hotel_id=hotel_id,
                name=name,
                digest=secrets.digest(token),
                created_at=clock.now(),
            )
        )
        audit.record(work, audit.CLI, "token.add", hotel_id=hotel_id)
    return token


def hotel_of(token: str) -> tuple[Hotel, int] | None:
    """The hotel this token speaks for and the token's id; None for an unknown or revoked one."""
    row = db.session.execute(
        select(Hotel, ApiToken.id)
        .join(ApiToken, ApiToken.hotel_id == Hotel.id)
        .where(ApiToken.digest == secrets.digest(token), ApiToken.revoked_at.is_(None))
    ).first()
    return None if row is None else (row[0], row[1])
