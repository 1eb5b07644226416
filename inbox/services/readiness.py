"""Whether the database answers and has the tables of this version."""

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from inbox.extensions import db
from inbox.models import Hotel


def database() -> bool:
    """True when a query on a table of ours is answered."""
    try:
        db.session.execute(select(Hotel.id).limit(1))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True
