"""Nothing lost, nothing doubled: whatever Green API fails to deliver is on the screen in the end.

The line breaks and comes back, webhooks are lost or stop, the journal lags, the receiver is killed:
the same processes as in production meet it all, and each message is there once.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.databases import Databases
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import ask, change, number, wait_settled
from tests.stack.desk import Desk

GUEST = "447700900318@c.us"
SCALE = 0.1
SETTLE = 3.0  # LOBBY_SETTLE_SECONDS of the stack: younger messages may still come by themselves
PATIENCE = 60.0
HOURS = 24 * 14


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("missed")
    databases.copy(databases.migrated, folder / "data")
    with Stack(folder, migrated=True) as running:
        running.simulator.set_timing(scale=SCALE)
        yield running


@pytest.fixture(scope="module")
def plaza(stack: Stack) -> Hotel:
    """A hotel that Green API posts webhooks to."""
    return linked(stack, "grand-plaza")


@pytest.fixture(scope="module")
def seaview(stack: Stack) -> Hotel:
    """A hotel without a public address."""
    hotel = linked(stack, "seaview")
    stack.flask("instance", "connect", hotel.slug, "--receive", "poll")
    wait_until(lambda: polls(stack, hotel) > 0, PATIENCE, "the receiver's first poll")
    return hotel


def linked(stack: Stack, slug: str) -> Hotel:
    hotel = stack.add_hotel(slug)
    wait_settled(stack, hotel)
    return hotel


@pytest.fixture(autouse=True)
def all_is_well_afterwards(stack: Stack, plaza: Hotel, seaview: Hotel) -> Iterator[None]:
    yield
    for hotel in (plaza, seaview):
        stack.simulator.clear_faults(hotel.id_instance)


def column(stack: Stack, hotel: Hotel, name: str) -> object:
    query = f"SELECT {name} FROM instance WHERE id_instance = ?"  # noqa: S608  (a name of ours)
    return ask(stack, query, hotel.id_instance)[0][0]


def put(stack: Stack, hotel: Hotel, **values: object) -> None:
    names = ", ".join(f"{name} = ?" for name in values)
    statement = f"UPDATE instance SET {names} WHERE id_instance = ?"  # noqa: S608  (as above)
    change(stack, statement, *values.values(), hotel.id_instance)


def polls(stack: Stack, hotel: Hotel) -> int:
    calls = stack.simulator.calls(hotel.id_instance)
    return int(calls.get("receiveNotification", {}).get("200", 0))


def write(stack: Stack, hotel: Hotel, *texts: str) -> list[str]:
    return [stack.simulator.write(hotel.id_instance, GUEST, text=text) for text in texts]


def rows(stack: Stack, hotel: Hotel) -> dict[str, int]:
    """Each message of the hotel's number, and how many rows it has."""
    found = ask(
        stack,
        "SELECT id_message, count(*) FROM message JOIN instance ON instance.id = instance_id"
        " WHERE id_instance = ? GROUP BY id_message",
        hotel.id_instance,
    )
    return dict(found)


def wait_for(stack: Stack, hotel: Hotel, ids: list[str]) -> None:
    """Until each of these is there; and then each is there once."""
    wait_until(lambda: set(ids) <= set(rows(stack, hotel)), PATIENCE, "all messages")
    assert set(rows(stack, hotel).values()) == {1}


def recovered(stack: Stack, ids: list[str]) -> list[int]:
    """Which of these are marked as recovered, in their order."""
    query = "SELECT recovered FROM message WHERE id_message = ?"
    return [number(stack, query, one) for one in ids]


def open_incidents(stack: Stack, hotel: Hotel) -> dict[str, int]:
    return dict(
        ask(
            stack,
            "SELECT kind, count FROM incident JOIN instance ON instance.id = instance_id"
            " WHERE id_instance = ? AND closed_at IS NULL",
            hotel.id_instance,
        )
    )


