"""Who is turned away, when the hotel is told, and what is never refused (decision 0005, Z6, T8)."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from inbox import clock
from inbox.dispatch import rates
from inbox.extensions import db
from inbox.models import Incident, Instance
from inbox.services.lines import instances, line, rejections
from inbox.services.lines.webhook_limits import DEPTH, FailedAttempts, WebhookRate
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.webhooks import assert_error, post

WRONG = {"Authorization": "Bearer a-token-of-yesterday"}
Turn = Callable[[int], None]


@pytest.fixture
def turned_away(client: FlaskClient) -> Turn:
    """So many webhooks of the Grand Plaza come with a wrong token."""

    def turn(times: int) -> None:
        for number in range(times):
            assert_error(post(client, incoming(f"W{number}"), WRONG), 401, "unauthorized")

    return turn


def alarms() -> list[tuple[int, str, int, bool]]:
    db.session.rollback()
    found = db.session.scalars(select(Incident).order_by(Incident.id))
    return [(one.instance_id, one.kind, one.count, one.closed_at is None) for one in found]


def test_two_may_be_anybody_three_are_an_alarm(cast: Cast, turned_away: Turn) -> None:
    turned_away(2)
    assert alarms() == []
    turned_away(1)
    assert alarms() == [(cast.instance_id, "wrong_token", 3, True)]
    health = line.health(cast.hotel_id)[0]
    words = " ".join([health.words, *(notice.words for notice in health.notices)])
    assert health.level == "bad"
    assert "wrong webhook token" in words
    assert "connect" in words


def test_the_other_hotel_hears_nothing_of_it(cast: Cast, turned_away: Turn) -> None:
    turned_away(4)
    assert line.health(cast.other_hotel_id)[0].notices == ()


def test_the_next_accepted_one_ends_it(client: FlaskClient, cast: Cast, turned_away: Turn) -> None:
    turned_away(3)
    assert post(client, incoming("A1")).status_code == 200
    assert alarms() == [(cast.instance_id, "wrong_token", 3, False)]
    instance = db.session.get_one(Instance, cast.instance_id)
    assert (instance.rejected_count, instance.rejected_since) == (0, None)
    turned_away(2)
    assert len(alarms()) == 1


def test_an_accepted_one_in_between_begins_the_count_anew(
    client: FlaskClient, cast: Cast, turned_away: Turn
) -> None:
    for number in range(4):
        turned_away(2)
        assert post(client, incoming(f"A{number}")).status_code == 200
    assert alarms() == []


def test_strays_hours_apart_are_no_alarm(
    cast: Cast, turned_away: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    for hours in range(5):
        later = now + hours * 2 * rejections.WITHIN
        monkeypatch.setattr("inbox.clock.now", lambda later=later: later)
        turned_away(1)
    assert alarms() == []


def test_a_flood_costs_few_writes(
    cast: Cast, turned_away: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    monkeypatch.setattr(rejections, "write", lambda _, times: written.append(times))
    turned_away(60)
    assert written == [1, 1, 1]


def test_collecting_instead_ends_it_and_keeps_it_away(cast: Cast, turned_away: Turn) -> None:
    turned_away(3)
    instances.receive_by(cast.instance_id, "poll")
    assert alarms() == [(cast.instance_id, "wrong_token", 3, False)]
    turned_away(4)
    assert len(alarms()) == 1


def test_an_unknown_number_alarms_nobody(client: FlaskClient, cast: Cast) -> None:
    for _ in range(5):
        post(client, incoming("A1", id_instance=1101009999), WRONG)
        post(client, b"no json", WRONG)
    assert alarms() == []


def test_every_401_reads_the_same(client: FlaskClient, cast: Cast) -> None:
    answers = {
        post(client, body, shown).data
        for body in (incoming("A1"), incoming("A1", id_instance=5), b"x")
        for shown in (WRONG, {}, {"X-Webhook-Signature": "0" * 64})
    }
    assert len(answers) == 1


def test_who_fails_too_often_is_not_looked_at_but_green_api_always_is(
    client: FlaskClient, cast: Cast
) -> None:
    assert post(client, incoming("A0")).status_code == 200
    codes = [post(client, incoming("A1"), WRONG).status_code for _ in range(int(DEPTH) + 60)]
    assert codes[0] == 401
    assert codes[-1] == 429
    assert post(client, incoming("A2")).status_code == 200


def test_a_429_says_when_to_come_back_and_is_no_page(client: FlaskClient, cast: Cast) -> None:
    for _ in range(int(DEPTH) + 60):
        answer = post(client, incoming("A1"), WRONG)
    assert_error(answer, 429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) > 0


def test_one_address_does_not_use_up_anothers_budget() -> None:
    attempts = FailedAttempts()
    assert all(attempts.begin("192.0.2.1") for _ in range(int(DEPTH)))
    assert not attempts.begin("192.0.2.1")
    assert attempts.begin("192.0.2.2")


def test_all_addresses_together_have_a_budget_too() -> None:
    attempts = FailedAttempts()
    assert sum(attempts.begin(f"192.0.2.{number}") for number in range(700)) < 600
    assert not attempts.begin("198.51.100.1")


def test_an_attempt_that_proves_something_is_given_back() -> None:
    attempts = FailedAttempts()
    for _ in range(2_000):
        assert attempts.begin("192.0.2.1")
        attempts.proved("192.0.2.1")


def test_a_budget_fills_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    attempts = FailedAttempts()
    while attempts.begin("192.0.2.1"):
        pass
    monkeypatch.setattr(time, "monotonic", lambda: now + 1)
    assert attempts.begin("192.0.2.1")


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Say which second it is."""

    def set_to(moment: int) -> None:
        monkeypatch.setattr(time, "time", lambda: float(moment))

    set_to(1_000)
    return set_to


def silent(*_: object) -> None:
    """Redis says nothing."""


class TestRate:
    """The limit of authenticated webhooks."""

    def test_above_the_limit_and_only_in_that_second(
        self, second: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rates, "add", silent)
        rate = WebhookRate(20)
        assert [rate.allows(1) for _ in range(21)] == [True] * 20 + [False]
        assert rate.allows(2)
        second(1_001)
        assert rate.allows(1)

    def test_processes_add_up(
        self, second: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sums: dict[str, int] = {}

        def add(name: str, times: int) -> int:
            sums[name] = sums.get(name, 0) + times
            return sums[name]

        monkeypatch.setattr(rates, "add", add)
        processes = [WebhookRate(100) for _ in range(2)]
        taken = sum(process.allows(1) for _ in range(200) for process in processes)
        assert 100 <= taken <= 110

    def test_redis_away_lets_through(
        self, second: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rates, "add", silent)
        processes = [WebhookRate(100) for _ in range(2)]
        assert all(process.allows(1) for _ in range(100) for process in processes)

    def test_nought_is_no_limit(self) -> None:
        rate = WebhookRate(0)
        assert all(rate.allows(1) for _ in range(5_000))

    def test_it_is_answered_with_503_and_comes_back(
        self, app: Flask, client: FlaskClient, cast: Cast, second: Callable[[int], None]
    ) -> None:
        assert post(client, incoming("A1")).status_code == 200
        keeper = app.extensions["lobby_webhook_gate"]
        object.__setattr__(keeper, "rate", WebhookRate(1))
        assert post(client, incoming("A2")).status_code == 200
        answer = post(client, incoming("A3"))
        assert_error(answer, 503, "unavailable")
        assert answer.headers["Retry-After"] == "60"
        second(1_001)
        assert post(client, incoming("A3")).status_code == 200
