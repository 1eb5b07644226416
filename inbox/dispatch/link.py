"""The connection to Redis that doorbells share. Redis may be slow, gone or flushed at any time."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import redis

log = logging.getLogger(__name__)

CONNECT_SECONDS = 0.3
ANSWER_SECONDS = 0.5
REST_SECONDS = 2.0  # after a failure, no request waits for Redis again for so long

Answer = TypeVar("Answer")


class Link:
    """One lazy, pooled connection with short timeouts and a rest after each failure."""

    def __init__(self) -> None:
        self._url = ""
        self._client: redis.Redis | None = None
        self._lock = threading.Lock()
        self._rests_until = 0.0

    def bind(self, url: str) -> None:
        """Say where Redis is. Connects only when first used."""
        with self._lock:
            self._url, self._client, self._rests_until = url, None, 0.0

    @property
    def url(self) -> str:
        """Where Redis is."""
        return self._url

    @property
    def client(self) -> redis.Redis:
        """The pooled client, for callers that handle `redis.RedisError` themselves."""
        with self._lock:
            if self._client is None:
                self._client = redis.Redis.from_url(
                    self._url,
                    socket_connect_timeout=CONNECT_SECONDS,
                    socket_timeout=ANSWER_SECONDS,
                )
            return self._client

    def attempt(self, act: Callable[[redis.Redis], Answer]) -> Answer | None:
        """Do `act` if Redis answers; None if it does not. Never raises for a Redis fault."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            return act(self.client)
        except (redis.RedisError, OSError) as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            log.warning("Redis does not answer (%s); the sweepers take over", type(error).__name__)
            return None


link = Link()
