"""Fetching the files of messages into our own store, and opening them for the desk (D12)."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from sqlalchemy import select, update

from inbox import clock
from inbox.dispatch import workers
from inbox.errors import NotFound
from inbox.extensions import db
from inbox.files import media_types
from inbox.files.file_names import safe_name
from inbox.files.media_store import FolderStore
from inbox.greenapi import Gone, GreenApiError, HostNotAllowed, Timeout, TooLarge
from inbox.greenapi import media as provider_media
from inbox.models import Attachment, Conversation, Instance, Message
from inbox.models.states import TO_BE_FETCHED, AttachmentState
from inbox.services import claims, locks
from inbox.services.intake.file_claims import FileClaim
from inbox.services.lines import instances
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

LARGEST = 100 * 1024 * 1024  # docs/green-api.md 6: Green API itself passes nothing larger on
# A longer silence ends a call, so that a claim outlasts every silence of one that goes on.
PATIENCE = Timeout(connect=5, read=20, total=25)
LEASE = timedelta(seconds=30)
LONGEST = 300  # seconds for a whole file
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 12  # the last one about five hours after the message
BATCH = 5
# docs/green-api.md 1: the provider's own hosts and the object stores it links to.
PROVIDER_HOSTS = (
    ".green-api.com",
    ".greenapi.com",
    ".storage.yandexcloud.net",
    ".digitaloceanspaces.com",
)
GIVEN_UP = "The file could not be fetched from WhatsApp."


@dataclass(frozen=True)
class ServedFile:
    """A file to serve. `shown`: a browser may show it in the page; otherwise it is a download."""

    path: Path
    mime_type: str
    file_name: str
    shown: bool


@dataclass(frozen=True)
class DownloadJob:
    """A file to fetch, and by which right."""

    claim: FileClaim
    hotel_id: int
    url: str
    instance_id: int
    chat_id: str
    id_message: str | None
    attempts: int


class Writer:
    """The file of a job, whose claim lives on while it is written."""

    def __init__(self, file: BinaryIO, claim: FileClaim) -> None:
        self._file = file
        self._claim = claim

    def write(self, piece: bytes, /) -> None:
        self._file.write(piece)
        self._claim.moved()


def due(now: datetime) -> list[int]:
    """Files whose next attempt is due, oldest first."""
    return claims.due(select(Attachment.id), Attachment.next_attempt_at, now, BATCH)


def fetch(attachment_id: int, store: FolderStore, more_hosts: tuple[str, ...]) -> None:
    """Fetch one file, if it is its time. Safe to run twice: one of the two finds nothing to do."""
    job = claim(attachment_id)
    if job is None:
        return
    if job.attempts > MOST_ATTEMPTS:  # every worker that took it died
        _finish(job, state=AttachmentState.FAILED, failure_text=GIVEN_UP, next_attempt_at=None)
        return
    try:
        key = _download(job, store, more_hosts)
    except (TooLarge, HostNotAllowed) as error:
        _finish(job, state=AttachmentState.FAILED, failure_text=error.words, next_attempt_at=None)
    except (GreenApiError, OSError) as error:
        log.warning("file %d could not be fetched: %s", attachment_id, type(error).__name__)
        _again_later(job, renew=isinstance(error, Gone))
    else:
        _keep(job, store, _facts(store, key))


def claim(attachment_id: int) -> DownloadJob | None:
    """Take a file to fetch, unless somebody has."""
    until = clock.now() + LEASE
    with transaction() as work:
        is_ours = claims.put_off(
            work,
            Attachment.next_attempt_at,
            attachment_id,
            until,
            Attachment.state.in_(TO_BE_FETCHED),
            state=AttachmentState.FETCHING,
            attempts=Attachment.attempts + 1,
        )
        if not is_ours:
            return None
        return _job(work, FileClaim(attachment_id, Attachment.next_attempt_at, until, LEASE))


def _job(work: Work, claim: FileClaim) -> DownloadJob:
    row = work.session.execute(
        select(
            Attachment.hotel_id,
            Attachment.source_url,
            Message.instance_id,
            Conversation.chat_id,
            Message.id_message,
            Attachment.attempts,
        )
        .join(Message, Message.id == Attachment.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Attachment.id == claim.attachment_id)
    ).one()
    return DownloadJob(claim, *row)


def _download(job: DownloadJob, store: FolderStore, more_hosts: tuple[str, ...]) -> str:
    url = job.url
    if not url and job.id_message:
        client = instances.client(job.instance_id, PATIENCE)
        url = client.download_file(job.chat_id, job.id_message)
        _remember_url(job, url)
        job.claim.renew()
    hosts = {*PROVIDER_HOSTS, *more_hosts, *_own_hosts(job.instance_id)}
    with store.incoming() as file:
        provider_media.fetch(
            url,
            Writer(file, job.claim),
            allowed_hosts=hosts,
            max_bytes=LARGEST,
            timeout=replace(PATIENCE, total=LONGEST),
        )
        job.claim.renew()
        return store.keep(file)


def _own_hosts(instance_id: int) -> set[str]:
    """The hosts that the instance itself is reached at: its media may come from there."""
    instance = db.session.get_one(Instance, instance_id)
    hosts = {urlsplit(url).hostname for url in (instance.api_url, instance.media_url)}
    db.session.rollback()
    return {host for host in hosts if host}


def _facts(store: FolderStore, key: str) -> dict[str, Any]:
    """The columns that the bytes themselves decide."""
    path = store.path(key)
    mime_type = media_types.sniff(path)
    facts: dict[str, Any] = {
        "state": AttachmentState.READY,
        "storage_key": key,
        "mime_type": mime_type,
        "size": path.stat().st_size,
        "failure_text": "",
    }
    picture = media_types.picture(path) if mime_type.startswith("image/") else None
    if picture is not None:
        facts |= {"width": picture.width, "height": picture.height}
        with store.incoming() as file:
            file.write(picture.thumbnail)
            facts["thumb_key"] = store.keep(file)
    return facts


def _remember_url(job: DownloadJob, url: str) -> None:
    with transaction() as work:
        work.session.execute(
            update(Attachment)
            .where(Attachment.id == job.claim.attachment_id)
            .values(source_url=url)
        )


def _again_later(job: DownloadJob, *, renew: bool) -> None:
    """Wait twice as long each time; a dead link is forgotten, so that downloadFile gives a new
    one.
    """
    if job.attempts >= MOST_ATTEMPTS:
        _finish(job, state=AttachmentState.FAILED, failure_text=GIVEN_UP, next_attempt_at=None)
        return
    wait = min(FIRST_WAIT * 2 ** (job.attempts - 1), LONGEST_WAIT)
    values: dict[str, Any] = {"source_url": ""} if renew else {}
    _finish(job, state=AttachmentState.WAITING, next_attempt_at=clock.now() + wait, **values)


def _keep(job: DownloadJob, store: FolderStore, facts: dict[str, Any]) -> None:
    """The file is here. Who lost the claim meanwhile leaves it to whoever has it now."""
    if not _finish(job, **facts, next_attempt_at=None):
        for key in filter(None, (facts["storage_key"], facts.get("thumb_key"))):
            store.drop(key)


def _finish(job: DownloadJob, **values: Any) -> bool:
    """Write the outcome; browsers are told only now, when there is something to show (N6). False
    when the claim is not ours any more.
    """
    with transaction() as work:
        row = work.session.execute(
            update(Attachment)
            .where(job.claim.is_ours, Attachment.state == AttachmentState.FETCHING)
            .values(**values)
            .returning(Attachment.message_id)
        ).first()
        if row is not None:
            conversation_id = work.session.scalars(
                select(Message.conversation_id).where(Message.id == row.message_id)
            ).one()
            work.changed(job.hotel_id, "message", conversation_id, row.message_id)
    return row is not None


def try_again(hotel_id: int, attachment_id: int) -> int:
    """A person asks for a failed file once more. Returns the message's id. Safe to repeat. Raises
    `NotFound`.
    """
    with transaction() as work:
        attachment = work.session.scalar(
            locks.held(
                select(Attachment).where(
                    Attachment.hotel_id == hotel_id, Attachment.id == attachment_id
                )
            )
        )
        if attachment is None:
            raise NotFound()
        if attachment.state == AttachmentState.FAILED:
            _begin_again(work, attachment)
        return attachment.message_id


def _begin_again(work: Work, attachment: Attachment) -> None:
    attachment.state, attachment.attempts = AttachmentState.WAITING, 0
    attachment.source_url, attachment.next_attempt_at = "", clock.now()
    conversation_id = work.session.scalars(
        select(Message.conversation_id).where(Message.id == attachment.message_id)
    ).one()
    work.changed(attachment.hotel_id, "message", conversation_id, attachment.message_id)
    work.wake(workers.FETCH_MEDIA, attachment.id)


def open_attachment(
    hotel_id: int, attachment_id: int, store: FolderStore, *, thumb: bool = False
) -> ServedFile:
    """The stored file of an attachment of this hotel. Raises `NotFound`, also while it is
    fetched.
    """
    attachment = db.session.scalar(
        select(Attachment).where(
            Attachment.hotel_id == hotel_id,
            Attachment.id == attachment_id,
            Attachment.state == AttachmentState.READY,
        )
    )
    key = attachment and (attachment.thumb_key if thumb else attachment.storage_key)
    if attachment is None or not key or not store.path(key).exists():
        raise NotFound("This file is not here.")
    mime_type = "image/jpeg" if thumb else attachment.mime_type
    return ServedFile(
        path=store.path(key),
        mime_type=mime_type,
        file_name=safe_name(attachment.file_name) or f"{attachment.kind}-{attachment.id}",
        shown=mime_type in media_types.SHOWN,
    )
