"""What a change looks like, drawn once for all the pages that ask for it at the same time."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import cast

from flask import Blueprint, current_app

from inbox.extensions import db
from inbox.request_slots import request_slots

MOST = 256
KEPT_SECONDS = 1.0  # a burst of askers; whoever comes later sees clocks of their own time
WAIT_SECONDS = 5.0


class FragmentCache:
    """The drawings of this process from the last moment.

    A key says everything that a drawing depends on: the hotel, the numbers it stands for (D8), and
    what the page shows. Nothing in a drawing may depend on who looks. Whoever asks first draws; the
    others wait, without a database connection, which the drawer may need.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[float, Future[str]]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        """Keep none of them."""
        with self._lock:
            self._kept.clear()

    def get(self, key: Hashable, draw: Callable[[], str]) -> str:
        """The drawing for this key. One that failed is drawn again by each who waited for it."""
        mine: Future[str] = Future()
        with self._lock:
            self._forget()
            _, print_ = self._kept.setdefault(key, (time.monotonic(), mine))
        if print_ is mine:
            return self._draw(key, mine, draw)
        try:
            return print_.result(0) if print_.done() else self._await(print_)
        except Exception:  # noqa: BLE001  (our own attempt says what is wrong)
            return draw()

    def _await(self, print_: Future[str]) -> str:
        db.session.close()
        with request_slots.released():
            return print_.result(WAIT_SECONDS)

    def _draw(self, key: Hashable, mine: Future[str], draw: Callable[[], str]) -> str:
        try:
            mine.set_result(draw())
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            mine.set_exception(error)
            raise
        return mine.result()

    def _forget(self) -> None:
        """Drop what is old, and the oldest when there are too many: they stand in their order."""
        limit = time.monotonic() - KEPT_SECONDS
        for key in list(self._kept):
            if self._kept[key][0] > limit and len(self._kept) < MOST:
                break
            del self._kept[key]


def fragment_cache() -> FragmentCache:
    """Those of the running application."""
    return cast(FragmentCache, current_app.extensions["lobby_prints"])


def register(blueprint: Blueprint) -> None:
    """Give each application its own."""
    blueprint.record(lambda state: state.app.extensions.update(lobby_prints=FragmentCache()))
