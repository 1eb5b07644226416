"""flask receiver: the process that collects messages for numbers without a public address."""

import click
from flask import current_app

from inbox.receiver import Receiver


@click.command("receiver")
def command() -> None:
    """Collect messages for every number that is linked with --receive poll."""
    Receiver(current_app._get_current_object()).run()  # type: ignore[attr-defined]
