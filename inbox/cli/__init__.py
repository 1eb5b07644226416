"""The command-line door: `flask --app wsgi …`. The shell is trusted with every hotel."""

from flask import Flask

from inbox.cli import (
    api_token,
    demo,
    hotel,
    instance,
    receiver,
    simulator,
    staff,
    webhooks,
    worker,
)


def register(app: Flask) -> None:
    """Add every command."""
    for noun in (hotel, instance, staff, api_token, webhooks, simulator, demo):
        app.cli.add_command(noun.command)
    app.cli.add_command(worker.command)
    app.cli.add_command(receiver.command)
