"""What tests of intake may ask for: a number at which somebody writes all the time."""

from datetime import timedelta

import pytest

from inbox import clock
from inbox.models import LedgerHour
from inbox.services.transaction import transaction
from tests.cast.people import Cast
from tests.cast.silence import silent_for

HOUR = timedelta(hours=1)


@pytest.fixture
def busy(cast: Cast) -> None:
    """For two weeks ten guests wrote every hour; nobody has for the last three hours."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    at = {"instance_id": cast.instance_id, "hotel_id": cast.hotel_id, "messages": 10}
    with transaction() as work:
        for n in range(1, 14 * 24):
            work.session.add(LedgerHour(hour=now - n * HOUR, **at))
    silent_for(cast, 3 * HOUR)
