"""What is known of a number's state, told by notifications and answers with different clocks."""

from datetime import datetime, timedelta

import pytest

from inbox import clock
from inbox.extensions import db
from inbox.greenapi.states import InstanceState
from inbox.models import Instance
from inbox.services.lines import line
from inbox.services.transaction import transaction
from tests.cast.people import Cast


def told(cast: Cast, state: str, at: datetime | None) -> str:
    with transaction() as work:
        instance = work.session.get_one(Instance, cast.instance_id)
        line.state_reported(work, instance, InstanceState.of(state), at)
    return db.session.get_one(Instance, cast.instance_id).state


def seconds_ago(seconds: float) -> datetime:
    """As Green API counts: in whole seconds."""
    return (clock.now() - timedelta(seconds=seconds)).replace(microsecond=0)


def test_older_news_is_passed_over(cast: Cast) -> None:
    assert told(cast, "notAuthorized", seconds_ago(10)) == "not_authorized"
    assert told(cast, "authorized", seconds_ago(20)) == "not_authorized"
    assert told(cast, "authorized", seconds_ago(5)) == "authorized"
    assert told(cast, "notAuthorized", seconds_ago(7)) == "authorized"


@pytest.mark.parametrize("behind", [0, 1, 60])
def test_an_answer_does_not_shut_out_news_of_the_same_second_or_of_a_slow_clock(
    cast: Cast, behind: float
) -> None:
    assert told(cast, "starting", None) == "starting"
    assert told(cast, "authorized", seconds_ago(behind)) == "authorized"


def test_news_that_was_held_up_for_long_does_not_undo_an_answer(cast: Cast) -> None:
    assert told(cast, "authorized", None) == "authorized"
    assert told(cast, "notAuthorized", seconds_ago(3600)) == "authorized"


def test_a_clock_that_is_ahead_is_taken_for_now(cast: Cast) -> None:
    assert told(cast, "notAuthorized", seconds_ago(-600)) == "not_authorized"
    assert told(cast, "authorized", clock.now()) == "authorized"
