"""Secrets at rest: sealed by the vault, bound to their row, and in no file as they are (D13)."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import ApiToken, Instance
from inbox.services.hotels import api_tokens
from inbox.vault.secrets import SecretUnreadable, Vault, digest, new_token
from inbox.vault.secrets import vault as inbox_vault
from tests.cast.people import PASSWORD, WEBHOOK_TOKEN, Cast
from tests.cast.provider import TOKEN

OLD, NEW = ("old", b"o" * 16 + bytes(16)), ("new", b"n" * 16 + bytes(16))
WHERE: dict[str, Any] = {"hotel_id": 1, "id_instance": 2, "column": "token"}


def vault(*keys: tuple[str, bytes]) -> Vault:
    made = Vault()
    made.bind(keys)
    return made


def read(ring: Vault, sealed: bytes, **moved: Any) -> str | None:
    """What the vault reads of a row that holds these bytes."""
    place = WHERE | moved
    row = SimpleNamespace(**{f"{place.pop('column')}_sealed": sealed}, **place)
    return ring.open(row, (WHERE | moved)["column"])


class TestVault:
    """AES-256-GCM, bound to the place where the secret stands."""

    def test_what_is_sealed_opens_and_shows_nothing(self) -> None:
        sealed = vault(NEW).seal("a secret", **WHERE)
        assert b"secret" not in sealed
        assert read(vault(NEW), sealed) == "a secret"

    def test_it_is_sealed_anew_each_time(self) -> None:
        assert vault(NEW).seal("a", **WHERE) != vault(NEW).seal("a", **WHERE)

    @pytest.mark.parametrize(
        "moved",
        [
            {"hotel_id": 2},
            {"id_instance": 3},
            {"column": "webhook_token"},
            {"hotel_id": 12, "id_instance": 0},
        ],
    )
    def test_it_does_not_open_anywhere_else(self, moved: dict[str, Any]) -> None:
        sealed = vault(NEW).seal("a secret", **WHERE)
        with pytest.raises(SecretUnreadable) as told:
            read(vault(NEW), sealed, **moved)
        assert "a secret" not in str(told.value)

    @pytest.mark.parametrize("at", [0, 2, 5, 12, 20, -1])
    def test_a_changed_bit_is_noticed(self, at: int) -> None:
        sealed = bytearray(vault(NEW).seal("a secret", **WHERE))
        sealed[at] ^= 1
        with pytest.raises(SecretUnreadable):
            read(vault(NEW), bytes(sealed))

    @pytest.mark.parametrize("sealed", [b"", b"new", b"new\0", b"new\0short", b"\0" * 40, b"\xff"])
    def test_rubbish_does_not_open(self, sealed: bytes) -> None:
        with pytest.raises(SecretUnreadable):
            read(vault(NEW), sealed)

    def test_the_first_key_seals_and_every_key_opens(self) -> None:
        before = vault(OLD).seal("a secret", **WHERE)
        ring = vault(NEW, OLD)
        assert read(ring, before) == "a secret"
        after = ring.seal("a secret", **WHERE)
        assert after.startswith(b"new\0")
        assert read(vault(NEW), after) == "a secret"

    def test_a_key_that_is_gone_is_named(self) -> None:
        sealed = vault(OLD).seal("a secret", **WHERE)
        with pytest.raises(SecretUnreadable, match="no key named 'old'"):
            read(vault(NEW), sealed)

    def test_another_key_of_the_same_name_does_not_open(self) -> None:
        sealed = vault(OLD).seal("a secret", **WHERE)
        with pytest.raises(SecretUnreadable):
            read(vault(("old", NEW[1])), sealed)


def test_a_stored_secret_does_not_open_in_another_row(cast: Cast) -> None:
    mine = db.session.get_one(Instance, cast.instance_id)
    theirs = db.session.get_one(Instance, cast.other_instance_id)
    theirs.token_sealed = mine.token_sealed
    mine.token_sealed = mine.webhook_token_sealed or b""
    for instance in (mine, theirs):
        with pytest.raises(SecretUnreadable):
            inbox_vault.open(instance, "token")
    db.session.rollback()


@pytest.mark.only_on("sqlite")
def test_no_secret_is_in_the_database_file(app: Flask, cast: Cast) -> None:
    token = api_tokens.add(cast.slug, "booking engine")
    assert db.session.scalars(select(ApiToken.digest)).one() == digest(token)
    with db.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    for secret in (token, TOKEN, WEBHOOK_TOKEN, PASSWORD):
        assert secret not in dump
        assert secret.encode().hex() not in dump.lower()


def test_tokens_are_long_and_no_two_are_alike() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) >= 43
