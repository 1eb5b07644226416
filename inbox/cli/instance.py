"""flask instance: WhatsApp numbers."""

from datetime import timedelta
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from inbox.cli.words import in_words
from inbox.config import Settings
from inbox.models import Instance
from inbox.models.states import Receive
from inbox.services import audit
from inbox.services.hotels import hotels
from inbox.services.intake import polling
from inbox.services.lines import connection, instances, webhook_tokens
from inbox.services.replies import sending_limits
from inbox.services.replies.sending_limits import SendingLimits

NUMBER = click.IntRange(1, 2**63 - 1)
command = AppGroup("instance", help="WhatsApp numbers (Green API instances).")


@command.command("add")
@click.argument("hotel")
@click.option("--id-instance", type=int, required=True, help="idInstance of the Green API console.")
@click.option("--token", required=True, help="apiTokenInstance of the Green API console.")
@click.option("--api-url", default="", help="apiUrl of the console.")
@click.option("--media-url", default="", help="mediaUrl of the console.")
@click.option("--webhook-token", default="", help="Made for you when left out.")
@click.option("--signature-secret", default="", help="For a relay that signs the body.")
@click.option(
    "--receive",
    type=click.Choice(instances.RECEIVE),
    help="How messages come. Left out: webhook, or poll if PUBLIC_URL is not a public address.",
)
@in_words
def add(hotel: str, receive: str | None, **access: Any) -> None:
    """Link a WhatsApp number to HOTEL, and have its messages sent or collected."""
    receive = receive or _suitable(access["api_url"])
    new = instances.add(hotel, instances.Access(receive=receive, **access))
    click.echo(f"Instance {new.instance.id_instance} linked to {hotel}.")
    if not access["webhook_token"] and receive == Receive.WEBHOOK:
        click.echo(f"Webhook token, shown only now: {new.webhook_token}")
    _connect(new.instance)


def _suitable(api_url: str) -> str:
    """How messages come when nobody says: by webhook only where Green API can reach us."""
    settings: Settings = current_app.config["LOBBY"]
    return Receive.POLL if polling.is_needed(settings.public_url, api_url) else Receive.WEBHOOK


@command.command("connect")
@click.argument("hotel")
@click.option("--receive", type=click.Choice(instances.RECEIVE), help="Change how messages come.")
@in_words
def connect(hotel: str, receive: str | None) -> None:
    """Set HOTEL's numbers up at Green API again: where their messages go, and all of them."""
    numbers = instances.of_slug(hotel)
    if not numbers:
        raise click.ClickException(f"{hotel} has no number yet: see flask instance add.")
    if receive:
        for instance in numbers:
            instances.receive_by(instance.id, receive)
    connected = [_connect(instance) for instance in instances.of_slug(hotel)]
    if not all(connected):
        raise click.exceptions.Exit(1)


@command.command("rotate-webhook-token")
@click.argument("hotel")
@click.option("--id-instance", type=NUMBER, required=True, help="Which of HOTEL's numbers.")
@click.option("--keep-hours", type=click.FloatRange(0, 168), default=24.0, show_default=True)
@in_words
def rotate_webhook_token(hotel: str, id_instance: int, keep_hours: float) -> None:
    """Give a number of HOTEL a new webhook token; the old one stays good for a while."""
    new = webhook_tokens.rotate(hotel, id_instance, timedelta(hours=keep_hours))
    click.echo(f"Webhook token, shown only now: {new.token}")
    is_set = _connect(new.instance)
    until = new.previous_until
    if until is None:
        click.echo("The old token is good no longer.")
    else:
        click.echo(f"The old token stays good until {until:%Y-%m-%d %H:%M} UTC.")
    if not is_set:
        click.echo("Green API still uses the old token; set the new one before then.")
        raise click.exceptions.Exit(1)


@command.command("pace")
@click.argument("hotel")
@click.option("--id-instance", type=NUMBER, required=True, help="Which of HOTEL's numbers.")
@click.option("--interval-ms", type=int, required=True, help="Between two messages, 20 to 60000.")
@in_words
def pace(hotel: str, id_instance: int, interval_ms: int) -> None:
    """Let a number of HOTEL send slower or faster."""
    ids = [one.id for one in instances.of_slug(hotel) if one.id_instance == id_instance]
    if not ids:
        raise click.ClickException(f"{hotel} has no instance {id_instance}.")
    rules = SendingLimits(intervals={ids[0]: interval_ms})
    sending_limits.change(hotels.by_slug(hotel).id, audit.CLI, rules)
    click.echo(f"Instance {id_instance} sends one message in {interval_ms} ms at most.")


def _connect(instance: Instance) -> bool:
    """Set the number up, say how it went, and whether it went well."""
    return _collect(instance.id) if instance.receive == Receive.POLL else _point(instance.id)


def _collect(instance_id: int) -> bool:
    trouble = connection.connect(instance_id, "")
    if trouble:
        click.echo(f"The webhook address could not be removed: {trouble}")
        click.echo("Remove it in the Green API console, and switch the notifications on there.")
    else:
        click.echo("Messages are collected by the receiver process; no public address is needed.")
        click.echo("Green API takes up to five minutes to restart; then messages come in.")
    return not trouble


def _point(instance_id: int) -> bool:
    settings: Settings = current_app.config["LOBBY"]
    address = settings.public_url + connection.WEBHOOK_PATH
    if not settings.public_url:
        click.echo("PUBLIC_URL is not set, so the webhook address could not be set.")
        return False
    trouble = connection.connect(instance_id, settings.public_url)
    if trouble:
        click.echo(f"The webhook address could not be set: {trouble}")
        click.echo(f"Set it in the Green API console to {address}, or run: instance connect HOTEL")
    else:
        click.echo(f"Webhooks go to {address}. Green API takes up to five minutes to restart.")
    return not trouble
