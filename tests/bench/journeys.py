"""How far a reader walks with the journeys of one message: in, answered, and out.

They are walked in one process, through the doors: a guest whom the hotel knows writes, the desk
replies, the job hands the reply to Green API. Redis is away and known to be, as in the tests, so an
announcement ends where Redis would be told. See `steps` for what counts.
"""

import inspect
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any
from uuid import uuid4

import responses
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select

from inbox import create_app
from inbox.dispatch.link import link
from inbox.extensions import db
from inbox.jobs.sending import drain
from inbox.models import Conversation, Message
from inbox.services.hotels import hotels, staff
from inbox.services.lines import instances
from tests.bench.report import heading, row
from tests.bench.steps import Step, figures, visits, walk
from tests.cast.guest import incoming
from tests.cast.people import API_URL, PASSWORD, WEBHOOK_TOKEN
from tests.databases import Databases

HOTEL, ID_INSTANCE, EMAIL = "grand-plaza", 1101000001, "alice@example.com"
WEBHOOK = "/api/v1/whatsapp/webhook"
ANNOUNCED_IN = "dispatch/"  # the room of the last steps of a commit that is announced


def measure(folder: Path, *, with_steps: bool = False) -> None:
    """Print the figures, and with `with_steps` each journey step by step."""
    with _stage(folder) as stage:
        walked = {
            "a guest's text, from the webhook to its answer": stage.guest_writes(),
            "the desk's reply, from POST to rows": stage.desk_replies(),
            "the job, from a queued reply to its acceptance": stage.job_sends(),
        }
    heading("Journeys: functions / files / changes of file / returns to a file already left")
    for name, steps in walked.items():
        row(name, str(figures(steps)))
        file, times = Counter(file for file, _ in visits(steps)).most_common(1)[0]
        row("  entered most often", f"{file}, {times} times")
    for name, steps in walked.items() if with_steps else ():
        _print_steps(name, steps)


@dataclass(frozen=True)
class _Stage:
    """A hotel with a number, a guest who has written before, and a browser at the desk."""

    app: Flask
    instance_id: int
    desk: FlaskClient

    def guest_writes(self) -> list[Step]:
        """The webhook of a text, from the beginning of its view to its end: by then the commit is
        announced.
        """
        self._find_redis_away()
        return walk(lambda: self.deliver("SECOND"), self._view(WEBHOOK))

    def desk_replies(self) -> list[Step]:
        """A reply by htmx, from the beginning of its view until its rows are announced."""
        with self.app.app_context():
            conversation_id = db.session.scalars(select(Conversation.id)).one()
        path = f"/h/{HOTEL}/c/{conversation_id}"
        form = {"body": "Gladly", "client_ref": str(uuid4()), "quoted": "", **self._token(path)}
        self._find_redis_away()
        steps = walk(lambda: self._reply(f"{path}/reply", form), self._view(f"{path}/reply"))
        last = max(n for n, step in enumerate(steps) if step.file.startswith(ANNOUNCED_IN))
        return steps[: last + 1]

    def job_sends(self) -> list[Step]:
        """The whole job that sends the reply, to the look at what else there is to send."""
        self._find_redis_away()
        with responses.RequestsMock() as green_api, self.app.app_context():
            green_api.post(re.compile(f"{API_URL}/.*/sendMessage/"), json={"idMessage": "REPLY"})
            steps = walk(lambda: drain(self.instance_id), drain.__code__)
            status = db.session.scalars(
                select(Message.status).where(Message.id_message == "REPLY")
            ).one()
        assert status == "accepted", status
        return steps

    def sign_in(self) -> None:
        """Open the desk in the browser."""
        form = {"email": EMAIL, "password": PASSWORD, **self._token("/sign-in")}
        answer = self.desk.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.text

    def deliver(self, id_message: str) -> None:
        """The guest writes, now."""
        body = incoming(id_message, id_instance=ID_INSTANCE, timestamp=int(time.time()))
        answer = self.app.test_client().post(
            WEBHOOK,
            data=json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {WEBHOOK_TOKEN}"},
        )
        assert answer.json == {"status": "applied"}, answer.text

    def _reply(self, path: str, form: dict[str, str]) -> None:
        answer = self.desk.post(path, data=form, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.text

    def _token(self, path: str) -> dict[str, str]:
        """The field that a form of this page needs."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.desk.get(path).text)
        assert found, path
        return {"csrf_token": found[1]}

    def _view(self, path: str) -> CodeType:
        """The view that a POST to this path reaches, inside its guards."""
        endpoint, _ = self.app.url_map.bind("").match(path, "POST")
        view: Any = inspect.unwrap(self.app.view_functions[endpoint])
        code: CodeType = view.__code__
        return code

    def _find_redis_away(self) -> None:
        """Begin the rest that follows a failure, so that it lasts longer than the journey."""
        link.bind(self.app.config["LOBBY"].redis_url)
        link.attempt(lambda client: client.ping())


@contextmanager
def _stage(folder: Path) -> Iterator[_Stage]:
    """Everybody is there, and the guest's first message has come."""
    logging.getLogger("inbox").setLevel(logging.ERROR)  # that Redis is away is no news
    app = create_app(Databases(folder, None).empty(folder / "journeys").settings)
    with app.app_context():
        upgrade()
        hotels.add(HOTEL, "Grand Plaza", "Europe/Madrid")
        staff.add(EMAIL, "Alice", PASSWORD)
        staff.grant(EMAIL, HOTEL, "front_desk")
        made = instances.add(
            HOTEL,
            instances.Access(ID_INSTANCE, "0" * 50, api_url=API_URL, webhook_token=WEBHOOK_TOKEN),
        )
        stage = _Stage(app, made.instance.id, app.test_client())
        db.session.remove()
    stage.deliver("FIRST")
    stage.sign_in()
    yield stage
    with app.app_context():
        db.engine.dispose()


def _print_steps(name: str, steps: list[Step]) -> None:
    """One line a step: `>` leads to another file, `<` to one that was left before."""
    heading(f"{name}: {figures(steps)}")
    left: set[str] = set()
    for file, stay in visits(steps):
        for number, step in enumerate(stay):
            mark = " " if number or not left else "<" if file in left else ">"
            print(f"{mark} {'  ' * step.depth}{file}:{step.function}")
        left.add(file)
