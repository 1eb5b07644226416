"""An event that cannot be applied is set aside and stops nothing else (D2, N21)."""

import traceback
from collections.abc import Callable

from inbox.models.states import EventState
from inbox.services.readiness import DATABASE_AWAY
from inbox.services.transaction import Work

ERROR_LENGTH = 300


class Unusable(Exception):
    """The event is understood as JSON and yet cannot be applied. The text names no content."""


def guarded(work: Work, act: Callable[[], str]) -> tuple[str, str]:
    """The state that `act` returns and ''; or quarantined and why, with all it wrote undone.

    Only a database that does not answer is raised: the event is somebody else's to keep then.
    """
    try:
        with work.session.begin_nested():
            return act(), ""
    except Unusable as error:
        return EventState.QUARANTINED, str(error)[:ERROR_LENGTH]
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001  (kept in quarantine, whatever it is)
        return EventState.QUARANTINED, fault_of(error)


def fault_of(error: Exception) -> str:
    """Describe a fault of ours by its kind and place: its own text may quote the guest."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
    return f"Lobby has a fault here: {type(error).__name__} at {place}"[:ERROR_LENGTH]
