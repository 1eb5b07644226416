"""flask worker: the process that sends, fetches and checks."""

import click
from flask import current_app

from inbox.dispatch.workers import QUEUES
from inbox.jobs.worker import Pool


@click.command("worker")
@click.argument("queue", type=click.Choice(QUEUES))
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True)
def command(queue: str, processes: int) -> None:
    """Work on one QUEUE. A worker process that dies is replaced within a second or two."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    Pool(app, queue, processes).start(logging_level="WARNING")
