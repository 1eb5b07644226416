"""What costs every test time and is tested by none: it is done once, or cheaply."""

from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from inbox.vault import passwords

MANY = 10_000
Build = Callable[..., tuple[str, str]]


def cheapen_passwords() -> None:
    """Argon2 at its cheapest: what a guess costs is not what is tested."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def remember_routes() -> None:
    """Werkzeug compiles Python code for each address of each application: once is enough."""
    compile_it, known = Rule._compile_builder, dict[object, Build]()

    def compile_once(rule: Rule, append_unknown: bool = True) -> Build:
        if rule.defaults:
            return compile_it(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in known:
            known[key] = compile_it(rule, append_unknown)
        return known[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign, assignment]


class Templates(BytecodeCache):
    """Jinja compiles the templates anew for each application: once is enough."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled before, from the same source."""
        if bucket.key + bucket.checksum in self._known:
            bucket.bytecode_from_string(self._known[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._known[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


class Statements:
    """SQLAlchemy compiles a statement once for each engine, and each test has an engine of its own:
    engines of one kind of database can share what is compiled.

    `first` must have been connected, so that its dialect knows the database.
    """

    def __init__(self, first: Engine) -> None:
        self._dialect = first.dialect
        self._compiled: LRUCache[Any, Any] = LRUCache(MANY)

    def share(self, engine: Engine) -> None:
        """The engine knows all that was compiled before."""
        engine.dialect = self._dialect
        engine._compiled_cache = self._compiled
