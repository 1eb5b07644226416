"""Connections to Green API: kept, shared by threads and clients, replaced, and given time."""

import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import urllib3.util.connection

from inbox.greenapi import GreenApi, OutcomeUnknown, Timeout
from inbox.greenapi.sessions import shared_session
from tests.greenapi import wire as w
from tests.greenapi.conftest import ID_INSTANCE, TOKEN, At
from tests.greenapi.webhooks import GUEST


def test_a_kept_alive_connection_that_resets_is_unknown_and_not_sent_again(at: At) -> None:
    with w.wire(w.ACCEPTED, w.resets, w.ACCEPTED) as server:
        api = at(server.url)
        assert api.send_message(GUEST, "one").id_message == "BAE5"
        with pytest.raises(OutcomeUnknown):
            api.send_message(GUEST, "two")
        assert len(server.requests) == 2
        assert server.connections == 1


def test_a_kept_alive_connection_that_was_closed_in_order_is_replaced(at: At) -> None:
    closes = w.sends(b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"idMessage":"BAE5"}')
    with w.wire(closes) as server:
        for _ in range(3):
            at(server.url).send_message(GUEST, "hello")
            threading.Event().wait(0.05)
        assert (len(server.requests), server.connections) == (3, 3)


def test_connections_are_kept_and_shared_by_all_clients_of_the_process(at: At) -> None:
    with w.wire(w.ACCEPTED) as server:
        for _ in range(5):
            at(server.url).send_message(GUEST, "hello")
        assert (len(server.requests), server.connections) == (5, 1)


def test_a_session_of_ones_own_is_used_and_odd_redirects_do_not_crash_it() -> None:
    odd = w.answers(b"", "302 Found", f"Location: http://[bad{TOKEN}\r\n")
    with w.wire(odd) as server, requests.Session() as session:
        session.headers["User-Agent"] = "mine"
        api = GreenApi(ID_INSTANCE, TOKEN, api_url=server.url, session=session)
        with pytest.raises(OutcomeUnknown) as caught:
            api.send_message(GUEST, "hello")
        assert TOKEN not in str(caught.value)
        assert b"User-Agent: mine" in server.requests[0]


def test_many_threads_share_one_client(at: At) -> None:
    with w.wire(w.ACCEPTED) as server:
        api = at(server.url)
        with ThreadPoolExecutor(8) as pool:
            sent = list(pool.map(lambda n: api.send_message(GUEST, f"n-{n}"), range(80)))
        assert len(sent) == len(server.requests) == 80
        assert server.connections <= 8


def test_a_long_poll_waits_longer_than_the_server(at: At) -> None:
    def late(connection: object) -> None:
        threading.Event().wait(0.8)
        w.answers(b"null")(connection)  # type: ignore[arg-type]

    with w.wire(late) as server:
        assert at(server.url).receive_notification(5) is None
        assert b"receiveTimeout=5" in server.requests[0]


def test_cookies_are_not_carried_from_one_instance_to_another(at: At) -> None:
    sets = w.answers(b'{"stateInstance":"authorized"}', extra="Set-Cookie: who=hotel-a\r\n")
    with w.wire(sets) as server:
        at(server.url).get_state_instance()
        at(server.url).get_state_instance()
        assert b"who=hotel-a" not in server.requests[1]


def test_an_idle_connection_is_asked_whether_it_is_still_there(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, ...]] = []

    def connect(*args: Any, **kwargs: Any) -> socket.socket:
        made = create_connection(*args, **kwargs)
        tcp = (socket.TCP_NODELAY, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        alive = made.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        seen.append((alive, *(made.getsockopt(socket.IPPROTO_TCP, option) for option in tcp)))
        return made

    create_connection = urllib3.util.connection.create_connection
    monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
    with w.wire(w.answers(b'{"stateInstance":"authorized"}')) as server:
        at(server.url).get_state_instance()
    assert seen == [(1, 1, 10, 3)]


def test_a_forked_process_gets_a_pool_of_its_own() -> None:
    mine = shared_session()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write_end, b"own" if shared_session() is not mine else b"inherited")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read_end, 20) == b"own"
    os.close(read_end)
    os.close(write_end)
    assert shared_session() is mine


def test_timeouts_only_ever_grow() -> None:
    assert Timeout(5, 20, 120).at_least(70) == Timeout(5, 70, 120)
    assert Timeout(5, 20, 30).at_least(60) == Timeout(5, 60, 65)
    assert Timeout(5, 20, 120).at_least(0) == Timeout(5, 20, 120)
