"""Files of ours: brought to Green API first, which may be repeated; then sent, which may not."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import requests
import responses
from sqlalchemy import select, update

from inbox import clock
from inbox.extensions import db
from inbox.files.media_store import FolderStore
from inbox.models import Attachment, Conversation, Instance
from inbox.services.intake import file_claims
from inbox.services.messages import outgoing
from inbox.services.messages.outgoing import StoredFile
from inbox.services.outbox import outbox, sending, uploads
from inbox.services.transaction import transaction
from tests.cast import desk
from tests.cast.desk import PATIENCE, free_pace, reply, talk
from tests.cast.people import Cast
from tests.cast.provider import answers, url
from tests.cast.rows import row

Writes = Callable[..., Conversation]
LINK = "https://media.greenapi.com/ours/menu.pdf"


@pytest.fixture
def sent_file(cast: Cast, guest_writes: Writes, store: FolderStore) -> int:
    """Alice sends a PDF; the message's id."""
    with store.incoming() as file:
        file.write(b"%PDF-1.7 the menu")
        key = store.keep(file)
    stored = StoredFile("document", key, "menu.pdf", "application/pdf", 17)
    content = outgoing.file(stored, "Tonight's menu")
    conversation = guest_writes("A1")
    return desk.send(cast.hotel_id, conversation.id, cast.alice_id, content).id


def attachment() -> Attachment:
    db.session.rollback()
    return db.session.scalars(select(Attachment)).one()


def make_due() -> None:
    with transaction() as work:
        work.session.execute(update(Attachment).values(upload_at=clock.now()))


def test_a_file_is_not_sent_before_green_api_has_it(cast: Cast, sent_file: int) -> None:
    assert row(sent_file).status == "uploading"
    assert outbox.claim(cast.instance_id, PATIENCE.lease) is None
    assert uploads.due(clock.now()) == [attachment().id]


def test_a_file_goes_up_and_is_sent_by_its_link(
    cast: Cast, sent_file: int, store: FolderStore, provider: responses.RequestsMock
) -> None:
    answers(provider, "uploadFile", {"urlFile": LINK})
    answers(provider, "sendFileByUrl", {"idMessage": "F1"})
    uploads.upload(attachment().id, store)
    assert row(sent_file).status == "queued"
    sending.drain(cast.instance_id, PATIENCE)
    assert (row(sent_file).status, row(sent_file).id_message) == ("accepted", "F1")
    sent = json.loads(provider.calls[-1].request.body or "").values()
    for words in (LINK, "menu.pdf", "Tonight's menu"):
        assert words in sent


def test_what_was_written_after_a_file_waits_for_it(cast: Cast, sent_file: int) -> None:
    reply(cast, talk(row(sent_file).conversation_id), "That was the menu")
    assert outbox.claim(cast.instance_id, PATIENCE.lease) is None


@pytest.mark.parametrize(
    "trouble", [requests.ReadTimeout(), requests.ConnectionError("reset by peer")]
)
def test_an_upload_that_breaks_off_is_simply_tried_again(
    cast: Cast,
    sent_file: int,
    store: FolderStore,
    provider: responses.RequestsMock,
    trouble: Exception,
) -> None:
    provider.add(responses.POST, url("uploadFile"), body=trouble)
    uploads.upload(attachment().id, store)
    assert row(sent_file).status == "uploading"
    assert uploads.due(clock.now()) == []
    assert uploads.due(clock.now() + timedelta(minutes=1)) == [attachment().id]


def test_an_upload_is_done_by_one_worker_at_a_time(
    cast: Cast, sent_file: int, store: FolderStore, provider: responses.RequestsMock
) -> None:
    attachment_id = attachment().id
    assert uploads.claim(attachment_id) is not None
    uploads.upload(attachment_id, store)
    assert len(provider.calls) == 0


def test_a_dead_workers_file_is_taken_up_soon_and_a_slow_ones_is_left_to_it(
    cast: Cast, sent_file: int, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_claims, "RENEWED", timedelta(0))
    job = uploads.claim(attachment().id)
    assert job is not None
    monkeypatch.setattr(uploads, "BYTES_A_SECOND", 1)
    first, after = job.claim.until, clock.now() + timedelta(seconds=20)
    assert uploads.due(after) == [attachment().id]
    with uploads.Reader(store.path(job.storage_key), job) as file:
        assert file.read(4) == b"%PDF"
        assert attachment().upload_at == job.claim.until > first
        assert file.read() == b"-1.7 the menu"
        assert file.read() == b""
        assert uploads.due(after) == []
    db.session.rollback()


def test_who_lost_the_claim_does_not_renew_it(
    sent_file: int, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_claims, "RENEWED", timedelta(0))
    frozen = uploads.claim(attachment().id)
    make_due()
    successor = uploads.claim(attachment().id)
    assert frozen is not None
    assert successor is not None
    with uploads.Reader(store.path(frozen.storage_key), frozen) as file:
        file.read(4)
    assert attachment().upload_at == successor.claim.until


def test_a_file_that_green_api_refuses_fails_in_words(
    cast: Cast, sent_file: int, store: FolderStore, provider: responses.RequestsMock
) -> None:
    provider.add(responses.POST, url("uploadFile"), status=413)
    uploads.upload(attachment().id, store)
    message = row(sent_file)
    assert (message.status, message.failure_code) == ("failed", "file_too_large")
    assert talk(message.conversation_id).failed_at is not None
    assert attachment().upload_at is None


def test_a_file_that_is_gone_from_the_store_fails_in_words(
    cast: Cast, sent_file: int, store: FolderStore
) -> None:
    store.drop(attachment().storage_key)
    uploads.upload(attachment().id, store)
    assert row(sent_file).failure_text == uploads.GONE


def test_a_wrong_token_pauses_the_number_and_the_file_waits(
    cast: Cast, sent_file: int, store: FolderStore, provider: responses.RequestsMock
) -> None:
    provider.add(responses.POST, url("uploadFile"), status=401)
    uploads.upload(attachment().id, store)
    assert db.session.get_one(Instance, cast.instance_id).pause_reason == "wrong_token"
    assert row(sent_file).status == "uploading"
    make_due()
    assert uploads.due(clock.now()) == []


def test_a_call_that_was_unsure_does_not_upload_again(
    cast: Cast, sent_file: int, store: FolderStore, provider: responses.RequestsMock
) -> None:
    answers(provider, "uploadFile", {"urlFile": LINK})
    provider.add(responses.POST, url("sendFileByUrl"), body=requests.ReadTimeout())
    uploads.upload(attachment().id, store)
    sending.drain(cast.instance_id, PATIENCE)
    assert row(sent_file).status == "unconfirmed"
    free_pace()
    assert sending.drain(cast.instance_id, PATIENCE) == 0
    assert uploads.due(clock.now() + timedelta(days=1)) == []


def test_a_file_whose_message_has_expired_is_not_brought_any_more(
    cast: Cast, sent_file: int, store: FolderStore, provider: responses.RequestsMock
) -> None:
    answers(provider, "uploadFile", {}, 502)
    uploads.upload(attachment().id, store)
    outbox.expire_old(clock.now() + timedelta(days=1))
    assert row(sent_file).status == "expired"
    make_due()
    uploads.upload(attachment().id, store)
    assert len(provider.calls) == 1
    assert attachment().upload_at is None
