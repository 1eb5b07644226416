"""Sending: claim, commit, call, record (D4). No transaction is open while the network is
awaited.
"""

import logging
import time
from datetime import timedelta

from inbox import clock
from inbox.config import SendTimings
from inbox.dispatch import announcements, workers
from inbox.greenapi import Decision, GreenApi, GreenApiError
from inbox.services.lines import instances
from inbox.services.outbox import delivery, outbox, outcomes
from inbox.services.outbox.outbox import Claim

log = logging.getLogger(__name__)

LONGEST = 2.0  # seconds: then the other numbers have their turn
LONGEST_NAP = 0.1  # seconds: the pace between two sends, never a backoff
MOST_TRIES = 5
NO_ACCOUNT = "This number has no WhatsApp."


def drain(instance_id: int, timings: SendTimings) -> int:
    """Send what this number has to send and may send now. Returns how many calls were made.

    Safe to run twice, or in many workers at once: a message is claimed by one of them. Stops after
    `LONGEST`, so that no number with much to send holds up another, and rings for the rest.
    """
    calls, started = 0, time.monotonic()
    while (claim := _next_claim(instance_id, timings.lease)) is not None:
        _send(claim, timings)
        calls += 1
        if time.monotonic() - started > LONGEST:
            announcements.wake(workers.SEND, instance_id)
            break
    return calls


def _next_claim(instance_id: int, lease: timedelta) -> Claim | None:
    """Take the next message, after the moment that the number's pace asks for. Looks first, so that
    nobody waits for the writer's lock to learn that there is nothing to send.
    """
    for _ in range(MOST_TRIES):
        seconds = outbox.seconds_to_next(instance_id)
        if seconds is None or seconds > LONGEST_NAP:
            return None
        time.sleep(seconds)
        claim = outbox.claim(instance_id, lease)
        if claim is not None:
            return claim
    return None  # another worker sends from this number


def _send(claim: Claim, timings: SendTimings) -> None:
    """One message. Not after the lease (the machine slept): others may judge it by then."""
    try:
        client = instances.client(claim.instance_id)
        if claim.is_unchecked and not _is_on_whatsapp(client, claim):
            outcomes.refused(claim, "no_account", NO_ACCOUNT)
            return
        if clock.now() >= claim.lease_until:
            return
        id_message = delivery.hand_over(client, claim)
    except GreenApiError as error:
        log.warning("message %d was not accepted: %s", claim.message_id, error.code)
        _record(claim, error, timings)
    else:
        outcomes.accepted(claim, id_message)


def _is_on_whatsapp(client: GreenApi, claim: Claim) -> bool:
    """Asked once, before our first message to a number: writing to none at all can get ours banned.

    A look-up that is refused (the plan's quota, an odd number) proves nothing; the send will tell.
    Raises `GreenApiError` when it is to be asked again later.
    """
    try:
        exists = client.check_whatsapp(claim.chat_id).exists
    except GreenApiError as error:
        if error.decision is not Decision.NEVER:
            raise
        log.info("message %d: its number could not be checked: %s", claim.message_id, error.code)
        return True
    if exists:
        outcomes.known(claim)
    return exists


def _record(claim: Claim, error: GreenApiError, timings: SendTimings) -> None:
    """What the error decides. A fault of ours is none of these: the lease runs out and it is
    treated as unknown."""
    match error.decision:
        case Decision.RETRY_LATER:
            outcomes.sent_later(claim, whole_instance=error.whole_instance, after=error.retry_after)
        case Decision.NEVER:
            outcomes.refused(claim, error.code, error.words)
        case Decision.PAUSE_INSTANCE:
            outcomes.paused(claim, error.reason or error.code)
        case Decision.OUTCOME_UNKNOWN:
            outcomes.unknown(claim, timings.settle)
