"""A file that a program of the hotel sends: into our store, and kept there only if a new message
holds it.
"""

import hashlib
from dataclasses import replace

from inbox.files.media_store import FolderStore
from inbox.services.messages.outgoing import Outgoing
from inbox.services.messages.outgoing import file as file_content
from inbox.services.replies import attachments, program_messages
from inbox.services.replies.attachments import BrowserFile
from inbox.services.replies.program_messages import Recipient
from inbox.services.replies.replies import Queued


def send(
    hotel_id: int, recipient: Recipient, outgoing: Outgoing[BrowserFile], store: FolderStore
) -> Queued:
    """Queue or schedule the file; see `program_messages.send`. The same bytes under the same name
    are the same file. Raises `Invalid` (`file`, `caption`) besides.
    """
    upload = outgoing.content
    digest = _digest(upload)
    file = replace(attachments.keep(upload, store), digest=digest)
    try:
        content = file_content(file, upload.caption)
        queued = program_messages.send(hotel_id, recipient, outgoing.holding(content))
    except BaseException:
        if not attachments.is_held(hotel_id, outgoing.client_ref, file):
            attachments.forget(file, store)
        raise
    if not queued.is_new:
        attachments.forget(file, store)
    return queued


def _digest(upload: BrowserFile) -> str:
    """Stands for the file as it was sent."""
    digest = hashlib.sha256(upload.file_name.encode(errors="surrogatepass") + b"\0")
    while piece := upload.content.read(attachments.PIECE):
        digest.update(piece)
    upload.content.seek(0)
    return digest.hexdigest()
