"""What can be made to go wrong on one instance, how often and for what."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from inbox.simulator.limits import SENDS

Options = dict[str, object]

KNOWN: dict[str, Options] = {
    # Answers of the HTTP surface.
    "rate_limit": {},
    "server_error": {"code": 502, "body": "Bad Gateway"},
    "answer": {"code": 200, "body": "", "content_type": "text/html", "accept": False},
    "accept_then_timeout": {"seconds": 300},
    "reset": {"when": "before"},
    "slow": {"seconds": 2},
    "slow_body": {"seconds": 2},
    "status_before_answer": {},
    "expired": {},
    # The line to WhatsApp.
    "not_authorized": {},
    "yellowCard": {},
    "suspended": {},
    "blocked": {},
    "no_account": {},
    "failed": {"description": "SWE004: 1000"},
    "not_in_group": {},
    "lost_message": {},
    # Webhooks and statuses.
    "webhooks_paused": {},
    "type_blocking": {},
    "duplicate_webhooks": {"copies": 1},
    "parallel_duplicates": {"copies": 2},
    "reorder_webhooks": {},
    "lost_webhook": {},
    "lost_status": {},
    "empty_status": {},
    "echo_off": {},
    # Journals and files.
    "journal_lag_seconds": {"seconds": 120},
    "dead_link": {},
}
"""Every fault with its own options and their defaults; the limits of `_LIMITS` go with all.

accept_then_timeout is about the sends unless `methods` says otherwise.
Seconds here are real ones: the timing's scale does not touch them.
"""

_SENDS = frozenset(method.lower() for method in SENDS)
_LIMITS = ("times", "probability", "methods", "chats", "types")
_SHORT = {
    "rate_limit": "times",
    "server_error": "code",
    "reset": "when",
    "accept_then_timeout": "times",
    "no_account": "chats",
    "failed": "chats",
    "not_in_group": "chats",
    "duplicate_webhooks": "copies",
    "parallel_duplicates": "copies",
    "slow": "seconds",
    "slow_body": "seconds",
    "journal_lag_seconds": "seconds",
    "lost_status": "types",
}
STATE_OF_FAULT = {
    "not_authorized": "notAuthorized",
    "yellowCard": "yellowCard",
    "suspended": "suspended",
    "blocked": "blocked",
}


class BadFault(ValueError):
    """A fault that does not exist or cannot be set so; the message says why in words."""


@dataclass
class Fault:
    """One thing that goes wrong: `times` counts down (None: for ever); empty sets mean all.

    `types` are webhook types for webhook faults and statuses for status faults.
    """

    name: str
    options: Options
    times: int | None = None
    probability: float = 1.0
    methods: frozenset[str] = frozenset()
    chats: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    def seconds(self) -> float:
        """The fault's `seconds` option."""
        return float(str(self.options["seconds"]))

    def number(self, option: str) -> int:
        """A whole-number option of the fault."""
        return int(str(self.options[option]))

    def covers(self, method: str, chat: str, kind: str) -> bool:
        """Whether the call, chat and type are among those it is limited to."""
        return (
            (not self.methods or method.lower() in self.methods)
            and (not self.chats or chat in self.chats)
            and (not self.types or kind in self.types)
        )

    def as_json(self) -> Options:
        """The fault as the control API shows it."""
        shown: Options = {**self.options, "probability": self.probability, "times": self.times}
        for name in ("methods", "chats", "types"):
            if limit := getattr(self, name):
                shown[name] = sorted(limit)
        return shown


@dataclass
class Faults:
    """The faults switched on for one instance. Safe to use from several threads."""

    _set: dict[str, Fault] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def replace(self, wanted: Mapping[str, object]) -> None:
        """Switch faults on by name; false or null switches one off. All or nothing."""
        parsed = {name: parse_fault(name, value) for name, value in wanted.items()}
        with self._lock:
            for name, fault in parsed.items():
                self._set.pop(name, None)
                if fault is not None:
                    self._set[name] = fault

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._set.clear()

    def take(self, name: str, method: str = "", chat: str = "", kind: str = "") -> Fault | None:
        """The fault if it strikes now; this uses up one of its `times`."""
        with self._lock:
            fault = self._set.get(name)
            if fault is None or not fault.covers(method, chat, kind):
                return None
            if fault.probability < 1.0 and random.random() >= fault.probability:
                return None
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    del self._set[name]
            return fault

    def peek(self, name: str) -> Fault | None:
        """The fault if it is switched on, without using it up."""
        with self._lock:
            return self._set.get(name)

    def as_json(self) -> dict[str, Options]:
        """All faults that are switched on."""
        with self._lock:
            return {name: fault.as_json() for name, fault in self._set.items()}


def parse_fault(name: str, value: object) -> Fault | None:
    """One fault from the control API: an object of options, true, or the short form of some."""
    if name not in KNOWN:
        raise BadFault(f"{name} is not a fault; known are: {', '.join(KNOWN)}")
    if value is None or value is False:
        return None
    given = _as_options(name, value)
    for option in given:
        if option not in KNOWN[name] and option not in _LIMITS:
            raise BadFault(f"{name} has no option {option}")
    options = {option: given.get(option, default) for option, default in KNOWN[name].items()}
    _check_options(name, options)
    return Fault(
        name=name,
        options=options,
        times=_times(name, given.get("times")),
        probability=_probability(name, given.get("probability", 1.0)),
        methods=_methods(name, given),
        chats=_names(name, given, "chats"),
        types=_names(name, given, "types"),
    )


def _as_options(name: str, value: object) -> Options:
    if value is True:
        return {}
    if isinstance(value, dict):
        return dict(value)
    if name in _SHORT:
        return {_SHORT[name]: value}
    raise BadFault(f"{name} must be true, false or an object of options")


def _check_options(name: str, options: Options) -> None:
    for option, default in KNOWN[name].items():
        value = options[option]
        if isinstance(default, bool):
            fits = isinstance(value, bool)
        elif isinstance(default, int):
            fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        else:
            fits = isinstance(value, str)
        if not fits:
            raise BadFault(f"{name}: {option} has the wrong type or is negative")
    if name == "reset" and options["when"] not in ("before", "after"):
        raise BadFault("reset: when must be before or after")


def _times(name: str, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadFault(f"{name}: times must be a whole number of at least 1")
    return value


def _probability(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise BadFault(f"{name}: probability must be above 0 and at most 1")
    return float(value)


def _methods(name: str, given: Options) -> frozenset[str]:
    named = frozenset(method.lower() for method in _names(name, given, "methods"))
    return named or (_SENDS if name == "accept_then_timeout" else frozenset())


def _names(name: str, given: Options, key: str) -> frozenset[str]:
    value = given.get(key, [])
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadFault(f"{name}: {key} must be a list of texts")
    return frozenset(value)
