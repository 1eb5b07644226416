"""The Socket.IO door: who may listen to which hotel, and the thread that sends them change signals
(D9, D10, D16).

A change signal carries a number; the browser fetches what changed from `…/changes?since=`. One
thread a web process reads the hotels' numbers from the database when Redis wakes it, and every half
second when it does not: a silent Redis costs half a second, never a message. A hotel that was quiet
is told at once; a burst becomes one signal each time its browsers have had time to fetch.
"""

import logging
import math
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import redis
from flask import Flask, current_app, request
from flask_login import current_user
from redis.client import PubSub
from werkzeug.exceptions import Unauthorized

from inbox.dispatch.browsers import CHANNEL
from inbox.errors import NotFound
from inbox.extensions import db, socketio
from inbox.request_slots import request_slots
from inbox.services import changes
from inbox.services.hotels import staff

log = logging.getLogger(__name__)

TAIL_SECONDS = 0.4
HEARTBEAT_SECONDS = 15.0
REDIS_SECONDS = 0.3  # a Redis that is frozen must not hold up the tail
LOOK_SECONDS = 0.01  # rings that come closer than this are one
CALM_SECONDS = 0.03  # between two signals of a hotel, and for each browser that is told:
TELL_SECONDS = 0.0005
TOLD_AT_ONCE, PAUSE_SECONDS = 5, 0.001
LATEST_SECONDS = 0.5  # between two signals of a hotel, however busy this process is


@dataclass(frozen=True)
class Listener:
    """One connected browser: which browser session it is, and which hotel it listens to."""

    session_id: int
    hotel_id: int


class Switchboard:
    """The browsers connected to this process, and the last number each hotel's were told."""

    def __init__(self, *, has_tail: bool = True) -> None:
        """Without a tail nothing is told unless somebody looks."""
        self._lock = threading.Lock()
        self._listeners: dict[str, Listener] = {}
        self._told: dict[int, int] = {}
        self._told_at: dict[int, float] = {}
        self._has_tail = has_tail
        self._tail: threading.Thread | None = None

    def add(self, sid: str, listener: Listener, app: Flask) -> None:
        """Take a browser in; the first one starts the tail."""
        with self._lock:
            self._listeners[sid] = listener
            if self._has_tail and self._tail is None:
                self._tail = threading.Thread(
                    target=tail, args=(app, self), name="change tail", daemon=True
                )
                self._tail.start()

    def remove(self, sid: str) -> None:
        """Forget a browser. Safe to repeat."""
        with self._lock:
            self._listeners.pop(sid, None)

    def listeners(self) -> dict[str, Listener]:
        """Who is connected now."""
        with self._lock:
            return dict(self._listeners)

    def news(self, heads: dict[int, int], now: float, *, busy: bool = False) -> dict[int, int]:
        """The hotels whose number moved since they were told last and whose browsers have had time
        to fetch, which they have not while requests wait for their turn (`busy`). They count as
        told from now.
        """
        with self._lock:
            moved = {
                hotel: seq
                for hotel, seq in heads.items()
                if self._told.get(hotel) != seq and self._quiet_at(hotel, busy) <= now
            }
            self._told.update(moved)
            self._told_at.update(dict.fromkeys(moved, now))
            return moved

    def patience(self, heads: dict[int, int], now: float) -> float:
        """How long nobody needs to be told anything, unless somebody rings."""
        with self._lock:
            held = [
                self._quiet_at(hotel, busy=False) - now
                for hotel, seq in heads.items()
                if self._told.get(hotel) != seq
            ]
        return max(LOOK_SECONDS if held else 0.0, min([TAIL_SECONDS, *held]))

    def _quiet_at(self, hotel_id: int, busy: bool) -> float:
        """When a hotel may be told again."""
        told_at = self._told_at.get(hotel_id, -math.inf)
        if busy:
            return told_at + LATEST_SECONDS
        browsers = sum(listener.hotel_id == hotel_id for listener in self._listeners.values())
        return told_at + CALM_SECONDS + TELL_SECONDS * browsers


switchboard = Switchboard()


class SocketGate:
    """Answers 401 to a stranger's handshake: an open socket holds a thread, joined or not."""

    def __init__(self, app: Flask, behind: WSGIApplication) -> None:
        self._app, self._behind = app, behind

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith("/socket.io"):
            with request_slots.slot(), self._app.request_context(environ):
                known = current_user.is_authenticated
            if not known:
                return Unauthorized()(environ, start_response)
        return self._behind(environ, start_response)


