"""What must be known about a line is told once, counted, and over when it is over."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox import clock
from inbox.extensions import db
from inbox.models import Incident
from inbox.models.incident import KINDS
from inbox.services import changes
from inbox.services.lines import incident_texts, incidents, line
from inbox.services.transaction import transaction
from tests.cast.people import Cast

SINCE = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)


def happen(cast: Cast, kind: str, times: int = 1, **facts: incidents.Fact) -> None:
    with transaction() as work:
        incidents.open_or_count(work, cast.hotel_id, cast.instance_id, kind, times=times, **facts)


def only(cast: Cast) -> Incident:
    db.session.rollback()
    (found,) = incidents.of_hotel(cast.hotel_id)
    return found


def test_it_is_opened_once_and_counted(cast: Cast) -> None:
    happen(cast, "recovered", 3, since=SINCE)
    happen(cast, "recovered", 2, since=SINCE + timedelta(hours=1), of=7)
    found = only(cast)
    assert (found.count, found.facts["of"]) == (5, 7)
    assert incidents.moment(found, "since") == SINCE


def test_kinds_and_hotels_do_not_mix(cast: Cast) -> None:
    happen(cast, "recovered")
    happen(cast, "silent")
    assert [one.kind for one in incidents.of_hotel(cast.hotel_id)] == ["recovered", "silent"]
    assert incidents.of_hotel(cast.other_hotel_id) == []


def test_what_is_over_is_gone_and_may_happen_again(cast: Cast) -> None:
    happen(cast, "silent")
    with transaction() as work:
        incidents.close(work, cast.instance_id, "silent")
        incidents.close(work, cast.instance_id, "silent")
    assert incidents.of_hotel(cast.hotel_id) == []
    happen(cast, "silent")
    assert only(cast).count == 1


def test_every_step_moves_the_screens_of_the_hotel(cast: Cast) -> None:
    before = changes.head(cast.hotel_id)
    happen(cast, "silent")
    assert changes.since(cast.hotel_id, before).line_changed
    middle = changes.head(cast.hotel_id)
    with transaction() as work:
        incidents.close(work, cast.instance_id, "silent")
        incidents.close(work, cast.instance_id, "wrong_token")
    assert changes.head(cast.hotel_id) == middle + 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_sentence(cast: Cast, kind: str) -> None:
    happen(cast, kind, 2, since=SINCE)
    assert kind in incident_texts.SENTENCES
    (health,) = line.health(cast.hotel_id)
    words = " ".join([health.words, *(notice.words for notice in health.notices)])
    assert "20 Nov, 14:05" in words  # the hotel's clock


def test_a_line_that_hears_nothing_is_not_called_connected(cast: Cast) -> None:
    happen(cast, "recovered")
    happen(cast, "silent", missed=2, since=clock.now())
    (health,) = line.health(cast.hotel_id)
    assert (health.level, "nothing has come in since" in health.words) == ("bad", True)
    assert [notice.level for notice in health.notices] == ["soon"]


def test_what_is_stuck_is_said_as_such(cast: Cast) -> None:
    happen(cast, "silent", missed=0, waiting=0, sends=2, since=SINCE, rebooted_at=SINCE)
    (health,) = line.health(cast.hotel_id)
    assert "2 replies have waited there since 20 Nov, 14:05" in health.words
    assert "restarted it at 20 Nov, 14:05" in health.words


def test_another_hotel_reads_nothing_of_it(cast: Cast) -> None:
    happen(cast, "silent")
    assert [health.level for health in line.health(cast.other_hotel_id)] == ["off"]
