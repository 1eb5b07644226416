"""Files for later: kept here until their time comes, and only then brought to Green API."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
import responses
from sqlalchemy import select

from inbox import clock
from inbox.errors import Conflict, Invalid
from inbox.extensions import db
from inbox.files.media_store import FolderStore
from inbox.models import Attachment, Conversation, Message
from inbox.models.states import Origin
from inbox.services.messages.outgoing import Outgoing
from inbox.services.outbox import sending, uploads
from inbox.services.replies import attachments, cancellations, forwards, schedules
from inbox.services.replies.attachments import BrowserFile
from inbox.services.replies.forwards import Forward
from tests.cast.clock import Clock
from tests.cast.desk import PATIENCE, free_pace
from tests.cast.files import PDF, files_in, picture
from tests.cast.people import Cast
from tests.cast.provider import answers
from tests.cast.rows import row

Writes = Callable[..., Conversation]
HOUR = timedelta(hours=1)
LINK = "https://media.greenapi.com/ours/menu.pdf"


@pytest.fixture
def conversation(guest_writes: Writes) -> Conversation:
    return guest_writes("A1")


def later(
    cast: Cast,
    store: FolderStore,
    *,
    wait: timedelta = HOUR,
    client_ref: str = "f1",
    content: bytes = PDF,
    name: str = "menu.pdf",
) -> int:
    """Alice schedules a file with a text under it; the message's id."""
    file = BrowserFile(io.BytesIO(content), name, caption="Tonight's menu")
    outgoing = Outgoing(file, Origin.DESK, cast.alice_id, client_ref, send_at=clock.now() + wait)
    return attachments.send(cast.hotel_id, 1, outgoing, store).id


def attachment() -> Attachment:
    db.session.rollback()
    return db.session.scalars(select(Attachment)).one()


def test_it_stays_here_until_its_time_and_then_goes_as_any_file(
    cast: Cast,
    conversation: Conversation,
    store: FolderStore,
    watch: Clock,
    provider: responses.RequestsMock,
) -> None:
    message_id = later(cast, store)
    assert (row(message_id).status, attachment().upload_at) == ("scheduled", None)
    assert uploads.due(watch.time + timedelta(days=1)) == []
    assert schedules.release_due(watch.time) == 0
    watch.time += HOUR
    assert schedules.release_due(watch.time) == 1
    assert row(message_id).status == "uploading"
    answers(provider, "uploadFile", {"urlFile": LINK})
    answers(provider, "sendFileByUrl", {"idMessage": "F1"})
    uploads.upload(attachment().id, store)
    free_pace()
    sending.drain(cast.instance_id, PATIENCE)
    assert (row(message_id).status, row(message_id).id_message) == ("accepted", "F1")


def test_the_same_reference_is_the_same_file_even_when_its_time_is_over(
    cast: Cast, conversation: Conversation, store: FolderStore, watch: Clock
) -> None:
    at = watch.time + HOUR
    message_id = later(cast, store)
    watch.time += 2 * HOUR
    assert later(cast, store, wait=at - watch.time) == message_id
    assert files_in(store) == 1


@pytest.mark.parametrize("wait", [-HOUR, timedelta(days=366)])
def test_a_time_that_is_none_leaves_nothing_in_the_store(
    cast: Cast, conversation: Conversation, store: FolderStore, watch: Clock, wait: timedelta
) -> None:
    with pytest.raises(Invalid) as caught:
        later(cast, store, wait=wait)
    assert set(caught.value.fields) == {"at"}
    assert files_in(store) == 0
    assert db.session.scalars(select(Message.id).where(Message.direction == "out")).all() == []


def test_the_text_under_it_can_be_changed_and_taken_away(
    cast: Cast, conversation: Conversation, store: FolderStore, watch: Clock
) -> None:
    message_id, at = later(cast, store), watch.time + 2 * HOUR
    schedules.change(cast.hotel_id, message_id, cast.bob_id, " Lunch ", at)
    assert (row(message_id).body, row(message_id).scheduled_for) == ("Lunch", at)
    with pytest.raises(Invalid) as caught:
        schedules.change(cast.hotel_id, message_id, cast.bob_id, "x" * 1025, at)
    assert set(caught.value.fields) == {"body"}
    schedules.change(cast.hotel_id, message_id, cast.bob_id, "", at)
    assert row(message_id).body == ""


def test_a_dropped_one_takes_its_file_along(
    cast: Cast, conversation: Conversation, store: FolderStore
) -> None:
    message_id = later(cast, store, content=picture("PNG"), name="pool.png")
    assert files_in(store) == 2  # it and its thumbnail
    schedules.drop(cast.hotel_id, message_id, cast.bob_id, store)
    assert files_in(store) == 0


def test_a_file_that_another_message_has_too_stays(
    cast: Cast, conversation: Conversation, store: FolderStore, guest_writes: Writes
) -> None:
    message_id = later(cast, store)
    taxi = guest_writes("T1", chat_id="447700900999@c.us", name="Taxi").id
    copy = forwards.send(
        cast.hotel_id, taxi, Outgoing(Forward(message_id), Origin.DESK, cast.alice_id, "c1")
    )
    key = copy.attachments[0].storage_key
    schedules.drop(cast.hotel_id, message_id, cast.bob_id, store)
    assert store.path(key).read_bytes() == PDF


def test_what_has_gone_keeps_its_file(
    cast: Cast, conversation: Conversation, store: FolderStore
) -> None:
    message_id = later(cast, store)
    schedules.send_now(cast.hotel_id, message_id, cast.bob_id)
    with pytest.raises(Conflict):
        schedules.drop(cast.hotel_id, message_id, cast.bob_id, store)
    assert (files_in(store), attachment().upload_at is not None) == (1, True)


def test_a_cancelled_one_is_not_brought_to_green_api(
    cast: Cast, conversation: Conversation, store: FolderStore
) -> None:
    message_id = later(cast, store)
    schedules.send_now(cast.hotel_id, message_id, cast.bob_id)
    cancellations.cancel(cast.hotel_id, message_id, cast.bob_id)
    assert uploads.due(clock.now()) == []
