"""flask simulator: a Green API stand-in."""

import click

from inbox.simulator import run


@click.command("simulator")
@click.option("--port", type=click.IntRange(1, 65535), default=7103, show_default=True)
@click.option(
    "--instances",
    type=click.Path(exists=True, dir_okay=False),
    help="JSON file of instances; two of its own without it.",
)
@click.option("--demo", is_flag=True, help="Let demo guests write now and then.")
def command(port: int, instances: str | None, demo: bool) -> None:
    """Run the Green API simulator on this machine's loopback."""
    run(port, instances, demo)
