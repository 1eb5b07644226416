"""Files for later on the page: asked for by the dialog, sent singly, seen with name and size."""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from inbox.config import Settings
from inbox.models import Conversation
from tests.cast.clock import NOON, Clock
from tests.cast.rows import scheduled

Writes = Callable[..., Conversation]
HX = {"HX-Request": "true"}
PDF = b"%PDF-1.4\n" + b"." * 2_000
AT = "2026-11-26T08:00:00+00:00"


def stored(app: Flask) -> int:
    settings: Settings = app.config["LOBBY"]
    return sum(path.is_file() for path in settings.media_dir.rglob("*"))


def follow(alice: FlaskClient, thread_url: str, **more: Any) -> Any:
    """A file, as composer/uploads.js sends it after the dialog."""
    content, name = more.pop("file", (PDF, "menu.pdf"))
    data = {"file": (io.BytesIO(content), name), "client_ref": "f1", "at": AT, **more}
    return alice.post(f"{thread_url}/files", data=data, headers=HX)


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(file, "PNG")
    return file.getvalue()


def test_the_dialog_answers_which_moment_is_meant_and_writes_nothing(
    alice: FlaskClient, thread_url: str
) -> None:
    data = {"files": "under", "body": "The menu", "when": "tomorrow", "client_ref": "r1"}
    answer = alice.post(f"{thread_url}/schedule", data=data, headers=HX)
    assert answer.status_code == 200
    assert answer.text == f'<time datetime="{AT}">Tomorrow, 09:00</time>'
    assert scheduled() == []


def test_beside_sounds_the_text_is_scheduled_by_itself(alice: FlaskClient, thread_url: str) -> None:
    data = {"files": "beside", "body": "Our bell", "when": "tomorrow", "client_ref": "r1"}
    answer = alice.post(f"{thread_url}/schedule", data=data, headers=HX)
    assert f'datetime="{AT}"' in answer.text
    assert [(one.kind, one.body) for one in scheduled()] == [("text", "Our bell")]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"body": "x" * 1025}, "body", "1,024 characters"),
        ({"when": "at", "at": "2026-11-25T11:00"}, "at", "over"),
        ({"when": "at", "at": "2027-03-28T02:30"}, "at", "does not exist"),
        ({"when": "at", "at": "2028-01-01T00:00"}, "at", "more than a year"),
    ],
)
def test_the_dialog_says_what_is_wrong_before_a_file_leaves_the_browser(
    alice: FlaskClient, thread_url: str, change: dict[str, str], field: str, words: str
) -> None:
    data = {"files": "under", "body": "", "when": "hour", "client_ref": "r1", **change}
    answer = alice.post(f"{thread_url}/schedule", data=data, headers=HX)
    assert answer.status_code == 422
    assert words in answer.text.split(f'id="wrong-{field}"')[1].split("</p>")[0]


def test_a_file_is_scheduled_once(alice: FlaskClient, thread_url: str, watch: Clock) -> None:
    answer = follow(alice, thread_url, body="The menu")
    assert (answer.status_code, answer.text) == (204, "")
    (message,) = scheduled()
    assert (message.kind, message.body) == ("document", "The menu")
    assert message.scheduled_for == datetime.fromisoformat(AT)
    watch.time = datetime.fromisoformat(AT) + timedelta(minutes=1)  # the answer was lost
    assert follow(alice, thread_url, body="The menu").status_code == 204
    assert len(scheduled()) == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"at": "2026-11-24T08:00:00+00:00"}, "over"),
        ({"at": "tomorrow"}, "Choose a day"),
        ({"file": (b"", "menu.pdf")}, "empty"),
        ({"client_ref": ""}, "client_ref"),
    ],
)
def test_what_cannot_be_scheduled_stands_at_its_bubble(
    app: Flask, alice: FlaskClient, thread_url: str, more: dict[str, Any], words: str
) -> None:
    answer = follow(alice, thread_url, **more)
    assert answer.status_code == 422
    assert words in answer.text
    assert (scheduled(), stored(app)) == ([], 0)


