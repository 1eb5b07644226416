"""Files: fetched by a job, checked, kept, and opened only for their hotel (D12)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import responses
from PIL import Image
from sqlalchemy import select, update

from inbox import clock
from inbox.errors import NotFound
from inbox.extensions import db
from inbox.files.media_store import FolderStore
from inbox.models import Attachment, Conversation
from inbox.services.intake import downloads
from inbox.services.transaction import transaction
from tests.cast.clock import Clock
from tests.cast.files import PDF, files_in, picture
from tests.cast.people import Cast
from tests.cast.provider import answers

LINK = "https://media.greenapi.com/photo"
Writes = Callable[..., Conversation]
Fetched = Callable[..., int]


def written(guest_writes: Writes, link: str = LINK, kind: str = "image") -> int:
    file = {"downloadUrl": link, "mimeType": "image/jpeg"}
    guest_writes("A1", messageData={"typeMessage": f"{kind}Message", "fileMessageData": file})
    return db.session.scalars(select(Attachment.id)).one()


@pytest.fixture
def fetched(guest_writes: Writes, store: FolderStore, provider: responses.RequestsMock) -> Fetched:
    """Let a guest send a file, its link answer so, and a worker fetch it; the file's id."""

    def fetch(link: str = LINK, **answer: Any) -> int:
        provider.add(responses.GET, link, **answer)
        attachment_id = written(guest_writes, link)
        downloads.fetch(attachment_id, store, ())
        return attachment_id

    return fetch


def row(attachment_id: int) -> Attachment:
    db.session.rollback()
    return db.session.get_one(Attachment, attachment_id)


def test_a_photo_is_fetched_measured_and_kept(
    cast: Cast, fetched: Fetched, store: FolderStore
) -> None:
    attachment_id = fetched(body=picture())
    found = row(attachment_id)
    assert (found.state, found.mime_type) == ("ready", "image/jpeg")
    assert (found.width, found.height) == (900, 600)
    opened = downloads.open_attachment(cast.hotel_id, attachment_id, store)
    assert opened.path.read_bytes() == picture()
    assert opened.shown
    small = downloads.open_attachment(cast.hotel_id, attachment_id, store, thumb=True)
    with Image.open(small.path) as thumbnail:
        assert max(thumbnail.size) <= 640


def test_another_hotel_never_opens_it(cast: Cast, fetched: Fetched, store: FolderStore) -> None:
    attachment_id = fetched(body=picture())
    with pytest.raises(NotFound):
        downloads.open_attachment(cast.other_hotel_id, attachment_id, store)


def test_what_calls_itself_a_photo_and_is_a_page_is_only_a_download(
    cast: Cast, fetched: Fetched, store: FolderStore
) -> None:
    page = b"<!doctype html><html><script>alert(1)</script></html>"
    attachment_id = fetched(body=page, content_type="image/jpeg")
    opened = downloads.open_attachment(cast.hotel_id, attachment_id, store)
    assert not opened.shown


def test_a_file_that_is_not_there_yet_is_tried_again_later(cast: Cast, fetched: Fetched) -> None:
    attachment_id = fetched(status=502)
    found = row(attachment_id)
    assert found.state == "waiting"
    assert found.next_attempt_at is not None
    assert found.next_attempt_at > clock.now()
    assert downloads.due(clock.now()) == []


def test_a_dead_link_is_renewed(
    cast: Cast, fetched: Fetched, store: FolderStore, provider: responses.RequestsMock
) -> None:
    attachment_id = fetched(status=404)
    fresh = "https://media.greenapi.com/fresh"
    answers(provider, "downloadFile", {"downloadUrl": fresh})
    provider.add(responses.GET, fresh, body=picture())
    with transaction() as work:
        work.session.execute(update(Attachment).values(next_attempt_at=clock.now()))
    downloads.fetch(attachment_id, store, ())
    assert row(attachment_id).state == "ready"


@pytest.mark.parametrize("link", ["https://evil.example/x", "http://169.254.169.254/latest"])
def test_a_link_to_a_strange_host_is_never_followed(
    cast: Cast, fetched: Fetched, provider: responses.RequestsMock, link: str
) -> None:
    attachment_id = fetched(link)
    assert row(attachment_id).state == "failed"
    assert len(provider.calls) == 0


