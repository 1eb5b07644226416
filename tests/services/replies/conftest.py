"""What tests of replies may ask for: somebody who sends files."""

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from inbox.files.media_store import FolderStore
from inbox.models import Conversation, Message
from inbox.models.states import Origin
from inbox.services.messages.outgoing import Outgoing
from inbox.services.replies import attachments
from inbox.services.replies.attachments import BrowserFile
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
Send = Callable[..., Message]


@pytest.fixture
def send(cast: Cast, guest_writes: Writes, store: FolderStore) -> Send:
    """Alice sends this file to the guest."""
    conversation_id = guest_writes("A1").id

    def sent(content: bytes, name: str = "menu.pdf", **more: object) -> Message:
        about = {name: more.pop(name) for name in ("is_recording", "caption") if name in more}
        file = BrowserFile(io.BytesIO(content), name, **about)  # type: ignore[arg-type]
        given: dict[str, Any] = {"client_ref": str(uuid4()), "by": cast.alice_id} | more
        outgoing = Outgoing(file, Origin.DESK, **given)
        return attachments.send(cast.hotel_id, conversation_id, outgoing, store)

    return sent
