"""The token that a number's webhooks show: changing it without losing a message on the way.

Green API takes minutes to use a new token, and what it queued before comes with the old one. So the
old one stays good until a moment, and both are accepted up to then.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import Base, db
from inbox.models import Instance
from inbox.services import audit
from inbox.services.hotels import hotels
from inbox.services.lines import instances
from inbox.services.transaction import Work, transaction
from inbox.vault.secrets import new_token, vault

LONGEST_KEEP = timedelta(days=7)
CURRENT, PREVIOUS = "webhook_token", "webhook_token_previous"


@dataclass(frozen=True)
class Rotation:
    """What `rotate` did. `token` is shown this once; `previous_until` is None when the old token
    is good no longer.
    """

    instance: Instance
    token: str = field(repr=False)
    previous_until: datetime | None


@dataclass(frozen=True)
class WebhookSender:
    """A number of ours as far as its webhooks are checked: what they show, sealed."""

    id: int
    hotel_id: int
    id_instance: int
    rejected_count: int
    webhook_token_sealed: bytes | None = field(repr=False)
    webhook_token_previous_sealed: bytes | None = field(repr=False)
    webhook_token_previous_until: datetime | None
    signature_secret_sealed: bytes | None = field(repr=False)

    def accepted(self) -> tuple[str, ...]:
        """The tokens that speak for the number at this moment, in clear, the newest first.

        Raises `SecretUnreadable`.
        """
        tokens = [instances.opened(self, CURRENT)]
        until = self.webhook_token_previous_until
        if until is not None and clock.now() < until:
            tokens.append(instances.opened(self, PREVIOUS))
        return tuple(token for token in tokens if token)

    def signature_secret(self) -> str | None:
        """What its webhooks are signed with, in clear; None when they are not.

        Raises `SecretUnreadable`.
        """
        return instances.opened(self, "signature_secret")


# Made once, without the ORM, and asked on a connection that is given back at once: every webhook
# begins with the question who it speaks for.
_NUMBERS = Base.metadata.tables[Instance.__tablename__]
_ALL = select(*(_NUMBERS.c[one.name] for one in fields(WebhookSender))).order_by(_NUMBERS.c.id)
_NAMED = _ALL.where(_NUMBERS.c.id_instance == bindparam("named"))


def sender(id_instance: int) -> WebhookSender | None:
    """The number that Green API calls so; None when it is not linked here."""
    if not 0 < id_instance < 2**63:
        return None
    with db.engine.connect() as connection:
        found = connection.execute(_NAMED, {"named": id_instance}).first()
    return None if found is None else WebhookSender(*found)


def senders() -> list[WebhookSender]:
    """Every number, for a body that does not even say whose it is."""
    with db.engine.connect() as connection:
        return [WebhookSender(*row) for row in connection.execute(_ALL)]


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
        previous = instances.opened(instance, CURRENT)
        _replace(instance, token, previous if keep else None, now + keep)
        _record(work, instance, keep)
        previous_until = instance.webhook_token_previous_until
    return Rotation(instance, token, previous_until)


def _held(work: Work, hotel_id: int, id_instance: int) -> Instance:
    instance = work.session.scalar(
        select(Instance)
        .where(Instance.hotel_id == hotel_id, Instance.id_instance == id_instance)
        .with_for_update(key_share=True)
    )
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
