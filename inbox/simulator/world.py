"""Everything that a running simulator holds in memory."""

import threading

from inbox.simulator.agenda import Agenda
from inbox.simulator.config import ConfigError, InstanceConfig, SimulatorConfig
from inbox.simulator.contents import Json
from inbox.simulator.instance import Instance, Listener
from inbox.simulator.media import MediaStore
from inbox.simulator.timing import Timing


class World:
    """The instances, their shared clockwork and the files. `stop` ends every thread of it."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        self.timing = config.timing
        self.agenda = Agenda()
        self.media = MediaStore()
        self.stopping = threading.Event()
        self._listeners: list[Listener] = []
        self._instances: dict[int, Instance] = {}
        for one in config.instances:
            self.add(one)

    def add(self, config: InstanceConfig) -> Instance:
        """Put a number into service; ConfigError when its id is taken."""
        if config.id_instance in self._instances:
            raise ConfigError(f"instance {config.id_instance} exists already")
        instance = Instance(config, self.agenda, lambda: self.timing)
        instance.listeners.extend(self._listeners)
        self._instances[config.id_instance] = instance
        return instance

    def find(self, id_instance: str) -> Instance | None:
        """The instance by the digits of its id, as they stand in an address."""
        if not (id_instance.isascii() and id_instance.isdigit() and len(id_instance) <= 20):
            return None
        return self._instances.get(int(id_instance))

    def all(self) -> list[Instance]:
        """Every instance, in the order they were added."""
        return list(self._instances.values())

    def listen(self, listener: Listener) -> None:
        """Tell `listener` what happens on every instance, those added later included."""
        self._listeners.append(listener)
        for instance in self.all():
            instance.listeners.append(listener)

    def set_timing(self, timing: Timing) -> None:
        """Change the pace; waiting webhooks look at the clock again."""
        self.timing = timing
        for instance in self.all():
            instance.webhooks.wake(retry_now=True)

    def describe(self, instance: Instance) -> Json:
        """The row of GET /_sim/instances."""
        base = self.config.base_url
        return {**instance.as_json(), "api_url": base, "media_url": base}

    def link(self, path: str) -> str:
        """A full address on this simulator."""
        return f"{self.config.base_url}{path}"

    def reset(self) -> None:
        """Begin again: the configured instances stay, added ones go, everything is empty."""
        self.agenda.clear()
        self.timing = self.config.timing
        configured = {one.id_instance for one in self.config.instances}
        for instance in self.all():
            instance.reset()
            if instance.config.id_instance not in configured:
                instance.webhooks.stop()
                del self._instances[instance.config.id_instance]

    def stop(self) -> None:
        """End every thread; safe to call twice."""
        self.stopping.set()
        self.agenda.stop()
        for instance in self.all():
            instance.webhooks.stop()
