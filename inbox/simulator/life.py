"""The demo is alive: guests write now and then, and answer what the desk sends."""

import random
import time
from collections.abc import Callable
from functools import partial

from inbox.simulator import letters
from inbox.simulator.contents import Json
from inbox.simulator.instance import Instance
from inbox.simulator.people import Person, Topic, cast_for
from inbox.simulator.world import World

_OPENINGS = 6
_OPENINGS_WITHIN = 2.4
_OPENINGS_SPAN = 40 * 60
_PAUSE = (15.0, 40.0)
_PATIENCE = 3
_SLOWER = 1.3
_LONGEST_PAUSE = 20 * 60.0
_MOST_IGNORED = 40
_ANSWER_AFTER = (4.0, 8.0)
_BETWEEN = (1.5, 3.0)
_QUIET_AFTER = 150.0
_ALWAYS_SEEN = 2


class Life:
    """Watches every instance and brings a hotel to life once somebody listens to it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hotels: dict[int, HotelLife] = {}
        world.listen(self._hear)
        for instance in world.all():
            world.agenda.after(0, partial(self._begin, instance))

    def _hear(self, instance: Instance, event: str, facts: Json) -> None:
        """Called under the instance's lock: only put the event on the agenda."""
        if event == "reset":
            self._hotels.pop(instance.config.id_instance, None)
        elif event in ("settings", "polled"):
            self._world.agenda.after(0, partial(self._begin, instance))
        elif event == "received":
            self._world.agenda.after(0, partial(self._desk_wrote, instance, facts))

    def _begin(self, instance: Instance) -> None:
        known = instance.config.id_instance in self._hotels
        heard = instance.is_on("incomingWebhook") and (
            instance.applied["webhookUrl"] or instance.webhooks.polled
        )
        if heard and not known:
            order = self._world.all().index(instance)
            hotel = HotelLife(self._world, instance, cast_for(order))
            self._hotels[instance.config.id_instance] = hotel
            hotel.open()

    def _desk_wrote(self, instance: Instance, facts: Json) -> None:
        if hotel := self._hotels.get(instance.config.id_instance):
            hotel.desk_wrote(facts["chat_id"], facts["id_message"])


class HotelLife:
    """The guests of one hotel. Everything here runs on the agenda's thread.

    The longer the desk is silent the rarer they write, and after 40 unanswered openings nobody
    writes until the desk does.
    """

    def __init__(self, world: World, instance: Instance, cast: list[Person]) -> None:
        self._world = world
        self._instance = instance
        self._cast = cast
        self._ignored = 0
        self._resting = False
        for person in cast:
            guest = instance.guest(person.chat_id)
            guest.name, guest.language = person.name, person.language

    def open(self) -> None:
        """Six have written within the last 40 minutes; more come later.

        The first two of the cast bring their favourite: a photo and an angry line.
        """
        now = time.time()
        people = random.sample(self._cast[:_OPENINGS], min(_OPENINGS, len(self._cast)))
        for place, person in enumerate(people):
            slot = _OPENINGS_SPAN / len(people)
            moment = now - _OPENINGS_SPAN + slot * place + random.uniform(0, slot * 0.6)
            pause = 0.2 + place * _OPENINGS_WITHIN / len(people)
            self._after(pause, partial(self._opened, person, moment))
        self._plan_next()

    def desk_wrote(self, chat_id: str, id_message: str) -> None:
        """The desk's message is on a guest's phone: they answer once, if they have more to say."""
        self._ignored = 0
        if self._resting:
            self._resting = False
            self._plan_next()
        for person in self._cast:
            if person.chat_id == chat_id:
                person.waits_for_desk = False
                person.last_active = time.monotonic()
                if person.answers_left and not person.about_to_answer:
                    person.about_to_answer = True
                    pause = random.uniform(*_ANSWER_AFTER)
                    self._after(pause, partial(self._answer, person, id_message))

    def _opened(self, person: Person, moment: float) -> None:
        favourite = person in self._cast[:_ALWAYS_SEEN]
        for number, letter in enumerate(person.next_topic(favourite).say):
            self._post(person, letter, timestamp=int(moment) + 20 * number)

    def _answer(self, person: Person, id_message: str) -> None:
        person.about_to_answer = False
        if not person.answers_left:
            return
        letter = person.answers_left.pop(0)
        if letter.get("type") == "quoted":
            letter = {**letter, "quoted_id": id_message}
        self._post(person, letter)

    def _someone_writes(self) -> None:
        if person := self._next_person():
            self._ignored += 1
            self._tell(person, person.next_topic())
        if self._ignored >= _MOST_IGNORED:
            self._resting = True
        else:
            self._plan_next()

    def _tell(self, person: Person, topic: Topic) -> None:
        pause = 0.0
        for letter in topic.say:
            self._after(pause, partial(self._post, person, letter))
            pause += random.uniform(*_BETWEEN)

    def _next_person(self) -> Person | None:
        """Somebody new; else one who was quiet for a while, those who wait for the desk last."""
        recent = time.monotonic() - self._world.timing.scaled(_QUIET_AFTER)
        new = [one for one in self._cast if not one.last_active]
        quiet = [one for one in self._cast if one.last_active < recent]
        served = [one for one in quiet if not one.waits_for_desk]
        choice = new or served or quiet
        return random.choice(choice) if choice else None

    def _plan_next(self) -> None:
        slower = _SLOWER ** max(0, self._ignored - _PATIENCE)
        pause = min(random.uniform(*_PAUSE) * slower, _LONGEST_PAUSE)
        self._after(pause, self._someone_writes)

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        self._world.agenda.after(self._world.timing.scaled(seconds), action)

    def _post(self, person: Person, letter: Json, timestamp: int | None = None) -> None:
        person.last_active = time.monotonic()
        addressed: Json = {**letter, "chat_id": person.chat_id, "sender_name": person.name}
        if timestamp is not None:
            addressed["timestamp"] = timestamp
        letters.post(self._world, self._instance, addressed)
