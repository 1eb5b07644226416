"""Whether the database answers and has the tables of this version."""

from sqlalchemy import exc, select

from inbox.extensions import db
from inbox.models import Hotel

# What a database that is locked, full, unreachable or not migrated answers with. Doors say 503.
DATABASE_AWAY = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


def database() -> bool:
    """True when a query on a table of ours is answered."""
    try:
        db.session.execute(select(Hotel.id).limit(1))
    except exc.SQLAlchemyError:
        db.session.rollback()
        return False
    return True
