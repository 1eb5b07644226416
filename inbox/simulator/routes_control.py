"""The control API under /_sim/: for tests and demos, never part of Green API."""

import ipaddress
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from inbox.simulator import letters
from inbox.simulator.addresses import is_chat_id
from inbox.simulator.config import ConfigError, parse_instance
from inbox.simulator.contents import Json
from inbox.simulator.faults import KNOWN, STATE_OF_FAULT, BadFault
from inbox.simulator.guests import BadGuest, Guest
from inbox.simulator.instance import STATES, Instance
from inbox.simulator.world import World

_BAD_INPUT = (BadFault, BadGuest, ConfigError, letters.BadLetter)
View = Callable[..., Response]


class BadRequest(ValueError):
    """A control request that cannot be used; the message says why in words."""


class UnknownInstance(LookupError):
    """A control request for an instance that is not there."""


def control_blueprint(world: World) -> Blueprint:
    """The control API of one simulator. Only clients on this machine are answered."""
    control = Blueprint("control", __name__, url_prefix="/_sim")
    control.before_request(_loopback_only)
    for kind in (*_BAD_INPUT, BadRequest):
        control.register_error_handler(kind, lambda error: _problem(str(error), 400))
    control.register_error_handler(UnknownInstance, lambda error: _problem(str(error), 404))
    desk = _Desk(world)
    for rule, verb, view in desk.routes():
        name = f"{verb} {view.__name__}".replace(" ", "_")
        control.add_url_rule(rule, name, view, methods=[verb])
    return control


