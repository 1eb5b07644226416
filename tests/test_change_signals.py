"""When browsers get a change signal: at once, and in a burst as often as they can fetch; the last
change of a burst is never forgotten.
"""

import pytest
from flask import Flask

from inbox import sockets
from inbox.extensions import socketio
from inbox.services import changes
from inbox.services.transaction import transaction
from inbox.sockets import (
    CALM_SECONDS,
    LATEST_SECONDS,
    LOOK_SECONDS,
    TAIL_SECONDS,
    TELL_SECONDS,
    Listener,
    Switchboard,
)
from tests.cast.people import Cast


def board_with(browsers: int, hotel_id: int = 1) -> Switchboard:
    board = Switchboard(has_tail=False)
    for number in range(browsers):
        board.add(f"sid-{number}", Listener(1, hotel_id), Flask(__name__))
    return board


def test_a_quiet_hotel_is_told_at_once() -> None:
    board = board_with(1)
    assert board.news({1: 5}, now=100) == {1: 5}
    assert board.news({1: 5}, now=200) == {}
    assert board.news({1: 6}, now=200) == {1: 6}


@pytest.mark.parametrize("browsers", [1, 5, 100])
def test_a_burst_is_told_when_the_browsers_have_had_time_to_fetch(browsers: int) -> None:
    board = board_with(browsers)
    calm = CALM_SECONDS + browsers * TELL_SECONDS
    board.news({1: 5}, now=100)
    assert board.news({1: 6}, now=100 + calm / 2) == {}
    assert board.patience({1: 6}, now=100 + calm / 2) == pytest.approx(calm / 2)
    assert board.news({1: 7}, now=100 + calm) == {1: 7}


def test_one_hotels_burst_holds_up_no_other() -> None:
    board = board_with(100)
    board.news({1: 5, 2: 5}, now=100)
    assert board.news({1: 6, 2: 6}, now=100 + CALM_SECONDS) == {2: 6}


def test_while_requests_wait_for_their_turn_a_burst_waits_too_but_never_long() -> None:
    board = board_with(1)
    board.news({1: 5}, now=100)
    assert board.news({1: 6}, now=100 + LATEST_SECONDS / 2, busy=True) == {}
    assert 0 < board.patience({1: 6}, now=100 + LATEST_SECONDS / 2) <= LOOK_SECONDS
    assert board.news({1: 6}, now=100 + LATEST_SECONDS, busy=True) == {1: 6}


def test_a_quiet_hotel_is_told_at_once_however_busy_the_process() -> None:
    assert board_with(1).news({1: 5}, now=100, busy=True) == {1: 5}


def test_nobody_is_left_behind_when_the_burst_ends() -> None:
    board = board_with(3)
    board.news({1: 5}, now=100)
    held = {1: 6}
    assert board.news(held, now=100.001) == {}
    pause = board.patience(held, now=100.001)
    assert 0 < pause < TAIL_SECONDS
    assert board.news(held, now=100.001 + pause) == held
    assert board.patience(held, now=101) == TAIL_SECONDS


def test_rights_are_looked_at_often_and_the_number_always(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    told: list[dict[str, int]] = []
    monkeypatch.setattr(sockets, "put_out", looked.append)
    monkeypatch.setattr(
        socketio, "emit", lambda event, word, to: told.append(word) if event == "changed" else None
    )
    rounds = sockets.Rounds(board_with(1, cast.hotel_id))
    for look in range(5):
        with transaction() as work:
            work.changed(cast.hotel_id, "line")
        rounds.look(now=look * TAIL_SECONDS / 4)
    assert len(told) == 5
    assert told[-1] == {"seq": changes.head(cast.hotel_id)}
    assert len(looked) == 2
