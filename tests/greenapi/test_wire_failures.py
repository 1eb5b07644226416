"""What a broken network proves about a send, on real sockets."""

import io
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3.util.connection
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from inbox.greenapi import (
    Decision,
    GreenApi,
    OutcomeUnknown,
    Timeout,
    TryLater,
    Unreachable,
)
from inbox.greenapi.sessions import shared_session
from tests.greenapi import wire as w
from tests.greenapi.conftest import ID_INSTANCE, TOKEN

At = Callable[[str], GreenApi]
GUEST = "79001234567@c.us"
ACCEPTED = w.answers(b'{"idMessage":"BAE5"}')

BROKEN: dict[str, w.Behaviour] = {
    "reset after the request was read": w.resets,
    "closed without an answer": w.hangs_up,
    "no answer at all": w.holds,
    "an answer that drips": w.drips,
    "half an answer": w.sends(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"idM'),
    "half a chunk": w.sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"),
    "not http": w.sends(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "broken gzip": w.sends(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip"),
    "an empty 200": w.answers(b""),
    "null": w.answers(b"null"),
    "html": w.answers(b"<html>Welcome to HotelWifi</html>"),
    "no idMessage": w.answers(b'{"ok": true}'),
    "502": w.answers(b"Bad Gateway", "502 Bad Gateway"),
    "503": w.answers(b"", "503 Service Unavailable"),
    "504": w.answers(b"", "504 Gateway Timeout"),
    "500": w.answers(b"oops", "500 Internal Server Error"),
    "499": w.answers(b"", "499 Client Closed Request"),
    "408": w.answers(b"", "408 Request Timeout"),
    "two lengths": w.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nxx"),
    "an odd redirect": w.answers(b"", "302 Found", "Location: http://[bad\r\n"),
    "another odd redirect": w.answers(b"", "303 See Other", "Location: x://\r\n"),
    "302": w.answers(b"", "302 Found", "Location: http://127.0.0.1:9/portal\r\n"),
}


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN.keys())
def test_a_send_without_proof_is_unknown_and_made_once(at: At, behaviour: w.Behaviour) -> None:
    with w.wire(behaviour) as server:
        with pytest.raises(OutcomeUnknown) as caught:
            at(server.url).send_message(GUEST, "hello")
        assert caught.value.decision is Decision.OUTCOME_UNKNOWN
        assert len(server.requests) == 1


SENDS: dict[str, Callable[[GreenApi], object]] = {
    "sendLocation": lambda api: api.send_location(GUEST, 41.38, 2.17),
    "sendContact": lambda api: api.send_contact(GUEST, "34910000000", first_name="Taxi"),
    "sendPoll": lambda api: api.send_poll(GUEST, "When?", ["8", "9"]),
    "forwardMessages": lambda api: api.forward_messages(GUEST, "1@lid", ["A", "B"]),
    "sendFileByUrl": lambda api: api.send_file_by_url(GUEST, "https://x/a.pdf", "a.pdf"),
    "sendFileByUpload": lambda api: api.send_file_by_upload(GUEST, io.BytesIO(b"x"), "a.pdf"),
}
REPEATABLE: dict[str, Callable[[GreenApi], object]] = {
    "uploadFile": lambda api: api.upload_file(io.BytesIO(b"x"), "a.pdf", "application/pdf"),
    "editMessage": lambda api: api.edit_message(GUEST, "A", "hello"),
    "deleteMessage": lambda api: api.delete_message(GUEST, "A"),
    "readChat": lambda api: api.read_chat(GUEST, "A"),
    "checkWhatsapp": lambda api: api.check_whatsapp(GUEST),
}
TRICKY = {
    name: BROKEN[name]
    for name in ("reset after the request was read", "half an answer", "html", "502", "302")
}


@pytest.mark.parametrize("behaviour", TRICKY.values(), ids=TRICKY.keys())
@pytest.mark.parametrize("send", SENDS.values(), ids=SENDS.keys())
def test_every_kind_of_send_without_proof_is_unknown_and_made_once(
    at: At, send: Callable[[GreenApi], object], behaviour: w.Behaviour
) -> None:
    with w.wire(behaviour) as server:
        with pytest.raises(OutcomeUnknown):
            send(at(server.url))
        assert len(server.requests) == 1


@pytest.mark.parametrize("behaviour", TRICKY.values(), ids=TRICKY.keys())
@pytest.mark.parametrize("call", REPEATABLE.values(), ids=REPEATABLE.keys())
def test_what_does_no_harm_twice_can_be_made_again(
    at: At, call: Callable[[GreenApi], object], behaviour: w.Behaviour
) -> None:
    with w.wire(behaviour) as server:
        with pytest.raises(TryLater):
            call(at(server.url))
        assert len(server.requests) == 1


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN.keys())
def test_a_look_up_that_breaks_can_be_made_again(at: At, behaviour: w.Behaviour) -> None:
    with w.wire(behaviour) as server:
        with pytest.raises(TryLater) as caught:
            at(server.url).get_state_instance()
        assert caught.value.decision is Decision.RETRY_LATER
        assert len(server.requests) == 1


def test_an_answer_that_drips_is_given_up_after_the_total_time(at: At) -> None:
    began = time.monotonic()
    with w.wire(w.drips) as server, pytest.raises(TryLater) as caught:
        at(server.url).get_state_instance()
    assert caught.value.code == "no_answer", "we gave up, not the server"
    assert time.monotonic() - began < 2


def test_a_refused_connection_proves_that_nothing_was_sent(at: At) -> None:
    with pytest.raises(Unreachable) as caught:
        at(f"http://127.0.0.1:{w.closed_port()}").send_message(GUEST, "hello")
    assert caught.value.decision is Decision.RETRY_LATER
    assert caught.value.whole_instance


def test_an_unknown_host_proves_that_nothing_was_sent(at: At) -> None:
    with pytest.raises(Unreachable):
        at("http://no-such-host.invalid").send_message(GUEST, "hello")


def test_a_connect_timeout_proves_that_nothing_was_sent(at: At) -> None:
    # A listener whose backlog is full neither accepts nor refuses.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(address)
            fillers.append(filler)
        with pytest.raises(Unreachable):
            at(f"http://127.0.0.1:{address[1]}").send_message(GUEST, "hello")
        for filler in fillers:
            filler.close()


@pytest.fixture
def stranger(tmp_path: Path) -> ssl.SSLContext:
    """TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "stranger.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_certificate_that_is_not_accepted_proves_that_nothing_was_sent(
    at: At, stranger: ssl.SSLContext
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def shake_hands() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                stranger.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=shake_hands)
        thread.start()
        with pytest.raises(Unreachable):
            at(f"https://127.0.0.1:{listener.getsockname()[1]}").send_message(GUEST, "hello")
        thread.join()


def test_tls_that_breaks_otherwise_is_unknown(at: At) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak_something_else() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=speak_something_else)
        thread.start()
        with pytest.raises(OutcomeUnknown):
            at(f"https://127.0.0.1:{listener.getsockname()[1]}").send_message(GUEST, "hello")
        thread.join()


def test_a_kept_alive_connection_that_resets_is_unknown_and_not_sent_again(at: At) -> None:
    with w.wire(ACCEPTED, w.resets, ACCEPTED) as server:
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
    with w.wire(ACCEPTED) as server:
        for _ in range(5):
            at(server.url).send_message(GUEST, "hello")
        assert (len(server.requests), server.connections) == (5, 1)


def test_a_redirect_is_not_followed(at: At) -> None:
    with w.wire(ACCEPTED) as other:
        moved = w.answers(b"", "308 Permanent Redirect", f"Location: {other.url}/x\r\n")
        with w.wire(moved) as server, pytest.raises(TryLater) as caught:
            at(server.url).send_message(GUEST, "hello")
        assert caught.value.code == "redirected"
        assert other.requests == []


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
    with w.wire(ACCEPTED) as server:
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


def test_an_upload_is_read_while_it_is_sent_and_may_take_longer_than_a_connect(at: At) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert 0 < size <= 65536, "the whole file was asked for at once"
            connections_while_reading.append(server.connections)
            threading.Event().wait(0.03)
            return super().read(size)

    content = os.urandom(300_000)
    connections_while_reading: list[int] = []
    with w.wire(w.answers(b'{"idMessage":"F1","urlFile":"https://x/y"}')) as server:
        sent = at(server.url).send_file_by_upload(
            GUEST, Slow(content), "Меню «день».pdf", mime_type="application/pdf", caption="Menu"
        )
        request = server.requests[0]
    assert (sent.id_message, sent.url_file) == ("F1", "https://x/y")
    assert connections_while_reading[-1] == 1, "it was read before anything was sent"
    assert content in request
    assert 'filename="Меню «день».pdf"'.encode() in request
    assert b"application/pdf" in request
    assert f"/waInstance{ID_INSTANCE}/sendFileByUpload/{TOKEN} ".encode() in request


def test_a_bare_upload_starts_where_the_file_stands_and_is_read_while_it_is_sent(at: At) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert 0 < size <= 65536, "the whole file was asked for at once"
            return super().read(size)

    content = os.urandom(200_000)
    file = Slow(b"not this" + content)
    file.seek(8)
    with w.wire(w.answers(b'{"urlFile":"https://x/y.pdf"}')) as server:
        url = at(server.url).upload_file(file, "Меню «день».pdf", "application/pdf")
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert (url, body) == ("https://x/y.pdf", content)
    assert f"/waInstance{ID_INSTANCE}/uploadFile/{TOKEN} ".encode() in head
    assert b"Content-Length: 200000" in head
    assert b"Content-Type: application/pdf\r\n" in head
    assert b"GA-Filename: %D0%9C%D0%B5%D0%BD%D1%8E %C2%AB" in head


def test_nothing_gets_into_the_headers_with_a_file_name_or_type(at: At) -> None:
    name, mime_type = "a\r\nX-Evil: 1.pdf", "text/plain\r\nX-Evil: 2"
    with w.wire(w.answers(b'{"urlFile":"https://x/y.pdf"}')) as server:
        at(server.url).upload_file(io.BytesIO(b"x"), name, mime_type)
        with pytest.raises(OutcomeUnknown):
            at(server.url).send_file_by_upload(GUEST, io.BytesIO(b"x"), name, mime_type=mime_type)
        bare, form = server.requests
    assert b"GA-Filename: aX-Evil%3A 1.pdf\r\n" in bare
    assert b"Content-Type: application/octet-stream\r\n" in bare
    for request in (bare, form):
        assert b"\nX-Evil" not in request


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
