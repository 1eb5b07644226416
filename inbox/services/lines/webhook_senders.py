"""Whom a webhook speaks for: found by what it shows, before its body is read."""

import hashlib
import hmac
import logging
import os
import re
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from inbox import clock
from inbox.extensions import Base, db
from inbox.models import Instance
from inbox.services.lines.webhook_limits import Budget
from inbox.vault.secrets import SecretUnreadable, vault

log = logging.getLogger(__name__)

CURRENT, PREVIOUS = "webhook_token", "webhook_token_previous"
SIGNATURE = "signature_secret"
SCHEMES = ("bearer ", "basic ")
READINGS, READINGS_PER_SECOND = 20.0, 1.0  # of all tokens: at once, and for long
MOST_NAMED = 8
_NAME = re.compile(rb'"idInstance"\s*+:\s*+"?\s*+([1-9][0-9]{0,17})(?![0-9])')


@dataclass(frozen=True)
class Credentials:
    """What a request showed: both headers as they came, None when absent.

    Green API signs nothing: it sends a fixed token in `Authorization`, as `Bearer <token>` or as
    saved (docs/green-api.md 8). Relays and gateways in front of us may sign the body instead.
    """

    authorization: str | None = field(repr=False)
    signature: str | None = field(repr=False)


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

    def tokens(self) -> list[bytes]:
        """Open the tokens that are good now: while one changes there are two. Raises
        `SecretUnreadable`.
        """
        until = self.webhook_token_previous_until
        columns = (CURRENT, PREVIOUS) if until is not None and clock.now() < until else (CURRENT,)
        return [bare(token) for column in columns if (token := vault.open(self, column))]

    def accepts(self, shown: Credentials, raw: bytes) -> bool:
        """Say whether the body is signed as agreed. A number that has no signature secret believes
        the token, which was asked before. Raises `SecretUnreadable`.
        """
        if self.signature_secret_sealed is None:
            return shown.authorization is not None
        secret = vault.open(self, SIGNATURE)
        if not secret:
            return False
        given = (shown.signature or "").strip().lower().removeprefix("sha256=")
        expected = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        return hmac.compare_digest(given.encode(), expected.encode())


def bare(token: str) -> bytes:
    """Strip a token of its one scheme: it may be saved and sent with it or without it."""
    token = token.strip()
    for scheme in SCHEMES:
        if token.lower().startswith(scheme):
            return token[len(scheme) :].strip().encode()
    return token.encode()


# Made once, without the ORM, and asked on a connection that is given back at once: every webhook
# begins with the question who it speaks for.
_NUMBERS = Base.metadata.tables[Instance.__tablename__]
_ALL = select(*(_NUMBERS.c[one.name] for one in fields(WebhookSender))).order_by(_NUMBERS.c.id)
_REMEMBERED = _ALL.where(_NUMBERS.c.id.in_(bindparam("ids", expanding=True)))
_SIGNING = _ALL.where(_NUMBERS.c.signature_secret_sealed.is_not(None))
_NAMED = _ALL.where(_NUMBERS.c.id_instance.in_(bindparam("ids", expanding=True)))


def _asked(query: Select[Any], ids: Sequence[int] | None = None) -> list[WebhookSender]:
    with db.engine.connect() as connection:
        found = connection.execute(query, {} if ids is None else {"ids": ids})
        return [WebhookSender(*row) for row in found]


def named_in(beginning: bytes) -> list[int]:
    """Find which numbers a body names, without parsing it: the idInstances that it may be about."""
    return [int(one) for one in dict.fromkeys(_NAME.findall(beginning))][:MOST_NAMED]


def named(id_instances: Sequence[int]) -> list[WebhookSender]:
    """Find the numbers of ours among these idInstances."""
    return _asked(_NAMED, id_instances) if id_instances else []


def signing(raw: bytes) -> list[WebhookSender]:
    """Find the numbers that may have signed a body: those that it names; every one that signs, for
    a body that does not even say whose it is.
    """
    id_instances = named_in(raw)
    return named(id_instances) if id_instances else _asked(_SIGNING)


class WebhookSenders:
    """Which numbers a token may speak for, remembered by its digest for the life of a process.

    What is remembered only says whom to ask: the number's row decides. A token that is not
    remembered has all of them read, so strangers can cause that, but never often.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key = os.urandom(32)
        self._ids: dict[bytes, list[int]] = {}
        self._unreadable: frozenset[int] = frozenset()
        self._readings = Budget(READINGS_PER_SECOND, READINGS)

    def remembered(self, shown: Credentials) -> list[WebhookSender]:
        """Find the numbers whose token is shown among those it was good for before. Raises
        `SecretUnreadable`.
        """
        given = bare(shown.authorization or "")
        ids = self._ids.get(self._digest(given))
        # Every token is compared, so that the time taken does not say which fitted.
        return [
            one
            for one in (_asked(_REMEMBERED, ids) if ids else ())
            if True in [hmac.compare_digest(given, token) for token in one.tokens()]
        ]

    def looked_up(self, shown: Credentials) -> list[WebhookSender]:
        """Find them among all numbers; none when all were read too often lately. Raises
        `SecretUnreadable`.
        """
        with self._lock:
            if not shown.authorization or not self._readings.take(time.monotonic()):
                return []
        ids: dict[bytes, list[int]] = {}
        unreadable = set()
        for one in _asked(_ALL):
            try:
                for token in one.tokens():
                    ids.setdefault(self._digest(token), []).append(one.id)
            except SecretUnreadable as error:
                unreadable.add(one.id_instance)
                log.error("the secrets of instance row %d do not open: %s", one.id, error)
        self._ids, self._unreadable = ids, frozenset(unreadable)
        return self.remembered(shown)

    def is_unreadable(self, id_instances: Collection[int]) -> bool:
        """Say whether the tokens of one of these (none named: of any) could not be opened."""
        return bool(
            self._unreadable.intersection(id_instances) if id_instances else self._unreadable
        )

    def _digest(self, token: bytes) -> bytes:
        return hashlib.blake2b(token, key=self._key).digest()
