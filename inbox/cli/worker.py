"""flask worker: the process that sends, fetches and checks."""

import click
from flask import current_app

from inbox.dispatch.workers import BACKGROUND, QUEUES, SENDING
from inbox.jobs.worker import Pool

# A number whose calls hang holds up the worker that waits for them, never the other hotels.
PROCESSES = {SENDING: 4, BACKGROUND: 1}


@click.command("worker")
@click.argument("queue", type=click.Choice(QUEUES))
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="How many work side by side: 4 send and 1 does the rest, unless said otherwise.",
)
def command(queue: str, processes: int | None) -> None:
    """Work on one QUEUE. A worker process that dies is replaced within a second or two."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    Pool(app, queue, processes or PROCESSES[queue]).start(logging_level="WARNING")