def test_name_type_and_size_stand_in_the_strip_on_the_page_and_in_the_form(
    alice: FlaskClient, thread_url: str
) -> None:
    follow(alice, thread_url, body="The <menu>")
    follow(alice, thread_url, file=(picture(), "pool.png"), client_ref="f2")
    first, second = (message.id for message in scheduled())
    form = alice.get(f"/h/grand-plaza/m/{first}/schedule", headers=HX).text
    for text in (alice.get(thread_url).text, alice.get("/h/grand-plaza/scheduled").text, form):
        assert "menu.pdf</b><span>PDF · 2 KB</span>" in text
        assert "The &lt;menu&gt;" in text
    for text in (alice.get(thread_url).text, alice.get("/h/grand-plaza/scheduled").text):
        assert "pool.png</b><span>PNG · " in text
    (thumb,) = re.findall(r'<img src="([^"]+/thumb)"', alice.get("/h/grand-plaza/scheduled").text)
    assert alice.get(thumb, buffered=True).status_code == 200
    assert 'maxlength="1024"' in form
    assert "</textarea>" in alice.get(f"/h/grand-plaza/m/{second}/schedule", headers=HX).text


def test_its_time_and_the_text_under_it_are_changed(alice: FlaskClient, thread_url: str) -> None:
    follow(alice, thread_url, body="The menu")
    address = f"/h/grand-plaza/m/{scheduled()[0].id}/schedule"
    data = {"body": "Lunch", "at": "2026-11-26T12:00"}
    assert alice.post(address, data=data, headers=HX).status_code == 204
    (message,) = scheduled()
    assert (message.body, message.scheduled_for) == ("Lunch", NOON + timedelta(days=1))


def test_dropping_it_empties_the_store(app: Flask, alice: FlaskClient, thread_url: str) -> None:
    follow(alice, thread_url, file=(picture(), "pool.png"))
    assert stored(app) == 2
    alice.post(f"/h/grand-plaza/m/{scheduled()[0].id}/unschedule", headers=HX)
    assert (scheduled(), stored(app)) == ([], 0)


class TestWithoutScripts:
    """One form with the text, the file and the time."""

    def test_a_file_with_its_text(self, alice: FlaskClient, thread_url: str) -> None:
        form = alice.get(f"{thread_url}/later").text
        assert 'enctype="multipart/form-data"' in form
        data = {
            "file": (io.BytesIO(PDF), "menu.pdf"),
            "body": "The menu",
            "when": "tomorrow",
            "client_ref": "r1",
        }
        answer = alice.post(f"{thread_url}/schedule", data=data)
        assert (answer.status_code, answer.headers["Location"]) == (303, thread_url)
        (message,) = scheduled()
        assert (message.kind, message.body) == ("document", "The menu")

    def test_an_empty_field_is_no_file(self, alice: FlaskClient, thread_url: str) -> None:
        data = {"file": (io.BytesIO(), ""), "body": "Hi", "when": "hour", "client_ref": "r1"}
        assert alice.post(f"{thread_url}/schedule", data=data).status_code == 303
        assert [one.kind for one in scheduled()] == ["text"]

    @pytest.mark.parametrize(
        ("content", "body", "field"), [(b"", "", "file"), (PDF, "x" * 1025, "caption")]
    )
    def test_what_is_wrong_with_it(
        self, alice: FlaskClient, thread_url: str, content: bytes, body: str, field: str
    ) -> None:
        data = {
            "file": (io.BytesIO(content), "menu.pdf"),
            "body": body,
            "when": "hour",
            "client_ref": "r1",
        }
        answer = alice.post(f"{thread_url}/schedule", data=data)
        assert answer.status_code == 422
        assert f'id="wrong-{field}"' in answer.text
        assert scheduled() == []


def test_another_hotel_schedules_nothing_here(charlie: FlaskClient, thread_url: str) -> None:
    assert follow(charlie, thread_url).status_code == 404
    address = thread_url.replace("grand-plaza", "seaview")
    assert follow(charlie, address).status_code == 404
    assert scheduled() == []
