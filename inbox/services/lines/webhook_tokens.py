"""Changing the token that a number's webhooks show, without losing a message on the way.

Green API takes minutes to use a new token, and what it queued before comes with the old one. So the
old one stays good until a moment, and both are accepted up to then.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.models import Instance
from inbox.services import audit, locks
from inbox.services.hotels import hotels
from inbox.services.lines.webhook_senders import CURRENT, PREVIOUS
from inbox.services.transaction import Work, transaction
from inbox.vault.secrets import new_token, vault

LONGEST_KEEP = timedelta(days=7)


@dataclass(frozen=True)
class Rotation:
    """What `rotate` did. `token` is shown this once; `previous_until` is None when the old token
    is good no longer.
    """

    instance: Instance
    token: str = field(repr=False)
    previous_until: datetime | None


def rotate(slug: str, id_instance: int, keep: timedelta) -> Rotation:
    """Give the number a new token; the old one stays good for `keep`. Raises `NotFound`, `Invalid`.

    Raises `Conflict` while the last change is still under way, since Green API may still use the
    token before that one; not when `keep` is nothing, which is for a token that leaked.
    """
    if not timedelta(0) <= keep <= LONGEST_KEEP:
        raise Invalid({"keep": "The old token can stay good for 0 to 168 hours."})
    hotel_id = hotels.by_slug(slug).id
    token = new_token()
    with transaction() as work:
        instance = _held(work, hotel_id, id_instance)
        now = clock.now()
        until = instance.webhook_token_previous_until
        if keep and until is not None and now < until:
            raise Conflict(
                f"The last change is under way until {until:%Y-%m-%d %H:%M} UTC. Wait, or end it "
                "now with --keep-hours 0."
            )
        previous = vault.open(instance, CURRENT)
        _replace(instance, token, previous if keep else None, now + keep)
        _record(work, instance, keep)
        previous_until = instance.webhook_token_previous_until
    return Rotation(instance, token, previous_until)


def _held(work: Work, hotel_id: int, id_instance: int) -> Instance:
    mine = select(Instance).where(
        Instance.hotel_id == hotel_id, Instance.id_instance == id_instance
    )
    instance = work.session.scalar(locks.held(mine))
    if instance is None:
        raise NotFound(f"This hotel has no instance {id_instance}.")
    return instance


def _replace(instance: Instance, token: str, previous: str | None, until: datetime) -> None:
    instance.webhook_token_sealed = _sealed(instance, CURRENT, token)
    instance.webhook_token_previous_sealed = (
        _sealed(instance, PREVIOUS, previous) if previous else None
    )
    instance.webhook_token_previous_until = until if previous else None


def _sealed(instance: Instance, column: str, token: str) -> bytes:
    return vault.seal(
        token, hotel_id=instance.hotel_id, id_instance=instance.id_instance, column=column
    )


def _record(work: Work, instance: Instance, keep: timedelta) -> None:
    audit.record(
        work,
        "cli",
        "instance.rotate_webhook_token",
        hotel_id=instance.hotel_id,
        subject=f"instance:{instance.id}",
        keep_hours=keep.total_seconds() / 3600,
    )
