"""Sending: claim, commit, call, record (D4). No transaction is open while the network is
awaited.
"""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta

from inbox import clock
from inbox.dispatch import bells, workers
from inbox.greenapi import Decision, GreenApiError
from inbox.security.secrets import SecretUnreadable
from inbox.services import instances, line, outbox

log = logging.getLogger(__name__)

LONGEST = 30.0  # seconds
LONGEST_NAP = 0.1  # seconds: the pace between two sends, never a backoff


@dataclass(frozen=True)
class Patience:
    """How long a claim is good for, and how long the journal is given before it is believed."""

    lease: timedelta
    settle: timedelta


def drain(instance_id: int, patience: Patience) -> int:
    """Send what this number has to send and may send now. Returns how many calls were made.

    Safe to run twice, or in many workers at once: a message is claimed by one of them. Stops after
    `LONGEST`, so that a job's time limit never cuts a call in two, and rings for the rest.
    """
    calls, started = 0, time.monotonic()
    while (claim := _next_claim(instance_id, patience.lease)) is not None:
        _send(claim, patience)
        calls += 1
        if time.monotonic() - started > LONGEST:
            bells.ring(workers.SEND, instance_id)
            break
    return calls


def _next_claim(instance_id: int, lease: timedelta) -> outbox.Claim | None:
    """The next message, after the moment that the number's pace asks for."""
    claim = outbox.claim(instance_id, lease)
    while claim is None:
        seconds = outbox.seconds_to_next(instance_id)
        if seconds is None or seconds > LONGEST_NAP:
            return None
        time.sleep(seconds)
        claim = outbox.claim(instance_id, lease)
    return claim


def _send(claim: outbox.Claim, patience: Patience) -> None:
    """One call. Not after the lease (the machine slept): others may judge the message by then."""
    try:
        client = instances.client(claim.instance_id)
        if clock.now() >= claim.lease_until:
            return
        sent = client.send_message(
            claim.chat_id, claim.body, quoted_message_id=claim.quoted_id_message or None
        )
    except SecretUnreadable:
        log.error("message %d waits: its number's token does not open", claim.message_id)
        outbox.paused(claim, line.SECRET_UNREADABLE)
    except GreenApiError as error:
        log.warning("message %d was not accepted: %s", claim.message_id, error.code)
        _record(claim, error, patience)
    else:
        outbox.accepted(claim, sent.id_message)


def _record(claim: outbox.Claim, error: GreenApiError, patience: Patience) -> None:
    """What the error decides. A fault of ours is none of these: the lease runs out and it is
    treated as unknown."""
    match error.decision:
        case Decision.RETRY_LATER:
            outbox.sent_later(claim, whole_instance=error.whole_instance, after=error.retry_after)
        case Decision.NEVER:
            outbox.refused(claim, error.code, error.words)
        case Decision.PAUSE_INSTANCE:
            outbox.paused(claim, error.reason or error.code)
        case Decision.OUTCOME_UNKNOWN:
            outbox.unknown(claim, patience.settle)
