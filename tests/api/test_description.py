"""The description of the API says what the routes do, and its examples work."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from sqlalchemy import func, select

from inbox.api.description import FILE
from inbox.api.errors import CODES
from inbox.config import ROOT
from inbox.extensions import db
from inbox.models import STATUS_RANK, Message
from inbox.services.messages import outgoing
from tests.cast.program import Program

DESCRIPTION: dict[str, Any] = json.loads(FILE.read_text())
VERBS = {"get", "post", "put", "patch", "delete"}
GUIDE = (ROOT / "docs" / "api.md").read_text()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DESCRIPTION["paths"].items():
        for verb in sorted(VERBS & set(item)):
            yield path, verb, item[verb]


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def resolved(node: Any) -> Any:
    """The node that a `$ref` means."""
    while isinstance(node, dict) and "$ref" in node:
        found: Any = DESCRIPTION
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


def fits(schema: dict[str, Any], value: Any) -> None:
    Draft202012Validator({**schema, "components": DESCRIPTION["components"]}).validate(value)


def test_it_is_openapi() -> None:
    assert DESCRIPTION["openapi"].startswith("3.1")
    validate(DESCRIPTION)


def test_every_route_is_in_it_and_nothing_else(app: Flask) -> None:
    assert {(path, verb) for path, verb, _ in operations()} == routes(app)


def test_everybody_may_read_it(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == DESCRIPTION


def test_its_words_are_ours() -> None:
    schemas = DESCRIPTION["components"]["schemas"]
    told = schemas["Message"]["properties"]
    assert set(resolved(told["status"])["enum"]) == set(STATUS_RANK)
    assert set(told["kind"]["enum"]) == set(outgoing.KINDS)
    codes = set(schemas["Error"]["properties"]["error"]["properties"]["code"]["enum"])
    assert codes == set(CODES.values()) - {"internal"} | {"invalid"}


@pytest.mark.parametrize(
    "operation", [one for *_, one in operations()], ids=lambda one: str(one["operationId"])
)
def test_its_examples_fit_its_schemas(operation: dict[str, Any]) -> None:
    bodies = [operation.get("requestBody", {})]
    bodies += [resolved(answer) for answer in operation["responses"].values()]
    for body in bodies:
        for content in body.get("content", {}).values():
            values = [example["value"] for example in content.get("examples", {}).values()]
            values += [content["example"]] if "example" in content else []
            for value in values:
                fits(content["schema"], value)


ORDERS = DESCRIPTION["paths"]["/api/v1/whatsapp/messages"]["post"]["requestBody"]["content"][
    "application/json"
]["examples"]


@pytest.mark.parametrize("name", ORDERS)
def test_its_orders_are_taken(program: Program, name: str) -> None:
    answer = program.send(ORDERS[name]["value"])
    assert answer.status_code == 202, answer.text
    fits({"$ref": "#/components/schemas/Message"}, answer.json)


class TestGuide:
    """docs/api.md: whoever copies from it gets what it says."""

    CALLS = re.findall(r"```sh\n(curl.*?)\n```", GUIDE, re.DOTALL)

    def test_it_has_calls(self) -> None:
        assert len(self.CALLS) > 5

    @pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(call.split()[-3:])[-40:])
    def test_its_calls_work(self, program: Program, call: str, tmp_path: Path) -> None:
        first = program.sent(client_ref="booking-20931-ready")
        answer = run(program, call, first, tmp_path)
        assert answer.status_code in (200, 202, 409), answer.text
        if answer.status_code == 409:  # it is queued here: neither failed nor with the guest
            assert any(word in call for word in ("retry", "PATCH", "DELETE"))

    def test_every_address_of_it_is_a_route(self, app: Flask) -> None:
        told = set(re.findall(r"^#+ `?([A-Z]+) (/api/v1\S*?)`?$", GUIDE, re.MULTILINE))
        assert {(path, verb.lower()) for verb, path in told} == routes(app)


def run(program: Program, call: str, message_id: int, folder: Path) -> Any:
    """What the API answers to this call of curl."""
    words = shell_words(call)
    method = option(words, "-X") or ("POST" if {"--json", "-F"} & set(words) else "GET")
    address = next(word for word in words if word.startswith("$LOBBY"))
    path = address.removeprefix("$LOBBY").replace("/41", f"/{message_id}")
    headers = {"Authorization": f"Bearer {program.token}"}
    more: dict[str, Any] = {}
    if body := option(words, "--json"):
        more = {"data": body, "content_type": "application/json"}
    elif "-F" in words:
        more = {"data": dict(form(words, folder))}
    return program.client.open(path, method=method, headers=headers, **more)


def shell_words(call: str) -> list[str]:
    return shlex.split(call.replace("\\\n", " "))


def option(words: list[str], name: str) -> str | None:
    return words[words.index(name) + 1] if name in words else None


def form(words: list[str], folder: Path) -> Iterator[tuple[str, Any]]:
    for index, word in enumerate(words):
        if word == "-F":
            name, _, value = words[index + 1].partition("=")
            if value.startswith("@"):
                file = folder / value[1:]
                file.write_bytes(b"%PDF-1.7\n")
                yield name, (file.open("rb"), file.name)
            else:
                yield name, value


def test_nothing_is_sent_twice_by_the_guide(program: Program) -> None:
    first = next(call for call in TestGuide.CALLS if "client_ref" in call and "--json" in call)
    answers = [run(program, first, 0, ROOT) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 200]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1
