"""The hotel's numbers at Green API: adding one, changing it, and reaching it."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from sqlalchemy import select

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.greenapi import API_URL, MEDIA_URL, Decision, GreenApi, GreenApiError, Timeout
from inbox.models import Hotel, Instance
from inbox.models.states import Receive
from inbox.services import audit, locks
from inbox.services.hotels import hotels
from inbox.services.lines import incidents, line
from inbox.services.transaction import transaction
from inbox.vault.secrets import SecretUnreadable, new_token, vault

log = logging.getLogger(__name__)

RECEIVE = tuple(one.value for one in Receive)  # as text: the command line offers them
TOKEN = re.compile(r"[\x21-\x7e]{8,200}")
LONGEST_CONNECT = 5.0  # seconds

_timeout = Timeout()


def bind(provider_seconds: float) -> None:
    """Say how long Green API has for an answer. A call is over after at most twice as long."""
    global _timeout
    connect = min(LONGEST_CONNECT, provider_seconds)
    _timeout = Timeout(connect=connect, read=provider_seconds, total=2 * provider_seconds)


class TokenUnreadable(GreenApiError):
    """The stored token does not open: nothing can be asked or sent until the key is back."""

    decision = Decision.PAUSE_INSTANCE

    def __init__(self) -> None:
        super().__init__(line.SECRET_UNREADABLE)

    @property
    def words(self) -> str:
        return line.OUR_WORDS[line.SECRET_UNREADABLE]

    @property
    def reason(self) -> str:
        return self.code

    @property
    def whole_instance(self) -> bool:
        return True


@dataclass(frozen=True)
class Access:
    """How a number is reached at Green API and what its webhooks show.

    Without `api_url` it is Green API's own; `media_url` follows it. Without a webhook token one is
    made, since a webhook that anybody may post is no webhook. Raises `Invalid`.
    """

    id_instance: int
    token: str = field(repr=False)
    api_url: str = ""
    media_url: str = ""
    webhook_token: str = field(default="", repr=False)
    signature_secret: str = field(default="", repr=False)
    receive: str = "webhook"

    def __post_init__(self) -> None:
        api_url = (self.api_url or API_URL).rstrip("/")
        media_url = self.media_url or (MEDIA_URL if api_url == API_URL else api_url)
        object.__setattr__(self, "api_url", api_url)
        object.__setattr__(self, "media_url", media_url.rstrip("/"))
        object.__setattr__(self, "webhook_token", self.webhook_token or new_token())
        fields = dict(self._faults())
        if fields:
            raise Invalid(fields)

    def _faults(self) -> Iterator[tuple[str, str]]:
        if not 1 <= self.id_instance <= 9_999_999_999_999:
            yield "id_instance", "The instance number is the idInstance of the Green API console."
        for name in ("token", "webhook_token", "signature_secret"):
            value = getattr(self, name)
            is_left_out = name == "signature_secret" and not value
            if not is_left_out and not TOKEN.fullmatch(value):
                yield name, f"{name} must be 8 to 200 letters, digits or signs, without spaces."
        for name in ("api_url", "media_url"):
            if not _is_address(getattr(self, name)):
                yield name, f"{name} must be an address that starts with https://."
        if self.receive not in RECEIVE:
            yield "receive", "receive must be webhook or poll."


@dataclass(frozen=True)
class NewInstance:
    """What `add` made. `webhook_token` is shown this once."""

    instance: Instance
    webhook_token: str = field(repr=False)


def add(slug: str, access: Access) -> NewInstance:
    """Give a hotel a number. Raises `NotFound`, or `Conflict` when it is linked already."""
    hotel, number = hotels.by_slug(slug), access.id_instance
    with transaction() as work:
        if work.session.scalar(select(Instance.id).where(Instance.id_instance == number)):
            raise Conflict(f"Instance {number} is linked already: one number, one hotel.")
        seal = partial(_sealed, hotel.id, number)
        secret = access.signature_secret
        instance = Instance(
            hotel_id=hotel.id,
            id_instance=number,
            api_url=access.api_url,
            media_url=access.media_url,
            token_sealed=seal("token", access.token),
            webhook_token_sealed=seal("webhook_token", access.webhook_token),
            signature_secret_sealed=seal("signature_secret", secret) if secret else None,
            receive=access.receive,
            created_at=clock.now(),
        )
        work.session.add(instance)
        work.session.flush()
        work.changed(hotel.id, "line")
        audit.act(work, audit.CLI, "instance.add", instance, receive=access.receive)
    return NewInstance(instance, access.webhook_token)


def move(id_instance: int, token: str, api_url: str) -> None:
    """The number is reached elsewhere or with another token from now on. Raises `NotFound`."""
    with transaction() as work:
        instance = work.session.scalar(
            locks.held(select(Instance).where(Instance.id_instance == id_instance))
        )
        if instance is None:
            raise NotFound(f"Instance {id_instance} is not linked.")
        instance.api_url = instance.media_url = api_url
        instance.token_sealed = _sealed(instance.hotel_id, id_instance, "token", token)


def _is_address(url: str) -> bool:
    """https anywhere; plain http only on this machine, for the simulator."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    return bool(
        parts.hostname
        and port_is_fine
        and not parts.username
        and (parts.scheme == "https" or (parts.scheme == "http" and local))
    )


def client(instance_id: int, patience: Timeout | None = None) -> GreenApi:
    """A client for this number, with the usual patience or its own. Leaves no transaction open.

    Raises `TokenUnreadable`, as any of the client's methods raises a `GreenApiError`; the number is
    paused then and the desk is told.
    """
    instance = db.session.get_one(Instance, instance_id)
    try:
        token = vault.open(instance, "token") or ""
    except SecretUnreadable:
        if instance.pause_reason != line.SECRET_UNREADABLE:
            _pause(instance_id)
        raise TokenUnreadable() from None
    reach = GreenApi(
        instance.id_instance,
        token,
        api_url=instance.api_url,
        media_url=instance.media_url,
        timeout=patience or _timeout,
    )
    db.session.rollback()
    return reach


def _pause(instance_id: int) -> None:
    with transaction() as work:
        line.pause(work, locks.instance(work, instance_id), line.SECRET_UNREADABLE)
    log.error("the stored token of instance row %d does not open", instance_id)


def _sealed(hotel_id: int, id_instance: int, column: str, text: str) -> bytes:
    return vault.seal(text, hotel_id=hotel_id, id_instance=id_instance, column=column)


def receive_by(instance_id: int, receive: str) -> None:
    """How the number's notifications come from now on: webhook or poll. `connect` makes it so."""
    with transaction() as work:
        instance = work.session.get_one(Instance, instance_id)
        if instance.receive == receive:
            return
        instance.receive = receive
        instance.rejected_count, instance.rejected_since = 0, None
        incidents.close(work, instance.id, incidents.WRONG_TOKEN)
        work.changed(instance.hotel_id, "line")
        audit.act(work, audit.CLI, "instance.receive", instance, receive=receive)


def of_slug(slug: str) -> list[Instance]:
    """The numbers of a hotel. Raises `NotFound` when there is no such hotel."""
    hotels.by_slug(slug)
    return list(
        db.session.scalars(
            select(Instance)
            .join(Hotel, Hotel.id == Instance.hotel_id)
            .where(Hotel.slug == slug)
            .order_by(Instance.id)
        )
    )
