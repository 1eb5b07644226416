"""Bringing our files to Green API before their messages are sent: the slow half of sending a file,
which may be repeated without harm (docs/decisions/0007). No claim and no chat waits for it longer
than it takes, and the send itself stays one short call.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BufferedReader, FileIO
from pathlib import Path

from sqlalchemy import select, update

from inbox import clock
from inbox.dispatch import workers
from inbox.files.media_store import FolderStore
from inbox.greenapi import Decision, GreenApiError
from inbox.models import STATUS_RANK, Attachment, Instance, Message
from inbox.models.states import MessageStatus
from inbox.services import claims, locks
from inbox.services.intake.file_claims import FileClaim
from inbox.services.lines import instances, line
from inbox.services.messages import failures
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

# Once Green API has everything it may take its time to answer, the longer the larger the file is.
LEASE = timedelta(seconds=15)
BYTES_A_SECOND = 1_000_000
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
BATCH = 5
GONE = "The file is not in the store any more."


@dataclass(frozen=True)
class UploadJob:
    """A file to bring to Green API, and by which right."""

    claim: FileClaim
    message_id: int
    conversation_id: int
    instance_id: int
    storage_key: str
    file_name: str
    mime_type: str
    attempts: int


class Reader(BufferedReader):
    """The file of a job, whose claim lives on while it is read."""

    def __init__(self, path: Path, job: UploadJob) -> None:
        super().__init__(FileIO(path))
        self._claim = job.claim

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if piece:
            self._claim.moved()
        else:
            self._claim.renew(LEASE + timedelta(seconds=self.tell() / BYTES_A_SECOND))
        return piece


def due(now: datetime) -> list[int]:
    """Files whose turn it is, oldest first. Those of paused numbers wait with their messages."""
    query = (
        select(Attachment.id)
        .join(Message, Message.id == Attachment.message_id)
        .join(Instance, Instance.id == Message.instance_id)
        .where(claims.MAY_CALL)
    )
    return claims.due(query, Attachment.upload_at, now, BATCH)


def upload(attachment_id: int, store: FolderStore) -> None:
    """Bring one file to Green API, if it is its time, and let its message go. Safe to repeat."""
    job = claim(attachment_id)
    if job is None:
        return
    try:
        with Reader(store.path(job.storage_key), job) as file:
            url = instances.client(job.instance_id).upload_file(file, job.file_name, job.mime_type)
    except GreenApiError as error:
        log.warning("file %d was not taken: %s", attachment_id, type(error).__name__)
        _not_taken(job, error)
    except OSError as error:
        log.error("file %d cannot be read: %s", attachment_id, type(error).__name__)
        _give_up(job, "file_gone", GONE)
    else:
        _taken(job, url)


def claim(attachment_id: int) -> UploadJob | None:
    """A file whose message has expired meanwhile is not brought any more."""
    until = clock.now() + LEASE
    is_wanted = Attachment.message_id.in_(
        select(Message.id).where(Message.status == MessageStatus.UPLOADING)
    )
    more = Attachment.attempts + 1
    with transaction() as work:
        if not claims.put_off(
            work, Attachment.upload_at, attachment_id, until, is_wanted, attempts=more
        ):
            _forget_unwanted(work, attachment_id)
            return None
        row = work.session.execute(
            select(
                Message.id,
                Message.conversation_id,
                Message.instance_id,
                Attachment.storage_key,
                Attachment.file_name,
                Attachment.mime_type,
                Attachment.attempts,
            )
            .join(Message, Message.id == Attachment.message_id)
            .where(Attachment.id == attachment_id)
        ).one()
        return UploadJob(FileClaim(attachment_id, Attachment.upload_at, until, LEASE), *row)


def _forget_unwanted(work: Work, attachment_id: int) -> None:
    work.session.execute(
        update(Attachment)
        .where(Attachment.id == attachment_id, Attachment.upload_at <= clock.now())
        .values(upload_at=None),
        execution_options={"synchronize_session": False},
    )


def _taken(job: UploadJob, url: str) -> None:
    with transaction() as work:
        work.session.execute(
            update(Attachment)
            .where(Attachment.id == job.claim.attachment_id)
            .values(upload_url=url, upload_at=None)
        )
        row = work.session.execute(
            update(Message)
            .where(Message.id == job.message_id, Message.status == MessageStatus.UPLOADING)
            .values(status=MessageStatus.QUEUED, rank=STATUS_RANK[MessageStatus.QUEUED])
            .returning(Message.hotel_id),
            execution_options={"synchronize_session": False},
        ).first()
        if row is not None:
            work.changed(row.hotel_id, "message", job.conversation_id, job.message_id)
            work.wake(workers.SEND, job.instance_id)


def _not_taken(job: UploadJob, error: GreenApiError) -> None:
    if error.decision is Decision.NEVER:
        _give_up(job, error.code, error.words)
    elif error.decision is Decision.PAUSE_INSTANCE:
        _again_later(job, pause=error.reason or error.code)
    else:
        _again_later(job)


def _again_later(job: UploadJob, pause: str = "") -> None:
    """Wait twice as long each time, until the message expires."""
    wait = min(FIRST_WAIT * 2 ** min(job.attempts - 1, 10), LONGEST_WAIT)
    with transaction() as work:
        if pause:
            line.pause(work, locks.instance(work, job.instance_id), pause)
        work.session.execute(
            update(Attachment).where(job.claim.is_ours).values(upload_at=clock.now() + wait)
        )


def _give_up(job: UploadJob, code: str, words: str) -> None:
    with transaction() as work:
        conversation = locks.conversation(work, job.conversation_id)
        now = clock.now()
        work.session.execute(
            update(Attachment)
            .where(Attachment.id == job.claim.attachment_id)
            .values(upload_at=None)
        )
        failed = work.session.execute(
            update(Message)
            .where(Message.id == job.message_id, Message.status == MessageStatus.UPLOADING)
            .values(
                status=MessageStatus.FAILED,
                rank=STATUS_RANK[MessageStatus.FAILED],
                failed_at=now,
                failure_code=code,
                failure_text=words,
            )
            .returning(Message.id),
            execution_options={"synchronize_session": False},
        ).first()
        if failed is not None:
            work.changed(conversation.hotel_id, "message", conversation.id, job.message_id)
            failures.reopen(work, conversation, now)