def stored(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def test_what_was_lost_in_a_gap_is_there_once_the_line_is_back(stack: Stack, plaza: Hotel) -> None:
    came = write(stack, plaza, "Is there a pool?")
    wait_for(stack, plaza, came)
    stack.simulator.faults(plaza.id_instance, lost_webhook={"types": "incomingMessageReceived"})
    lost = write(stack, plaza, "And a sauna?", "And towels?", "Hello?")
    stack.simulator.set_state(plaza.id_instance, "notAuthorized")
    wait_until(lambda: column(stack, plaza, "state") == "not_authorized", PATIENCE, "the bad news")
    stack.simulator.set_state(plaza.id_instance, "authorized")
    wait_for(stack, plaza, [*came, *lost])
    assert recovered(stack, came + lost) == [0, 1, 1, 1]
    wait_until(lambda: open_incidents(stack, plaza) == {"recovered": 3}, PATIENCE, "the incident")
    page = Desk(stack, plaza).get("/h/grand-plaza/").text
    assert "3 messages since" in page
    put(stack, plaza, reconcile_at=None)
    wait_until(lambda: open_incidents(stack, plaza) == {}, PATIENCE, "a clean comparison")


def test_a_journal_that_lags_is_waited_for(stack: Stack, plaza: Hotel) -> None:
    stack.simulator.faults(
        plaza.id_instance,
        lost_webhook={"types": "incomingMessageReceived"},
        journal_lag_seconds=SETTLE - 1,
    )
    lost = write(stack, plaza, "Can you hear me?")
    stack.simulator.set_state(plaza.id_instance, "notAuthorized")
    wait_until(lambda: column(stack, plaza, "state") == "not_authorized", PATIENCE, "the bad news")
    stack.simulator.set_state(plaza.id_instance, "authorized")
    wait_for(stack, plaza, lost)


def test_a_storm_in_which_every_third_webhook_is_lost(stack: Stack, plaza: Hotel) -> None:
    """Others come twice, in parallel or out of order; the thread is in the order of writing."""
    stack.simulator.faults(
        plaza.id_instance,
        lost_webhook={"types": "incomingMessageReceived", "probability": 0.35},
        parallel_duplicates={"copies": 3, "probability": 0.3},
        reorder_webhooks={"probability": 0.2},
    )
    first = int(datetime.now(UTC).timestamp()) - 300
    sent = [
        stack.simulator.write(plaza.id_instance, GUEST, text=f"{n}", timestamp=first + n)
        for n in range(60)
    ]
    stack.simulator.set_state(plaza.id_instance, "notAuthorized")
    wait_until(lambda: column(stack, plaza, "state") == "not_authorized", PATIENCE, "the bad news")
    stack.simulator.set_state(plaza.id_instance, "authorized")
    wait_for(stack, plaza, sent)
    marks = ", ".join("?" * len(sent))
    in_order = (
        f"SELECT id_message FROM message WHERE id_message IN ({marks}) ORDER BY sorted_at, id"  # noqa: S608
    )
    shown = ask(stack, in_order, *sent)
    assert [row[0] for row in shown] == sent
    assert 0 < sum(recovered(stack, sent)) < 60


def test_a_deaf_line_is_noticed_restarted_once_and_hears_again(stack: Stack, plaza: Hotel) -> None:
    wait_until(lambda: column(stack, plaza, "state") == "authorized", PATIENCE, "the line")
    stack.simulator.faults(plaza.id_instance, webhooks_paused=True)
    unheard = write(stack, plaza, "The key does not work", "Room 12")
    before = reboots(stack, plaza)
    a_busy_history(stack, plaza)
    wait_until(lambda: "silent" in open_incidents(stack, plaza), PATIENCE, "the incident")
    wait_for(stack, plaza, unheard)
    wait_until(lambda: reboots(stack, plaza) == before + 1, PATIENCE, "the restart")
    assert "nothing has come in since" in Desk(stack, plaza).get("/h/grand-plaza/").text
    stack.simulator.clear_faults(plaza.id_instance)
    later = write(stack, plaza, "Thank you, it works now")
    wait_for(stack, plaza, [*unheard, *later])
    wait_until(lambda: "silent" not in open_incidents(stack, plaza), PATIENCE, "the end of it")
    assert recovered(stack, later) == [0]
    assert reboots(stack, plaza) == before + 1


def a_busy_history(stack: Stack, hotel: Hotel) -> None:
    """Guests have written every hour for two weeks, and suddenly no more for the last hour."""
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    for n in range(1, HOURS):
        change(
            stack,
            "INSERT INTO ledger_hour (instance_id, hotel_id, hour, received, messages, recovered,"
            " quarantined, ignored) SELECT id, hotel_id, ?, 60, 20, 0, 0, 0 FROM instance"
            " WHERE id_instance = ? ON CONFLICT DO NOTHING",
            stored(hour - timedelta(hours=n)),
            hotel.id_instance,
        )
    heard = stored(now - timedelta(hours=1))
    put(
        stack,
        hotel,
        last_inbound_at=heard,
        last_event_at=heard,
        state_since=stored(now - timedelta(days=9)),
        rebooted_at=None,
        probe_at=None,
    )


def reboots(stack: Stack, hotel: Hotel) -> int:
    return int(stack.simulator.calls(hotel.id_instance).get("reboot", {}).get("200", 0))


def test_a_number_without_an_address_gets_its_messages(stack: Stack, seaview: Hotel) -> None:
    came = write(stack, seaview, "Olá", "Tem piscina?")
    wait_for(stack, seaview, came)
    assert recovered(stack, came) == [0, 0]
    query = "SELECT DISTINCT source FROM webhook_event WHERE id_message = ?"
    assert ask(stack, query, came[0]) == [("poll",)]


def test_a_killed_receiver_loses_and_doubles_nothing(stack: Stack, seaview: Hotel) -> None:
    sent = write(stack, seaview, *(f"before {n}" for n in range(10)))
    stack.kill9("receiver")
    sent += write(stack, seaview, *(f"without {n}" for n in range(5)))
    stack.restart("receiver")
    sent += write(stack, seaview, *(f"after {n}" for n in range(5)))
    wait_for(stack, seaview, sent)


def test_the_receiver_stops_at_once_and_in_peace(stack: Stack, seaview: Hotel) -> None:
    receiver = stack.services["receiver"]
    wait_for(stack, seaview, write(stack, seaview, "Are you there?"))  # it asks anew, for 20 s
    receiver.terminate()
    wait_until(lambda: not receiver.running, 15.0, "the receiver's end")
    assert "Traceback" not in receiver.log()
    stack.restart("receiver")
    wait_for(stack, seaview, write(stack, seaview, "Still there?"))


def test_poison_holds_up_nobody(stack: Stack, seaview: Hotel) -> None:
    path = f"/instances/{seaview.id_instance}/notifications"
    stack.simulator.call("POST", path, {"typeWebhook": "incomingMessageReceived", "raw": True})
    wait_for(stack, seaview, write(stack, seaview, "After the poison"))
    query = (
        "SELECT count(*) FROM webhook_event JOIN instance ON instance.id = instance_id"
        " WHERE id_instance = ? AND webhook_event.state = 'quarantined'"
    )
    assert number(stack, query, seaview.id_instance) == 1


def test_a_webhook_address_set_at_green_api_is_told_and_told_over(
    stack: Stack, seaview: Hotel
) -> None:
    put(stack, seaview, created_at=stored(datetime.now(UTC) - timedelta(days=1)))
    stack.simulator.set_settings(seaview.id_instance, webhookUrl="http://127.0.0.1:9/")
    wait_until(lambda: "webhook_set" in open_incidents(stack, seaview), PATIENCE, "the incident")
    assert "instance connect" in Desk(stack, seaview).get("/h/seaview/").text
    stack.flask("instance", "connect", seaview.slug)
    wait_until(lambda: "webhook_set" not in open_incidents(stack, seaview), 60.0, "the end of it")
    wait_for(stack, seaview, write(stack, seaview, "Finally"))
