"""Fetching a link that somebody else wrote."""

import gzip
import io
from collections.abc import Iterator

import pytest
import responses

from inbox.greenapi import (
    Decision,
    Gone,
    GreenApiError,
    HostNotAllowed,
    RateLimited,
    Timeout,
    TooLarge,
    Unreachable,
)
from inbox.greenapi.media import Fetched, fetch, is_allowed
from tests.greenapi import wire as w

HOSTS = (".green-api.com", "storage.example")
LOOPBACK = ("127.0.0.1",)
IMPATIENT = Timeout(connect=0.4, read=0.4, total=0.8)


def get(url: str, max_bytes: int = 1000) -> tuple[bytes, Fetched]:
    into = io.BytesIO()
    fetched = fetch(
        url, into, allowed_hosts=(*HOSTS, *LOOPBACK), max_bytes=max_bytes, timeout=IMPATIENT
    )
    return into.getvalue(), fetched


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.mark.parametrize(
    "url",
    [
        "https://sw-media.green-api.com/a/b.jpg?x=1",
        "https://SW-MEDIA.green-api.com/a",
        "https://storage.example:443/a",
        "http://127.0.0.1:7103/a",
        "https://127.0.0.1:7103/a",
    ],
)
def test_allowed(url: str) -> None:
    assert is_allowed(url, (*HOSTS, *LOOPBACK))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not a url",
        "/etc/passwd",
        "file:///etc/passwd",
        "ftp://storage.example/a",
        "http://storage.example/a",
        "https://storage.example:8443/a",
        "https://storage.example:99999/a",
        "https://evil.example/a",
        "https://green-api.com.evil.example/a",
        "https://evilgreen-api.com/a",
        "https://green-api.com/a",
        "https://sub.storage.example/a",
        "https://storage.example@evil.example/a",
        "https://evil.example@storage.example/a",
        "https://evil.example\\@storage.example/a",
        "https://evil.example\\.green-api.com/a",
        "https://evil.example#.green-api.com/a",
        "https://evil.example?.green-api.com/a",
        "https://evil.example\t.green-api.com/a",
        "https://storage.example./a",
        "https://storage\u3002example/a",
        "https://[::1]/a",
        "https://[::1/a",
        "http://localhost/a",
        "http://2130706433/a",
        "http://0x7f.1/a",
        "https://169.254.169.254/latest/meta-data",
        "//storage.example/a",
    ],
)
def test_not_allowed(url: str) -> None:
    assert not is_allowed(url, (*HOSTS, *LOOPBACK))
    with pytest.raises(HostNotAllowed) as caught:
        get(url)
    assert caught.value.decision is Decision.NEVER


def test_loopback_is_only_for_those_who_say_so() -> None:
    assert not is_allowed("http://127.0.0.1/a", HOSTS)
    assert not is_allowed("http://127.0.0.1/a", (".0.0.1",))


def test_a_file_arrives_whole() -> None:
    photo = bytes(range(256)) * 2
    with w.wire(w.answers(photo, extra="Content-Type: image/JPEG\r\n")) as server:
        content, fetched = get(f"{server.url}/photo.jpg")
    assert content == photo
    assert fetched == Fetched(512, "image/jpeg")


def test_a_chunked_file_arrives_whole() -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with w.wire(w.sends(raw)) as server:
        assert get(server.url) == (b"abcde", Fetched(5, ""))


def test_an_announced_size_over_the_cap_is_not_even_read() -> None:
    with w.wire(w.answers(b"x" * 1001)) as server, pytest.raises(TooLarge):
        get(server.url)


def test_an_unannounced_size_is_cut_at_the_cap() -> None:
    raw = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 500_000
    into = io.BytesIO()
    with w.wire(w.sends(raw)) as server, pytest.raises(TooLarge):
        fetch(server.url, into, allowed_hosts=LOOPBACK, max_bytes=1000)
    assert len(into.getvalue()) <= 1000


def test_a_zipped_bomb_is_cut_at_the_cap() -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    into = io.BytesIO()
    with w.wire(w.sends(head.encode() + bomb)) as server, pytest.raises(TooLarge):
        fetch(server.url, into, allowed_hosts=LOOPBACK, max_bytes=100_000)
    assert len(into.getvalue()) <= 100_000


@pytest.mark.parametrize(
    "behaviour",
    [
        w.resets,
        w.hangs_up,
        w.holds,
        w.drips,
        w.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"),
        w.sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nhalf"),
        w.answers(b"", "500 Oops"),
        w.answers(b"", "503 Busy"),
        w.answers(b"", "204 No Content"),
    ],
)
def test_half_a_file_is_never_taken_for_a_file(behaviour: w.Behaviour) -> None:
    with w.wire(behaviour) as server, pytest.raises(Unreachable) as caught:
        get(f"{server.url}/signed?key=s3cret")
    error = caught.value
    assert error.decision is Decision.RETRY_LATER
    assert "s3cret" not in f"{error} {error!r} {vars(error)}"
    assert error.__context__ is None


def test_a_refused_connection_is_for_later() -> None:
    with pytest.raises(Unreachable) as caught:
        get(f"http://127.0.0.1:{w.closed_port()}/a")
    assert caught.value.code == "unreachable"


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_dead_link_is_gone(web: responses.RequestsMock, status: int) -> None:
    web.get("https://storage.example/a", status=status)
    with pytest.raises(Gone) as caught:
        get("https://storage.example/a")
    assert (caught.value.decision, caught.value.status) == (Decision.NEVER, status)


def test_429_is_for_later(web: responses.RequestsMock) -> None:
    web.get("https://storage.example/a", status=429)
    with pytest.raises(RateLimited):
        get("https://storage.example/a")


def redirect(web: responses.RequestsMock, url: str, to: str, status: int = 302) -> None:
    web.get(url, status=status, headers={"Location": to})


def test_redirects_are_followed_among_allowed_hosts(web: responses.RequestsMock) -> None:
    redirect(web, "https://storage.example/a", "/b")
    redirect(web, "https://storage.example/b", "https://x.green-api.com/c", 308)
    web.get("https://x.green-api.com/c", body=b"ok")
    assert get("https://storage.example/a")[0] == b"ok"


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "http://storage.example/",
        "//evil.example/",
        "file:///etc/passwd",
        "http://169.254.169.254/",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(web: responses.RequestsMock, to: str) -> None:
    redirect(web, "https://storage.example/a", to)
    with pytest.raises(HostNotAllowed):
        get("https://storage.example/a")
    assert len(web.calls) == 1


@pytest.mark.parametrize(
    "to", ["http://[bad", "https://storage.example:x/", "\\\\evil", "https://"]
)
def test_an_odd_redirect_is_an_error_like_others(web: responses.RequestsMock, to: str) -> None:
    redirect(web, "https://storage.example/a", to)
    with pytest.raises((Unreachable, HostNotAllowed)):
        get("https://storage.example/a")


def test_four_redirects_are_one_too_many(web: responses.RequestsMock) -> None:
    redirect(web, "https://storage.example/a", "/a")
    with pytest.raises(Unreachable) as caught:
        get("https://storage.example/a")
    assert caught.value.code == "redirected"
    assert len(web.calls) == 4


def test_a_full_disk_is_the_callers_to_hear_about(web: responses.RequestsMock) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    web.get("https://storage.example/a", body=b"ok")
    with pytest.raises(OSError, match="space") as caught:
        fetch("https://storage.example/a", Full(), allowed_hosts=HOSTS, max_bytes=10)
    assert not isinstance(caught.value, GreenApiError)
