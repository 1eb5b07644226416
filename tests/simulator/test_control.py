"""The control API, and how the simulator starts and stops."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from inbox.simulator import RunningSimulator, SimulatorConfig, create_simulator
from inbox.simulator.config import DEFAULT_INSTANCES, ConfigError, read_instances
from inbox.simulator.media import MediaFile, MediaStore
from tests.simulator.conftest import GUEST, Line

COMMAND = "from inbox.simulator import run; import sys; run(int(sys.argv[1]), None, False)"


def test_every_instance_is_listed_with_its_token(line: Line) -> None:
    rows = requests.get(f"{line.url}/_sim/instances", timeout=10).json()
    assert [row["id_instance"] for row in rows] == [7103000001, 7103000002]
    assert rows[0]["token"] == line.token
    assert rows[0]["api_url"] == rows[0]["media_url"] == line.url
    assert (rows[0]["queued_sends"], rows[0]["undelivered_webhooks"]) == (0, 0)
    assert all(len(one.token) == 50 for one in DEFAULT_INSTANCES)


def test_calls_are_counted_by_method_and_answer(line: Line) -> None:
    line.send("one")
    line.send("two")
    line.call("sendMessage", {})
    assert line.control("/calls")["sendMessage"] == {"calls": 3, "200": 2, "400": 1}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/messages", {"chat_id": "nobody"}),
        ("/messages", {"chat_id": GUEST, "type": "telegram"}),
        ("/messages", {"chat_id": GUEST, "type": "image", "file": "missing.jpg"}),
        ("/messages", {"chat_id": GUEST, "type": "location", "latitude": "north"}),
        ("/messages", {"chat_id": GUEST, "surprise": 1}),
        ("/guests", {"chat_id": GUEST, "reads": "maybe"}),
        ("/guests", {"name": "Nobody"}),
        ("/state", {"state": "tired"}),
        ("/settings", {"incomingWebhook": 1}),
        ("/read", {}),
        ("/notifications", {"timestamp": 1}),
    ],
)
def test_bad_input_is_400_in_words(line: Line, path: str, body: object) -> None:
    address = f"{line.url}/_sim/instances/{line.id_instance}{path}"
    answer = requests.post(address, json=body, timeout=10)
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"], str)


def test_bad_timing_and_instances_are_400_in_words(line: Line) -> None:
    timing = requests.post(f"{line.url}/_sim/timing", json={"scale": -1}, timeout=10)
    twice = {"id_instance": line.id_instance, "token": "a"}
    instance = requests.post(f"{line.url}/_sim/instances", json=twice, timeout=10)
    assert (timing.status_code, instance.status_code) == (400, 400)
    assert requests.get(f"{line.url}/_sim/instances/1", timeout=10).status_code == 404


def test_the_help_names_every_route_fault_and_key_in_one_line_each(line: Line) -> None:
    told = requests.get(f"{line.url}/_sim/", timeout=10).json()
    assert not [rule for rule in told["routes"] if "\n" in rule or "  " in rule]
    assert any("/written" in rule for rule in told["routes"])
    assert "accept_then_timeout" in told["faults"]


def test_only_this_machine_may_control_it() -> None:
    client = create_simulator(SimulatorConfig()).test_client()
    stranger = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/_sim/instances", environ_base=stranger).status_code == 403
    assert client.get("/_sim/instances").status_code == 200


def test_a_reset_forgets_everything(line: Line) -> None:
    line.write("hello")
    line.send("hello")
    line.control("/faults", {"rate_limit": True})
    requests.post(f"{line.url}/_sim/reset", timeout=10)
    assert line.control("/received") == line.control("/webhooks") == []
    assert line.control("/faults") == {}


def test_an_instances_file_is_read_or_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "instances.json"
    row = {"id_instance": 1101000001, "token": "d" * 50, "hotel": "grand-plaza"}
    path.write_text(json.dumps([row]))
    assert read_instances(str(path))[0].hotel == "grand-plaza"
    for broken in ("{}", "[]", "[1]", "nope", '[{"id_instance": 1}]', json.dumps([row, row])):
        path.write_text(broken)
        with pytest.raises(ConfigError, match=r"\w") as caught:
            read_instances(str(path))
        assert "\n" not in str(caught.value)


def test_a_busy_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-c", COMMAND, port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"port {port} is busy" in done.stderr


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_with_work_under_way(signal_number: signal.Signals) -> None:
    command = [sys.executable, "-c", COMMAND, "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    row = requests.get(f"{url}/_sim/instances", timeout=10).json()[0]
    call = f"{url}/waInstance{row['id_instance']}/receiveNotification/{row['token']}"
    with pytest.raises(requests.ReadTimeout):
        requests.get(call, timeout=0.1)
    process.send_signal(signal_number)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


def test_two_simulators_do_not_know_of_each_other() -> None:
    with RunningSimulator() as one, RunningSimulator() as other:
        body = {"chat_id": GUEST, "text": "hello"}
        requests.post(f"{one.url}/_sim/instances/7103000001/messages", json=body, timeout=10)
        guests = requests.get(f"{other.url}/_sim/instances/7103000001/guests", timeout=10)
        assert guests.json() == []


def test_the_oldest_files_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.simulator.media.MOST_BYTES", 10)
    store = MediaStore()
    paths = [store.put(MediaFile("a.txt", "text/plain", b"1234")) for _ in range(4)]
    kept = [store.find(path) is not None for path in paths]
    assert kept == [False, False, True, True]