class _Desk:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[tuple[str, str, View]]:
        one = "/instances/<id_instance>"
        return [
            ("/", "GET", self.help),
            ("/instances", "GET", self.instances),
            ("/instances", "POST", self.add_instance),
            (one, "GET", self.instance),
            (f"{one}/faults", "GET", self.faults),
            (f"{one}/faults", "POST", self.set_faults),
            (f"{one}/faults", "DELETE", self.clear_faults),
            (f"{one}/state", "POST", self.set_state),
            (f"{one}/settings", "POST", self.set_settings),
            (f"{one}/guests", "GET", self.guests),
            (f"{one}/guests", "POST", self.define_guest),
            (f"{one}/messages", "POST", self.write),
            (f"{one}/notifications", "POST", self.notify),
            (f"{one}/received", "GET", self.received),
            (f"{one}/written", "GET", self.written),
            (f"{one}/read", "POST", self.read),
            (f"{one}/webhooks", "GET", self.webhooks),
            (f"{one}/calls", "GET", self.calls),
            ("/timing", "GET", self.timing),
            ("/timing", "POST", self.set_timing),
            ("/reset", "POST", self.reset),
        ]

    def help(self) -> Response:
        """What can be asked here."""
        rules = [
            f"{verb} /_sim{rule}: {' '.join((view.__doc__ or '').split())}"
            for rule, verb, view in self.routes()
        ]
        keys = letters.KEYS
        return jsonify({"routes": rules, "faults": KNOWN, "message_keys": keys, "states": STATES})

    def instances(self) -> Response:
        """Every instance with its token, state, settings and counts."""
        return jsonify([self.world.describe(one) for one in self.world.all()])

    def add_instance(self) -> Response:
        """Put another number into service: the keys of the instances file."""
        return jsonify(self.world.describe(self.world.add(parse_instance(_body()))))

    def instance(self, id_instance: str) -> Response:
        """One instance."""
        return jsonify(self.world.describe(self._find(id_instance)))

    def faults(self, id_instance: str) -> Response:
        """The faults that are switched on."""
        return jsonify(self._find(id_instance).faults.as_json())

    def set_faults(self, id_instance: str) -> Response:
        """Switch faults on by name; false or null switches one off."""
        instance = self._find(id_instance)
        instance.set_faults(_body(), STATE_OF_FAULT)
        return jsonify(instance.faults.as_json())

    def clear_faults(self, id_instance: str) -> Response:
        """Switch every fault off and authorize the instance."""
        self._find(id_instance).clear_faults()
        return jsonify({})

    def set_state(self, id_instance: str) -> Response:
        """Change the state: {"state": "notAuthorized"}."""
        instance, state = self._find(id_instance), _body().get("state")
        if state not in STATES:
            raise BadRequest(f"state must be one of {', '.join(STATES)}")
        instance.set_state(state)
        return jsonify({"state": state})

    def set_settings(self, id_instance: str) -> Response:
        """Change settings at once, without the reboot of setSettings."""
        instance = self._find(id_instance)
        instance.apply_settings(_body())
        return jsonify(instance.settings)

    def guests(self, id_instance: str) -> Response:
        """Everybody known on the instance."""
        return jsonify([one.as_json() for one in list(self._find(id_instance).guests.values())])

    def define_guest(self, id_instance: str) -> Response:
        """Define or change a guest: chat_id, name, contact_name, language, phone, reads,
        phone_on, disappearing, exists."""
        instance, body = self._find(id_instance), _body()
        chat_id = body.pop("chat_id", None)
        if not is_chat_id(chat_id):
            raise BadRequest("chat_id must be digits and @c.us, @lid or @g.us")
        guest = instance.guest(chat_id)
        was_on = guest.phone_on
        guest.change(body)
        if guest.phone_on and not was_on:
            instance.outbox.deliver(chat_id)
        return jsonify(guest.as_json())

    def write(self, id_instance: str) -> Response:
        """A guest writes, or the hotel's phone with from_phone; answers the idMessage."""
        id_message = letters.post(self.world, self._find(id_instance), _body())
        return jsonify({"idMessage": id_message})

    def notify(self, id_instance: str) -> Response:
        """Send any webhook: typeWebhook and its fields; with raw true the body as it is."""
        instance, body = self._find(id_instance), _body()
        kind = body.pop("typeWebhook", None)
        if not isinstance(kind, str):
            raise BadRequest("typeWebhook is missing")
        if body.pop("raw", False):
            instance.webhooks.push({"typeWebhook": kind, **body})
        else:
            instance.push(kind, body)
        return jsonify({"queued": True})

    def received(self, id_instance: str) -> Response:
        """What guests (?chat_id= one) received, in order, with earlier `edits` and `deleted`."""
        found = [one for guest in self._guests(id_instance) for one in guest.received]
        return jsonify(sorted(found, key=lambda one: one["received_at"]))

    def written(self, id_instance: str) -> Response:
        """What guests (?chat_id= one) wrote, in order; read_by_hotel: it has blue ticks."""
        found = [one for guest in self._guests(id_instance) for one in guest.written]
        return jsonify(sorted(found, key=lambda one: one["written_at"]))

    def read(self, id_instance: str) -> Response:
        """The guest opens the chat: {"chat_id"}."""
        chat_id = _body().get("chat_id")
        if not isinstance(chat_id, str):
            raise BadRequest("chat_id is missing")
        return jsonify({"read": self._find(id_instance).outbox.read(chat_id)})

    def webhooks(self, id_instance: str) -> Response:
        """The delivery log: every webhook with its attempts, codes and times."""
        return jsonify(self._find(id_instance).webhooks.log())

    def calls(self, id_instance: str) -> Response:
        """How often each method was called, and with which answers."""
        return jsonify(self._find(id_instance).calls)

    def timing(self) -> Response:
        """The durations, and the scale that multiplies them."""
        return jsonify(self.world.timing)

    def set_timing(self) -> Response:
        """Change durations or the scale; waiting webhooks are tried again now."""
        try:
            self.world.set_timing(self.world.timing.with_changes(_body()))
        except ValueError as error:
            raise BadRequest(str(error)) from None
        return jsonify(self.world.timing)

    def reset(self) -> Response:
        """Begin again as started: nothing said, no faults, settings as configured."""
        self.world.reset()
        return jsonify({})

    def _guests(self, id_instance: str) -> list[Guest]:
        """All guests of the instance, or the one that the request asks for."""
        guests = self._find(id_instance).guests
        if chat_id := request.args.get("chat_id"):
            return [guests[chat_id]] if chat_id in guests else []
        return list(guests.values())

    def _find(self, id_instance: str) -> Instance:
        instance = self.world.find(id_instance)
        if instance is None:
            raise UnknownInstance("there is no such instance")
        return instance


def _loopback_only() -> Response | None:
    try:
        near = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        near = False
    return None if near else _problem("the control API answers this machine only", 403)


def _body() -> Json:
    body: Any = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body


def _problem(words: str, status: int) -> Response:
    response = jsonify({"error": words})
    response.status_code = status
    return response
