"""Whether a webhook really comes from where the instance's webhooks come from.

Green API signs nothing: it sends a fixed token in `Authorization`, as `Bearer <token>` or as saved
(greenapi.md section 8). Relays and gateways in front of us may sign the body instead.
"""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, field

from inbox.vault.secrets import same

SCHEMES = ("bearer ", "basic ")


@dataclass(frozen=True)
class Credentials:
    """What a request showed: both headers as they came, None when absent."""

    authorization: str | None = field(repr=False)
    signature: str | None = field(repr=False)


def accepts(
    shown: Credentials,
    raw: bytes,
    *,
    webhook_tokens: Collection[str],
    signature_secret: str | None,
) -> bool:
    """Whether this request speaks for the instance. While its token changes there are two.

    With a signature secret the body's signature must fit; a token shown beside it must fit too.
    Without one, the token must. An instance that has neither accepts nothing.
    """
    if signature_secret:
        token_is_fine = shown.authorization is None or _token_fits(shown, webhook_tokens)
        return token_is_fine and _signature_fits(shown.signature, raw, signature_secret)
    return _token_fits(shown, webhook_tokens)


def _token_fits(shown: Credentials, webhook_tokens: Collection[str]) -> bool:
    """Every one is compared, so that the time taken does not say which fitted."""
    if shown.authorization is None:
        return False
    given = _bare(shown.authorization)
    fits = [same(given, _bare(token)) for token in webhook_tokens if token]
    return True in fits


def _bare(token: str) -> str:
    """Without its one scheme: a token may be saved and sent with it or without it."""
    token = token.strip()
    for scheme in SCHEMES:
        if token.lower().startswith(scheme):
            return token[len(scheme) :].strip()
    return token


def _signature_fits(signature: str | None, raw: bytes, secret: str) -> bool:
    if not signature:
        return False
    expected = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    given = signature.strip().lower().removeprefix("sha256=")
    return same(given, expected)
