"""A stand-in for Green API, for development, demo and tests; a process of its own."""

from flask import Flask

from inbox.simulator.app import create_app
from inbox.simulator.config import InstanceConfig, SimulatorConfig
from inbox.simulator.server import RunningSimulator, run, serve
from inbox.simulator.timing import Timing
from inbox.simulator.world import World

__all__ = [
    "InstanceConfig",
    "RunningSimulator",
    "SimulatorConfig",
    "Timing",
    "create_simulator",
    "run",
    "serve",
]


def create_simulator(config: SimulatorConfig) -> Flask:
    """The simulator as an app, for a test client; faults of the connection need a real server."""
    return create_app(World(config))
