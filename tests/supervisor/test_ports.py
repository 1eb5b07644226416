import socket

import pytest

from inbox.supervisor.errors import StartError
from inbox.supervisor.ports import check_free


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_free_ports_pass() -> None:
    check_free("127.0.0.1", {"PORT": free_port()})


def test_a_taken_port_is_named_with_the_variable_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError) as refused:
            check_free("127.0.0.1", {"PORT": port})
    assert f"Port {port} is already in use" in str(refused.value)
    assert f"PORT={port + 1}" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_port_taken_on_every_address_is_noticed() -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken, pytest.raises(StartError):
        check_free("127.0.0.1", {"PORT": taken.getsockname()[1]})


def test_two_variables_may_not_ask_for_one_port() -> None:
    with pytest.raises(StartError, match="PORT and SIMULATOR_PORT must be different"):
        check_free("127.0.0.1", {"PORT": 8000, "SIMULATOR_PORT": 8000})
