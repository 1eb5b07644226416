"""An event that cannot be applied is set aside and stops nothing else (D2, N21)."""

import traceback
from collections.abc import Callable

from inbox.greenapi.notifications import MalformedNotification
from inbox.services.readiness import DATABASE_AWAY
from inbox.services.transaction import Work

QUARANTINED = "quarantined"
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
    except (MalformedNotification, Unusable) as error:
        return QUARANTINED, str(error)[:ERROR_LENGTH]
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001  (kept in quarantine, whatever it is)
        # The text of an exception may quote the guest, so only its kind and place are told.
        fault = f"{type(error).__name__} at {_place(error)}"
        return QUARANTINED, f"Lobby has a fault here: {fault}"[:ERROR_LENGTH]


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