@socketio.on("connect")  # type: ignore[untyped-decorator]
def connected(_auth: object = None) -> bool:
    """Let a browser listen to a hotel its person works for; refuse everybody else.

    `before_request` does not run for socket events, so this guards itself. While the database does
    not answer nobody is let in; the browser comes again.
    """
    try:
        with request_slots.slot():
            return _let_in()
    except Exception as error:  # noqa: BLE001  (unanswered, the browser would wait for ever)
        log.warning("a browser was not let in: %s", type(error).__name__)
        switchboard.remove(request.sid)  # type: ignore[attr-defined]
        return False


def _let_in() -> bool:
    if not current_user.is_authenticated:
        return False
    try:
        hotel = current_user.at(request.args.get("hotel", "")).hotel
    except NotFound:
        return False
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    sid: str = request.sid  # type: ignore[attr-defined]
    switchboard.add(sid, Listener(current_user.session_id, hotel.id), app)
    socketio.emit("heartbeat", {"seq": changes.head(hotel.id)}, to=sid)
    return True


@socketio.on("disconnect")  # type: ignore[untyped-decorator]
def disconnected(_reason: object = None) -> None:
    """The browser left, or was made to."""
    switchboard.remove(request.sid)  # type: ignore[attr-defined]


def tail(app: Flask, board: Switchboard) -> None:
    """Signal browsers whenever their hotel's number moves, and put out whoever lost the right to
    listen.
    """
    waiter = SignalWaiter(app.config["LOBBY"].redis_url)
    rounds = Rounds(board)
    patience = TAIL_SECONDS
    while True:
        waiter.wait(patience)
        try:
            with app.app_context():
                patience = rounds.look(time.monotonic())
        except Exception as error:  # noqa: BLE001  (the next round tries again)
            log.error("the change tail failed with %s", type(error).__name__)
            time.sleep(TAIL_SECONDS)


class Rounds:
    """What the tail does each time it looks; some of it only so often."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._guard_at = 0.0
        self._beat_at = time.monotonic() + HEARTBEAT_SECONDS

    def look(self, now: float) -> float:
        """One round; returns how long the next may wait when nobody rings."""
        listeners = self._board.listeners()
        if not listeners:
            return TAIL_SECONDS
        if now >= self._guard_at:
            self._guard_at = now + TAIL_SECONDS
            put_out(listeners)
        heads = changes.heads({listener.hotel_id for listener in listeners.values()})
        db.session.rollback()
        moved = self._board.news(heads, now, busy=request_slots.waiting > 0)
        _tell("changed", moved, listeners)
        if now >= self._beat_at:
            self._beat_at = now + HEARTBEAT_SECONDS
            rest = {hotel: seq for hotel, seq in heads.items() if hotel not in moved}
            _tell("heartbeat", rest, listeners)
        return self._board.patience(heads, now)


def _tell(event: str, heads: dict[int, int], listeners: dict[str, Listener]) -> None:
    """A few browsers at a time: each has a thread that writes to it, and a hundred that wake at
    once cost more than what they write (decision 0006).
    """
    concerned = [(sid, one.hotel_id) for sid, one in listeners.items() if one.hotel_id in heads]
    for told, (sid, hotel_id) in enumerate(concerned, 1):
        socketio.emit(event, {"seq": heads[hotel_id]}, to=sid)
        if told % TOLD_AT_ONCE == 0:
            time.sleep(PAUSE_SECONDS)


def put_out(listeners: dict[str, Listener]) -> None:
    """Disconnect who was signed out, disabled, or taken off the hotel."""
    allowed = staff.still_allowed({listener.session_id for listener in listeners.values()})
    for sid, listener in listeners.items():
        if (listener.session_id, listener.hotel_id) not in allowed:
            socketio.server.disconnect(sid, namespace="/")


class SignalWaiter:
    """Waits for Redis to ring, or for the time to pass. A Redis that is away is only silent."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pubsub: PubSub | None = None
        self._heard_at = 0.0

    def wait(self, seconds: float) -> None:
        """Return at a ring or after `seconds`; rings that follow closely are heard together."""
        try:
            pubsub = self._pubsub or self._subscribe()
            if pubsub.get_message(ignore_subscribe_messages=True, timeout=seconds):
                time.sleep(max(0.0, self._heard_at + LOOK_SECONDS - time.monotonic()))
                self._heard_at = time.monotonic()
                while pubsub.get_message(ignore_subscribe_messages=True, timeout=0):
                    pass
        except (redis.RedisError, OSError, ValueError):
            self._pubsub = None
            time.sleep(seconds)

    def _subscribe(self) -> PubSub:
        client = redis.Redis.from_url(
            self._url, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS
        )
        pubsub: PubSub = client.pubsub()  # type: ignore[no-untyped-call]
        pubsub.subscribe(CHANNEL)
        self._pubsub = pubsub
        return pubsub
