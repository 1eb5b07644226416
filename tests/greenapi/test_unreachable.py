"""A connection that was never made proves that nothing was sent."""

import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from inbox.greenapi import Decision, OutcomeUnknown, Unreachable
from tests.greenapi import wire as w
from tests.greenapi.conftest import At
from tests.greenapi.webhooks import GUEST


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
