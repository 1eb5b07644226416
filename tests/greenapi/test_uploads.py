"""Files that are uploaded: where to, how they are read, and what stands in the headers."""

import io
import os
import threading
from collections.abc import Callable

import pytest
import responses

from inbox.greenapi import GreenApi, OutcomeUnknown, TooLarge, TryLater
from tests.greenapi import wire as w
from tests.greenapi.conftest import ID_INSTANCE, TOKEN, At
from tests.greenapi.webhooks import GUEST


class Pieces(io.BytesIO):
    """A file that is not to be read all at once; at each piece this is done first."""

    def __init__(self, content: bytes, meanwhile: Callable[[], object] = lambda: None) -> None:
        super().__init__(content)
        self._meanwhile = meanwhile

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert 0 < size <= 65536, "the whole file was asked for at once"
        self._meanwhile()
        return super().read(size)


def test_an_upload_goes_to_the_media_host(http: responses.RequestsMock, api: GreenApi) -> None:
    media = f"https://media.test/waInstance{api.id_instance}"
    http.post(f"{media}/uploadFile/{TOKEN}", json={"urlFile": " https://x/y.jpg "})
    http.post(f"{media}/sendFileByUpload/{TOKEN}", json={"idMessage": "1", "urlFile": "https://x"})
    assert api.upload_file(io.BytesIO(b"jpeg"), "y.jpg", "image/jpeg") == "https://x/y.jpg"
    assert api.send_file_by_upload(GUEST, io.BytesIO(b"jpeg"), "y.jpg").url_file == "https://x"


def test_an_upload_without_a_link_can_be_made_again(
    http: responses.RequestsMock, api: GreenApi
) -> None:
    http.post(f"https://media.test/waInstance{api.id_instance}/uploadFile/{TOKEN}", json={"a": 1})
    with pytest.raises(TryLater):
        api.upload_file(io.BytesIO(b"jpeg"), "y.jpg", "image/jpeg")


def test_too_large_an_upload_is_not_begun(
    http: responses.RequestsMock, api: GreenApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.greenapi.uploads.LARGEST_FILE", 10)
    with pytest.raises(TooLarge):
        api.upload_file(io.BytesIO(b"x" * 11), "a.bin", "")


def test_a_file_over_the_limit_is_not_uploaded(
    http: responses.RequestsMock, api: GreenApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.greenapi.uploads.LARGEST_FILE", 10)
    with pytest.raises(TooLarge):
        api.send_file_by_upload(GUEST, io.BytesIO(b"x" * 11), "a.bin")


def test_an_upload_is_read_while_it_is_sent_and_may_take_longer_than_a_connect(at: At) -> None:
    def notice_and_wait() -> None:
        connections_while_reading.append(server.connections)
        threading.Event().wait(0.03)

    content = os.urandom(300_000)
    file = Pieces(content, notice_and_wait)
    connections_while_reading: list[int] = []
    with w.wire(w.answers(b'{"idMessage":"F1","urlFile":"https://x/y"}')) as server:
        sent = at(server.url).send_file_by_upload(
            GUEST, file, "Меню «день».pdf", mime_type="application/pdf", caption="Menu"
        )
        request = server.requests[0]
    assert (sent.id_message, sent.url_file) == ("F1", "https://x/y")
    assert connections_while_reading[-1] == 1, "it was read before anything was sent"
    assert content in request
    assert 'filename="Меню «день».pdf"'.encode() in request
    assert b"application/pdf" in request
    assert f"/waInstance{ID_INSTANCE}/sendFileByUpload/{TOKEN} ".encode() in request


def test_a_bare_upload_starts_where_the_file_stands_and_is_read_while_it_is_sent(at: At) -> None:
    content = os.urandom(200_000)
    file = Pieces(b"not this" + content)
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
