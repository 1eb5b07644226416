"""A file that a program of the hotel sends: into our store, and kept there only if a new message
holds it.
"""

import hashlib

from inbox.files.media_store import FolderStore
from inbox.services.messages import outgoing
from inbox.services.replies import attachments, program_messages
from inbox.services.replies.attachments import BrowserFile
from inbox.services.replies.program_messages import Envelope, Taken


def send(
    hotel_id: int,
    token_id: int,
    envelope: Envelope,
    upload: BrowserFile,
    caption: str,
    store: FolderStore,
) -> Taken:
    """Queue or schedule the file; see `program_messages.send`. The same bytes under the same name
    are the same file. Raises `Invalid` (`file`, `caption`) besides.
    """
    digest = _digest(upload)
    file = attachments.keep(upload, store)
    try:
        order = program_messages.order(envelope, outgoing.file(file, caption), digest)
        taken = program_messages.send(hotel_id, token_id, order)
    except BaseException:
        if not attachments.is_held(hotel_id, envelope.client_ref, file):
            attachments.forget(file, store)
        raise
    if not taken.is_new:
        attachments.forget(file, store)
    return taken


def _digest(upload: BrowserFile) -> str:
    """Stands for the file as it was sent."""
    digest = hashlib.sha256(upload.file_name.encode(errors="surrogatepass") + b"\0")
    while piece := upload.content.read(attachments.PIECE):
        digest.update(piece)
    upload.content.seek(0)
    return digest.hexdigest()