def test_a_file_that_never_comes_is_given_up_and_a_person_may_ask_again(
    cast: Cast, fetched: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_ATTEMPTS", 1)
    attachment_id = fetched(status=502)
    assert (row(attachment_id).state, row(attachment_id).next_attempt_at) == ("failed", None)
    downloads.try_again(cast.hotel_id, attachment_id)
    assert row(attachment_id).state == "waiting"
    assert downloads.due(clock.now()) == [attachment_id]
    with pytest.raises(NotFound):
        downloads.try_again(cast.other_hotel_id, attachment_id)


def test_a_full_disk_is_no_reason_to_try_for_ever_at_once(
    cast: Cast, fetched: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FolderStore, "keep", full)
    attachment_id = fetched(body=picture())
    assert row(attachment_id).state == "waiting"
    assert downloads.due(clock.now()) == []


def test_two_workers_fetch_a_file_once(
    cast: Cast, fetched: Fetched, store: FolderStore, provider: responses.RequestsMock
) -> None:
    attachment_id = fetched(body=picture())
    downloads.fetch(attachment_id, store, ())
    assert len(provider.calls) == 1


def test_a_worker_that_died_while_fetching_is_soon_replaced(
    cast: Cast, guest_writes: Writes
) -> None:
    attachment_id = written(guest_writes)
    assert downloads.claim(attachment_id) is not None
    assert downloads.claim(attachment_id) is None
    assert downloads.due(clock.now() + timedelta(seconds=31)) == [attachment_id]


def test_a_slow_file_is_left_to_its_worker(
    cast: Cast, fetched: Fetched, watch: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A piece every twenty seconds: longer than a claim lasts, and nobody else finds it due."""
    put, pieces = downloads.Writer.write, []

    def slow(self: downloads.Writer, piece: bytes, /) -> None:
        watch.time += timedelta(seconds=20)
        assert downloads.due(watch.time) == []
        pieces.append(piece)
        put(self, piece)

    monkeypatch.setattr(downloads.Writer, "write", slow)
    attachment_id = fetched(body=PDF + bytes(300_000))
    assert len(pieces) > 3
    assert row(attachment_id).state == "ready"


def test_who_lost_the_claim_leaves_the_file_to_its_successor(
    cast: Cast,
    guest_writes: Writes,
    store: FolderStore,
    provider: responses.RequestsMock,
    watch: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider.add(responses.GET, LINK, body=picture())
    attachment_id = written(guest_writes)
    put = downloads.Writer.write
    successors: list[downloads.DownloadJob | None] = []

    def frozen(self: downloads.Writer, piece: bytes, /) -> None:
        if not successors:
            watch.time += timedelta(minutes=1)
            successors.append(downloads.claim(attachment_id))
        put(self, piece)

    monkeypatch.setattr(downloads.Writer, "write", frozen)
    downloads.fetch(attachment_id, store, ())
    (successor,) = successors
    assert successor is not None
    found = row(attachment_id)
    assert (found.state, found.next_attempt_at) == ("fetching", successor.claim.until)
    assert files_in(store) == 0


def test_a_file_that_every_worker_dies_of_is_given_up(
    cast: Cast, guest_writes: Writes, store: FolderStore, provider: responses.RequestsMock
) -> None:
    attachment_id = written(guest_writes)
    with transaction() as work:
        work.session.execute(update(Attachment).values(attempts=downloads.MOST_ATTEMPTS))
    downloads.fetch(attachment_id, store, ())
    assert row(attachment_id).failure_text == downloads.GIVEN_UP
    assert len(provider.calls) == 0


def test_a_file_over_100_mb_says_where_it_can_be_seen(cast: Cast, guest_writes: Writes) -> None:
    attachment_id = written(guest_writes, "{{SWE002}}", "video")
    found = row(attachment_id)
    assert found.state == "failed"
    assert "phone" in found.failure_text


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "a" * 39, "/" * 40])
def test_a_key_that_is_none_opens_nothing(store: FolderStore, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        store.path(key)
