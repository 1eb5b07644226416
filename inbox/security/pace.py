"""How often a hotel's programs may call, all of its tokens together: 429 with `Retry-After` above.

Counted in Redis for all web processes; in each one by itself while Redis is away.
"""

import time

from flask import current_app, g
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import TooManyRequests

from inbox.config import Settings
from inbox.extensions import limiter

WORDS = "This hotel's programs called too often. Wait as long as Retry-After says."


def _rate() -> int:
    settings: Settings = current_app.config["LOBBY"]
    return settings.api_rate


def _limit() -> str:
    return f"{_rate()} per minute"


def _hotel() -> str:
    return f"hotel:{g.hotel.id}"


def _is_unlimited() -> bool:
    return _rate() == 0


def keep() -> None:
    """Count this call of the hotel `g.hotel`. Raises `TooManyRequests`."""
    try:
        with limiter.shared_limit(_limit, "api", key_func=_hotel, exempt_when=_is_unlimited):
            pass
    except RateLimitExceeded:
        broken = limiter.current_limit
        seconds = int(broken.reset_at - time.time()) + 1 if broken else 60
        raise TooManyRequests(WORDS, retry_after=max(seconds, 1)) from None
