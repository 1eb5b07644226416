"""However much is stored, a webhook finds its place by index, and a sentiment its message."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from inbox.extensions import db
from inbox.services.conversations import sentiment
from inbox.services.intake.bodies import read
from inbox.services.intake.receiving import WebhookDelivery, take_in_all
from inbox.services.transaction import transaction
from tests.cast.guest import incoming
from tests.cast.people import Cast


def plans(act: Callable[[], object]) -> list[str]:
    """How SQLite looks for what each statement of `act` asks."""
    asked: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:
        asked.append((arguments[2], arguments[3]))

    event.listen(db.engine, "before_cursor_execute", note)
    act()
    event.remove(db.engine, "before_cursor_execute", note)
    found = []
    for statement, values in asked:
        if statement.startswith(("SELECT", "UPDATE")):
            values = values[0] if isinstance(values, list) else values
            rows = db.session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", values
            )
            found += [f"{row.detail} for {statement[:60]}" for row in rows]
    return found


def read_all(plan: str) -> bool:
    return plan.startswith("SCAN") and "CONSTANT" not in plan


@pytest.mark.parametrize("count", [1, 2, 32])
def test_no_table_is_read_from_end_to_end(app: Flask, cast: Cast, count: int) -> None:
    def deliver() -> None:
        with transaction() as work:
            texts = [incoming(f"A{n}", chat_id=f"4477009003{n:02}@c.us") for n in range(count)]
            deliveries = [
                WebhookDelivery(cast.instance_id, read(json.dumps(body).encode())) for body in texts
            ]
            take_in_all(work, deliveries, savepoints=False)

    looked = plans(deliver) + plans(lambda: sentiment.read_all(None))
    assert len(looked) > 5
    assert [one for one in looked if read_all(one)] == []
