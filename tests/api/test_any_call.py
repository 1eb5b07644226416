"""Schemathesis calls the API with all that its description allows, and with what it forbids: no
fault of ours, no answer that the description does not promise, nothing forbidden let through.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import schemathesis
from flask import Flask, current_app
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.checks import ignored_auth
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from inbox.api.description import FILE
from inbox.models import Conversation
from inbox.services.lines.webhook_limits import FailedAttempts
from tests.cast import desk
from tests.cast.people import WEBHOOK_TOKEN, Cast
from tests.cast.program import Program, failed, soon, was_sent

WEBHOOK = "/api/v1/whatsapp/webhook"
# What a description cannot say, such as "not both of these two", may be refused in words.
MAY_HAPPEN = ["2xx", "401", "403", "404", "409", "422", "429"]
# Neither a clock nor chance decides, and all is judged by what is answered.
BOUNDED = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


def here(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The application of the test that runs."""
    answer: Iterable[bytes] = current_app.wsgi_app(environ, start_response)
    return answer


CONFIG = {
    "generation": {"mode": "all", "deterministic": True, "database": "none"},
    "checks": {"positive_data_acceptance": {"expected-statuses": MAY_HAPPEN}},
}
schema: Any = schemathesis.openapi.from_dict(
    json.loads(FILE.read_text()), config=SchemathesisConfig.from_dict(CONFIG)
)
schema.app = here


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who fails too often is turned away unheard; here everybody is heard."""
    monkeypatch.setattr(FailedAttempts, "begin", lambda *_: True)


@pytest.fixture
def ids(program: Program, cast: Cast, guest_writes: Callable[..., Conversation]) -> list[int]:
    """Messages of the hotel in every state that a program may act upon, and one of a person."""
    conversation = guest_writes("A1")
    typed = desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, "Hello", "r1").id
    queued, sent, lost = (program.sent(client_ref=f"ref-{number}") for number in range(3))
    was_sent(sent)
    failed(lost)
    return [queued, sent, lost, program.sent(send_at=soon(hours=1)), typed]


@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(BOUNDED, max_examples=40)
def test_no_call_breaks_it(
    app: Flask, case: schemathesis.Case[Any], program: Program, ids: list[int]
) -> None:
    shown = WEBHOOK_TOKEN if case.path == WEBHOOK else program.token
    if "message_id" in case.path_parameters and _is_allowed(case):
        made_up = int(case.path_parameters["message_id"])
        case.path_parameters["message_id"] = ids[made_up % len(ids)]
    case.call_and_validate(headers={"Authorization": f"Bearer {shown}"})


def _is_allowed(case: schemathesis.Case[Any]) -> bool:
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


def test_no_sequence_of_calls_breaks_it(app: Flask, program: Program) -> None:
    class Sequence(schema.as_state_machine()):  # type: ignore[misc]
        """What one call answered is used in the next."""

        def get_call_kwargs(self, case: schemathesis.Case[Any]) -> dict[str, Any]:
            shown = WEBHOOK_TOKEN if case.path == WEBHOOK else program.token
            return {"headers": {"Authorization": f"Bearer {shown}"}}

        def validate_response(
            self, response: schemathesis.Response, case: schemathesis.Case[Any], **_more: Any
        ) -> None:
            """A token shown beside the one made up is no hole; the test above looks for those."""
            case.validate_response(response, excluded_checks=[ignored_auth])

    run_state_machine_as_test(
        Sequence, settings=settings(BOUNDED, max_examples=40, stateful_step_count=6)
    )
