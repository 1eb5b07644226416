"""The token that a number's webhooks show: what proves that a webhook is the number's, and changing
the token without losing a message on the way.

Green API takes minutes to use a new token, and what it queued before comes with the old one. So the
old one stays good until a moment, and both are accepted up to then.
"""

import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import Base, db
from inbox.models import Instance
from inbox.services import audit, locks
from inbox.services.hotels import hotels
from inbox.services.transaction import Work, transaction
from inbox.vault.secrets import SecretUnreadable, new_token, vault

log = logging.getLogger(__name__)

LONGEST_KEEP = timedelta(days=7)
CURRENT, PREVIOUS = "webhook_token", "webhook_token_previous"
SIGNATURE = "signature_secret"
SCHEMES = ("bearer ", "basic ")


@dataclass(frozen=True)
class Credentials:
    """What a request showed: both headers as they came, None when absent.

    Green API signs nothing: it sends a fixed token in `Authorization`, as `Bearer <token>` or as
    saved (docs/green-api.md 8). Relays and gateways in front of us may sign the body instead.
    """

    authorization: str | None = field(repr=False)
    signature: str | None = field(repr=False)


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

    def accepts(self, shown: Credentials, raw: bytes) -> bool:
        """Say whether this request speaks for the number. While its token changes there are two.

        With a signature secret the body's signature must fit; a token shown beside it must fit
        too. Without one, the token must. A number that has neither accepts nothing. Raises
        `SecretUnreadable`.
        """
        tokens = [vault.open(self, CURRENT)]
        until = self.webhook_token_previous_until
        if until is not None and clock.now() < until:
            tokens.append(vault.open(self, PREVIOUS))
        secret = vault.open(self, SIGNATURE)
        token_fits = shown.authorization is not None and _fits(shown.authorization, tokens)
        if not secret:
            return token_fits
        return (token_fits or shown.authorization is None) and _is_signed(shown, raw, secret)


def _fits(authorization: str, tokens: Sequence[str | None]) -> bool:
    """Every one is compared, so that the time taken does not say which fitted."""
    given = _bare(authorization)
    fits = [hmac.compare_digest(given, _bare(token)) for token in tokens if token]
    return True in fits


def _bare(token: str) -> bytes:
    """Without its one scheme: a token may be saved and sent with it or without it."""
    token = token.strip()
    for scheme in SCHEMES:
        if token.lower().startswith(scheme):
            return token[len(scheme) :].strip().encode()
    return token.encode()


def _is_signed(shown: Credentials, raw: bytes, secret: str) -> bool:
    given = (shown.signature or "").strip().lower().removeprefix("sha256=")
    expected = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(given.encode(), expected.encode())


# Made once, without the ORM, and asked on a connection that is given back at once: every webhook
# begins with the question who it speaks for.
_NUMBERS = Base.metadata.tables[Instance.__tablename__]
_ALL = select(*(_NUMBERS.c[one.name] for one in fields(WebhookSender))).order_by(_NUMBERS.c.id)
_NAMED = _ALL.where(_NUMBERS.c.id_instance == bindparam("named"))


@dataclass(frozen=True)
class Proof:
    """Whom a webhook speaks for, None when it proves nothing. `named_id` is the row of the number
    that it names, if that is linked here.
    """

    sender: WebhookSender | None
    named_id: int | None


def prove(id_instance: int | None, shown: Credentials, raw: bytes) -> Proof:
    """Find the number that a webhook speaks for. The one that it names is asked; every one, for a
    body that does not even say whose it is. Raises `SecretUnreadable` when the secrets of one do
    not open and no other accepts it.
    """
    broken: SecretUnreadable | None = None
    found = _candidates(id_instance)
    named_id = found[0].id if found and id_instance is not None else None
    for sender in found:
        try:
            if sender.accepts(shown, raw):
                return Proof(sender, named_id)
        except SecretUnreadable as error:
            broken = error
            log.error("the secrets of instance row %d do not open: %s", sender.id, error)
    if broken is not None:
        raise broken
    if id_instance is not None and named_id is None:
        log.warning("a webhook for an instance that is not linked here")
    return Proof(None, named_id)


def _candidates(id_instance: int | None) -> list[WebhookSender]:
    if id_instance is not None and not 0 < id_instance < 2**63:
        return []
    query = _ALL if id_instance is None else _NAMED
    named = {} if id_instance is None else {"named": id_instance}
    with db.engine.connect() as connection:
        return [WebhookSender(*row) for row in connection.execute(query, named)]


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
