"""Files that the desk sends: checked first, sent once, and none stays behind."""

import io
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.files.media_store import FolderStore
from inbox.models import Attachment, Conversation, Message
from inbox.models.states import Origin
from inbox.services.conversations import threads
from inbox.services.intake import downloads
from inbox.services.messages.outgoing import Outgoing
from inbox.services.replies import attachments
from inbox.services.replies.attachments import BrowserFile
from tests.cast import desk
from tests.cast.files import PDF, files_in, picture
from tests.cast.people import Cast
from tests.services.replies.conftest import Send

Writes = Callable[..., Conversation]


def sent_messages() -> int:
    db.session.rollback()
    query = select(func.count()).select_from(Message).where(Message.direction == "out")
    return db.session.scalar(query) or 0


def test_an_empty_file_is_refused(send: Send, store: FolderStore) -> None:
    with pytest.raises(Invalid) as refused:
        send(b"")
    assert refused.value.fields == {"file": attachments.EMPTY}
    assert files_in(store) == 0


def test_too_large_a_file_is_refused_before_it_is_all_read(
    send: Send, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "LARGEST", 1_000_000)
    send(PDF + bytes(1_000_000 - len(PDF)))
    with pytest.raises(Invalid) as refused:
        send(PDF + bytes(1_000_001 - len(PDF)))
    assert refused.value.fields == {"file": attachments.TOO_LARGE}
    assert files_in(store) == 1


def test_a_large_file_is_never_whole_in_memory(
    cast: Cast, guest_writes: Writes, store: FolderStore
) -> None:
    class Endless(io.RawIOBase):
        left = 30_000_000

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= attachments.PIECE
            piece = bytes(min(size, self.left))
            self.left -= len(piece)
            return piece

    file = BrowserFile(Endless(), "disk.img")  # type: ignore[arg-type]
    outgoing = Outgoing(file, Origin.DESK, cast.alice_id, "r")
    message = attachments.send(cast.hotel_id, guest_writes("A1").id, outgoing, store)
    assert message.attachments[0].size == 30_000_000


def test_the_same_reference_is_the_same_message_and_leaves_one_file(
    send: Send, store: FolderStore
) -> None:
    first = send(picture(), "a.jpg", client_ref="the-click", caption="Pool").id
    again = send(picture(), "a.jpg", client_ref="the-click", caption="Pool").id
    assert first == again
    assert sent_messages() == 1
    assert files_in(store) == 2  # the picture and its thumbnail


def test_a_reference_of_another_message_is_a_conflict_and_leaves_nothing(
    cast: Cast, send: Send, store: FolderStore
) -> None:
    desk.send_text(cast.hotel_id, 1, cast.alice_id, "Hello", "taken")
    with pytest.raises(Conflict):
        send(picture(), "a.jpg", client_ref="taken")
    assert files_in(store) == 0


@pytest.mark.parametrize(
    ("wrong", "raised"),
    [
        ({"quoted_message_id": 999}, Invalid),
        ({"client_ref": ""}, Invalid),
        ({"by": 999}, IntegrityError),
    ],
    ids=["quote", "reference", "database"],
)
def test_a_failed_transaction_leaves_nothing(
    wrong: dict[str, object], raised: type[Exception], send: Send, store: FolderStore
) -> None:
    with pytest.raises(raised):
        send(picture(), "a.jpg", **wrong)
    assert (files_in(store), sent_messages()) == (0, 0)


def test_what_fails_after_the_commit_keeps_the_file(
    send: Send, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise ConnectionError("the database went away")

    with monkeypatch.context() as patched:
        patched.setattr(threads, "message", away)
        with pytest.raises(ConnectionError):
            send(PDF, client_ref="lost")
    assert (files_in(store), sent_messages()) == (1, 1)
    send(PDF, client_ref="lost")
    assert (files_in(store), sent_messages()) == (1, 1)


def test_a_strangers_conversation_is_not_there_and_nothing_is_read(
    cast: Cast, guest_writes: Writes, store: FolderStore
) -> None:
    content = io.BytesIO(PDF)
    conversation_id = guest_writes("A1").id
    outgoing = Outgoing(BrowserFile(content, "a.pdf"), Origin.DESK, cast.charlie_id, "r")
    with pytest.raises(NotFound):
        attachments.send(cast.other_hotel_id, conversation_id, outgoing, store)
    assert content.tell() == 0
    assert files_in(store) == 0


def test_several_files_keep_their_order(send: Send) -> None:
    ids = [send(PDF, f"{number}.pdf").id for number in range(3)]
    db.session.rollback()
    names = db.session.scalars(select(Attachment.file_name).order_by(Attachment.message_id))
    assert list(names) == ["0.pdf", "1.pdf", "2.pdf"]
    assert ids == sorted(ids)


def test_nothing_lies_around_when_a_file_is_refused(send: Send, store: FolderStore) -> None:
    with pytest.raises(Invalid):
        send(b"no recording", "blob", is_recording=True)
    assert files_in(store) == 0
