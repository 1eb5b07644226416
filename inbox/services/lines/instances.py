"""The hotel's numbers at Green API: adding one, changing it, and reaching it."""

import logging
import re
from dataclasses import dataclass
from functools import partial
from typing import Protocol
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
class NewInstance:
    """What `add` made. `webhook_token` is shown this once."""

    instance: Instance
    webhook_token: str


def add(
    slug: str,
    id_instance: int,
    token: str,
    *,
    api_url: str = "",
    media_url: str = "",
    webhook_token: str = "",
    signature_secret: str = "",
    receive: str = Receive.WEBHOOK,
) -> NewInstance:
    """Give a hotel a number. Raises `Invalid`, `NotFound`, or `Conflict` when it is linked already.

    Without a webhook token one is made, since a webhook that anybody may post is no webhook.
    """
    hotel = hotels.by_slug(slug)
    api_url = (api_url or API_URL).rstrip("/")
    media_url = (media_url or (MEDIA_URL if api_url == API_URL else api_url)).rstrip("/")
    webhook_token = webhook_token or new_token()
    _check(id_instance, token, api_url, media_url, webhook_token, signature_secret, receive)
    with transaction() as work:
        if work.session.scalar(select(Instance.id).where(Instance.id_instance == id_instance)):
            raise Conflict(f"Instance {id_instance} is linked already: one number, one hotel.")
        seal = partial(_sealed, hotel.id, id_instance)
        instance = Instance(
            hotel_id=hotel.id,
            id_instance=id_instance,
            api_url=api_url,
            media_url=media_url,
            token_sealed=seal("token", token),
            webhook_token_sealed=seal("webhook_token", webhook_token),
            signature_secret_sealed=(
                seal("signature_secret", signature_secret) if signature_secret else None
            ),
            receive=receive,
            created_at=clock.now(),
        )
        work.session.add(instance)
        work.session.flush()
        work.changed(hotel.id, "line")
        audit.act(work, audit.CLI, "instance.add", instance, receive=receive)
    return NewInstance(instance, webhook_token)


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


def _check(
    id_instance: int,
    token: str,
    api_url: str,
    media_url: str,
    webhook_token: str,
    signature_secret: str,
    receive: str,
) -> None:
    fields = {}
    if not 1 <= id_instance <= 9_999_999_999_999:
        fields["id_instance"] = "The instance number is the idInstance of the Green API console."
    for name, value in (
        ("token", token),
        ("webhook_token", webhook_token),
        ("signature_secret", signature_secret or "unset_is_fine"),
    ):
        if not TOKEN.fullmatch(value):
            fields[name] = f"{name} must be 8 to 200 letters, digits or signs, without spaces."
    for name, value in (("api_url", api_url), ("media_url", media_url)):
        if not _is_address(value):
            fields[name] = f"{name} must be an address that starts with https://."
    if receive not in RECEIVE:
        fields["receive"] = "receive must be webhook or poll."
    if fields:
        raise Invalid(fields)


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
        token = opened(instance, "token") or ""
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


class Sealed(Protocol):
    """A number with sealed columns, or the part of it that was asked for."""

    @property
    def hotel_id(self) -> int: ...

    @property
    def id_instance(self) -> int: ...


def opened(instance: Sealed, column: str) -> str | None:
    """The instance's token, webhook_token or signature_secret in clear; None when it has none."""
    sealed: bytes | None = getattr(instance, f"{column}_sealed")
    if sealed is None:
        return None
    return vault.open(
        sealed,
        hotel_id=instance.hotel_id,
        id_instance=instance.id_instance,
        column=column,
    )


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
