"""Many hotels are in trouble with Green API, each in its own way and for long. The others do not
notice, and when it is over every guest has every message (D6, P23).
"""

from collections.abc import Iterator

import pytest

from tests.faults.load import Load, Town
from tests.faults.wires import pause_reason, the_next_second
from tests.stack import Hotel, Stack, wait_until

SEND = {"methods": "sendMessage"}
NOTHING_GOES: dict[str, dict[str, object]] = {
    "a storm of 429": {"rate_limit": SEND},
    "502 again and again": {"server_error": SEND},
    "every connection is cut": {"reset": {"when": "before", **SEND}},
    "a token that was revoked": {"answer": {"code": 401, "accept": False, **SEND}},
    "a phone that was unlinked": {"not_authorized": True},
}
ALL_IN_DOUBT: dict[str, dict[str, object]] = {
    "accepted, and no answer ever": {"accept_then_timeout": {"seconds": 20}},
    "accepted, no answer, no echo": {"accept_then_timeout": {"seconds": 20}, "echo_off": True},
    "accepted after we gave up": {"slow": {"seconds": 1.5, **SEND}},
    "cut after it was accepted": {"reset": {"when": "after", **SEND}},
    "answers that come in drops": {"slow_body": {"seconds": 1.5, **SEND}},
}
TROUBLES = NOTHING_GOES | ALL_IN_DOUBT
LINES = 2


@pytest.fixture(scope="module")
def healthy(fresh_hotels: Iterator[Hotel]) -> list[Hotel]:
    """Those who must not notice."""
    return [next(fresh_hotels) for _ in range(2)]


@pytest.fixture(scope="module")
def troubled(fresh_hotels: Iterator[Hotel]) -> dict[str, Hotel]:
    """The others, by what they suffer from."""
    return {name: next(fresh_hotels) for name in TROUBLES}


def test_the_others_do_not_notice_and_in_the_end_everything_arrives(
    stack: Stack, healthy: list[Hotel], troubled: dict[str, Hotel]
) -> None:
    town = Town([*troubled.values(), *healthy])
    load = Load(stack, town, LINES)
    for name, hotel in troubled.items():
        stack.simulator.faults(hotel.id_instance, **TROUBLES[name])
    with load:
        load.wait_arrived(load.total(*healthy), *healthy)
        stuck = [load.arrived(troubled[name]) for name in NOTHING_GOES]
        assert stuck == [0] * len(NOTHING_GOES), "the others had to wait until the trouble was over"
    revoked = troubled["a token that was revoked"]
    wait_until(lambda: pause_reason(stack, revoked) == "wrong_token", what="the pause")
    link_again(stack, revoked)
    for hotel in troubled.values():
        stack.simulator.clear_faults(hotel.id_instance)
    load.check(90)
    assert [pause_reason(stack, hotel) for hotel in town.hotels] == [""] * len(town.hotels)


def link_again(stack: Stack, hotel: Hotel) -> None:
    """Somebody gives the number a new token and scans the code; `clear_faults` ends it."""
    the_next_second()
    stack.simulator.set_state(hotel.id_instance, "notAuthorized")
    the_next_second()
