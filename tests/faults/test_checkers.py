"""The checkers themselves: each must see its fault, and only that."""

from collections.abc import Sequence

import pytest

from tests.faults import checkers
from tests.faults.checkers import Row
from tests.faults.history import Chat, History, Said

ANA, BEN, EVE = ("sea", "ana"), ("sea", "ben"), ("hill", "eve")
TOLD: dict[Chat, list[str]] = {ANA: ["1", "2", "yes", "yes"], BEN: ["x"], EVE: ["e"]}


def complaints(arrived: dict[Chat, list[str]]) -> dict[str, list[str]]:
    """What each checker of the phones says; those that say nothing are left out."""
    found = {
        "lost": checkers.lost(TOLD, arrived),
        "doubled": checkers.doubled(TOLD, arrived),
        "foreign": checkers.foreign(TOLD, arrived),
        "reordered": checkers.reordered(TOLD, arrived),
    }
    return {name: words for name, words in found.items() if words}


def test_nothing_is_wrong_when_the_phones_have_what_was_acknowledged() -> None:
    assert complaints(TOLD) == {}


@pytest.mark.parametrize(
    ("there", "name", "words"),
    [
        (["1", "yes", "yes"], "lost", "ana of sea: lost '2'"),
        (["1", "2", "yes"], "lost", "ana of sea: lost 'yes'"),
        (["1", "2", "2", "yes", "yes"], "doubled", "ana of sea: doubled '2'"),
        (["1", "2", "yes", "yes", "yes"], "doubled", "ana of sea: doubled 'yes'"),
        (["1", "2", "yes", "yes", "1"], "doubled", "ana of sea: doubled '1'"),
        (
            ["2", "1", "yes", "yes"],
            "reordered",
            "ana of sea: ['1', '2', 'yes', 'yes'] came as ['2', '1', 'yes', 'yes']",
        ),
        (
            ["1", "2", "yes", "yes", "x"],
            "foreign",
            "ana of sea: nobody sent 'x' here, it belongs to ben of sea",
        ),
        (
            ["1", "e", "2", "yes", "yes"],
            "foreign",
            "ana of sea: nobody sent 'e' here, it belongs to eve of hill",
        ),
        (["1", "2", "yes", "yes", "?"], "foreign", "ana of sea: nobody sent '?' here"),
    ],
)
def test_each_fault_is_seen_by_its_checker_alone(there: list[str], name: str, words: str) -> None:
    assert complaints({**TOLD, ANA: there}) == {name: [words]}


def test_a_phone_that_got_nothing_and_one_that_nobody_wrote_to() -> None:
    found = complaints({ANA: TOLD[ANA], EVE: ["e"], ("sea", "zoe"): ["x"]})
    assert found == {
        "lost": ["ben of sea: lost 'x'"],
        "foreign": ["zoe of sea: nobody sent 'x' here, it belongs to ben of sea"],
    }


def test_the_order_is_judged_although_something_is_lost() -> None:
    assert set(complaints({**TOLD, ANA: ["2", "1", "yes"]})) == {"lost", "reordered"}


def test_given_up_with_a_row_that_says_so_is_not_lost() -> None:
    rows = [Row(BEN, "x", "failed", "no WhatsApp")]
    arrived = {ANA: TOLD[ANA], EVE: ["e"]}
    assert checkers.lost(TOLD, arrived, rows) == []
    assert checkers.lost(TOLD, arrived, [Row(EVE, "x", "failed", "why")]) != []
    assert checkers.lost(TOLD, arrived, [Row(BEN, "x", "delivered")]) != []


@pytest.mark.parametrize(
    ("rows", "there", "words"),
    [
        ([Row(BEN, "x", "read")], ["x"], []),
        ([Row(BEN, "x", "failed", "why")], [], []),
        (
            [Row(BEN, "x", "read")],
            [],
            ["ben of sea: 'x' reached the guest 0 times, the rows say 1"],
        ),
        (
            [Row(BEN, "x", "failed", "why")],
            ["x"],
            ["ben of sea: 'x' reached the guest 1 times, the rows say 0"],
        ),
        (
            [Row(BEN, "x", "delivered")],
            ["x", "x"],
            ["ben of sea: 'x' reached the guest 2 times, the rows say 1"],
        ),
        ([Row(BEN, "x", "expired")], [], ["ben of sea: 'x' is expired for no reason"]),
        ([Row(BEN, "x", "sending")], [], ["ben of sea: 'x' is still sending"]),
        ([], ["x"], ["ben of sea: 'x' reached the guest 1 times, the rows say 0"]),
    ],
)
def test_rows_must_agree_with_the_phones(
    rows: Sequence[Row], there: list[str], words: list[str]
) -> None:
    assert checkers.disagreeing(rows, {BEN: there}) == words


def test_an_acknowledgement_counts_once_and_keeps_its_place() -> None:
    history = History()
    said = [Said("sea", "ana", text, f"ref {text}") for text in ("1", "2", "3")]
    for one in said:
        history.ask(one)
    for one in (said[1], said[0], said[1]):
        history.acknowledge(one)
    assert history.asked == {ANA: ["1", "2", "3"]}
    assert history.acknowledged == {ANA: ["2", "1"]}
    assert (history.count(), history.count("hill")) == (2, 0)


def test_the_same_reference_at_two_hotels_is_two_messages() -> None:
    history = History()
    for hotel in ("sea", "hill"):
        history.acknowledge(Said(hotel, "ana", "hello", "ref"))
    assert history.count() == 2
