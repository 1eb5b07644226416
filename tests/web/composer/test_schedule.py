"""Sending later from the desk: the form, the strip above the composer, the page of the hotel."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Hotel, Message
from inbox.services import changes
from inbox.services.messages import outgoing
from inbox.web.composer import schedule
from tests.cast import desk
from tests.cast.clock import NOON, Clock
from tests.cast.people import Cast
from tests.cast.rows import scheduled

Writes = Callable[..., Conversation]
HX = {"HX-Request": "true"}


def later(cast: Cast, text: str = "Good morning", hours: int = 1) -> int:
    at = clock.now() + timedelta(hours=hours)
    return desk.send(cast.hotel_id, 1, cast.alice_id, outgoing.text(text), at=at).id


def test_the_form_has_the_text_of_the_box_and_says_whose_clock(
    alice: FlaskClient, thread_url: str
) -> None:
    data = {"body": "Good <morning>", "quoted": "1"}
    for headers in ({}, HX):
        form = alice.post(f"{thread_url}/later", data=data, headers=headers).text
        assert ">Good &lt;morning&gt;</textarea>" in form
        assert 'name="quoted" value="1"' in form
        assert "Madrid time, 12:00 now" in form
        assert "Today, 13:00" in form
        assert "Today, 18:00" in form
        assert "Tomorrow, 09:00" in form
        assert "This morning" not in form
    assert scheduled() == []
    assert alice.get(f"{thread_url}/later").status_code == 200


@pytest.mark.parametrize(
    ("when", "at", "moment"),
    [
        ("hour", "", NOON + timedelta(hours=1)),
        ("evening", "", NOON + timedelta(hours=6)),
        ("tomorrow", "", NOON + timedelta(hours=21)),
        ("at", "2026-11-27T08:15", datetime(2026, 11, 27, 7, 15, tzinfo=UTC)),
        ("", "2026-11-27T08:15", datetime(2026, 11, 27, 7, 15, tzinfo=UTC)),
    ],
)
def test_a_text_is_scheduled(
    alice: FlaskClient, thread_url: str, when: str, at: str, moment: datetime
) -> None:
    data = {"body": "Good morning", "client_ref": "r1", "when": when, "at": at, "quoted": "1"}
    answer = alice.post(f"{thread_url}/schedule", data=data, headers=HX)
    assert (answer.status_code, answer.text) == (204, "")
    (message,) = scheduled()
    assert (message.body, message.scheduled_for, message.quoted_id) == ("Good morning", moment, 1)
    again = alice.post(f"{thread_url}/schedule", data=data)
    assert (again.status_code, again.headers["Location"]) == (303, thread_url)
    assert len(scheduled()) == 1


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"body": " "}, "body", "Write something"),
        ({"when": "at", "at": ""}, "at", "Choose a day"),
        ({"when": "at", "at": "2026-11-25T11:00"}, "at", "over"),
        ({"when": "at", "at": "2027-03-28T02:30"}, "at", "does not exist"),
        ({"when": "morning"}, "at", "over"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    alice: FlaskClient, thread_url: str, change: dict[str, str], field: str, words: str
) -> None:
    data = {"body": "Good & early", "client_ref": "r1", "when": "hour", "at": "", **change}
    for headers in ({}, HX):
        answer = alice.post(f"{thread_url}/schedule", data=data, headers=headers)
        assert answer.status_code == 422
        assert words in answer.text.split(f'id="wrong-{field}"')[1].split("</p>")[0]
        assert data["body"].replace("&", "&amp;") in answer.text
        assert f'value="{data["at"]}"' in answer.text
    assert scheduled() == []


def test_the_strip_is_on_the_page_and_letter_for_letter_in_the_news(
    cast: Cast, alice: FlaskClient, bob: FlaskClient, thread_url: str
) -> None:
    assert re.search(r'id="scheduled-1"[^>]* hidden', alice.get(thread_url).text)
    before = changes.head(cast.hotel_id)
    message_id = later(cast, "Good *morning* <all>")
    page = alice.get(thread_url).text
    assert "Good *morning* &lt;all&gt;" in page
    assert f'id="m-{message_id}"' not in page
    news = bob.get(f"/h/grand-plaza/changes?since={before}&open=1&view=needs_us", headers=HX).text
    (strip,) = re.findall(r'hx-target="#scheduled-1"[^>]*>(.*?)</hx-partial>', news, re.DOTALL)
    assert strip.strip() in page


def test_other_news_leaves_the_strip_alone(
    cast: Cast, alice: FlaskClient, thread_url: str, guest_writes: Writes
) -> None:
    later(cast)
    db.session.rollback()
    before = changes.head(cast.hotel_id)
    guest_writes("A2", "And another thing")
    news = alice.get(f"/h/grand-plaza/changes?since={before}&open=1&view=needs_us", headers=HX).text
    assert "#messages-1" in news
    assert "#scheduled-1" not in news


def test_it_is_changed_sent_and_dropped(cast: Cast, alice: FlaskClient, thread_url: str) -> None:
    changed, now, dropped = later(cast, "one"), later(cast, "two"), later(cast, "three")
    form = alice.get(f"/h/grand-plaza/m/{changed}/schedule", headers=HX).text
    assert ">one</textarea>" in form
    assert 'value="2026-11-25T13:00"' in form
    data = {"body": "uno", "at": "2026-11-26T10:00"}
    assert (
        alice.post(f"/h/grand-plaza/m/{changed}/schedule", data=data, headers=HX).status_code == 204
    )
    assert alice.post(f"/h/grand-plaza/m/{now}/send-now", headers=HX).status_code == 204
    back = alice.post(f"/h/grand-plaza/m/{dropped}/unschedule", data={"from": "list"})
    assert (back.status_code, back.headers["Location"]) == (303, "/h/grand-plaza/scheduled")
    (left,) = scheduled()
    assert (left.id, left.body) == (changed, "uno")
    assert left.scheduled_for == datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    assert db.session.get_one(Message, now).status == "queued"
    assert db.session.get(Message, dropped) is None


def test_before_it_is_dropped_a_person_is_asked(
    cast: Cast, alice: FlaskClient, thread_url: str
) -> None:
    message_id = later(cast, "Good *morning* <all>")
    address = f"/h/grand-plaza/m/{message_id}/unschedule"
    assert f'href="{address}"' in alice.get(thread_url).text
    page = alice.get("/h/grand-plaza/scheduled").text
    assert f'href="{address}?from=list"' in page
    assert f'formaction="{address}"' not in page
    for back, query in ((thread_url, ""), ("/h/grand-plaza/scheduled", "?from=list")):
        for headers in ({}, HX):
            question = alice.get(f"{address}{query}", headers=headers).text
            assert "Drop this message?" in question
            assert "Good *morning* &lt;all&gt;" in question
            assert "Today, 13:00" in question
            assert f'href="{back}"' in question
    assert [message.id for message in scheduled()] == [message_id]


def test_what_went_or_is_anothers_is_not_asked_about(
    cast: Cast, alice: FlaskClient, charlie: FlaskClient, thread_url: str
) -> None:
    message_id = later(cast)
    assert charlie.get(f"/h/seaview/m/{message_id}/unschedule").status_code == 404
    alice.post(f"/h/grand-plaza/m/{message_id}/send-now", headers=HX)
    assert alice.get(f"/h/grand-plaza/m/{message_id}/unschedule", headers=HX).status_code == 409


def test_a_time_that_nobody_touched_stays_to_the_second(
    cast: Cast, alice: FlaskClient, thread_url: str, watch: Clock
) -> None:
    watch.time += timedelta(seconds=17)
    message_id = later(cast, "one")
    data = {"body": "uno", "at": "2026-11-25T13:00"}
    alice.post(f"/h/grand-plaza/m/{message_id}/schedule", data=data)
    assert scheduled()[0].scheduled_for == watch.time + timedelta(hours=1)


def test_a_bad_change_says_why_and_keeps_what_was_typed(
    cast: Cast, alice: FlaskClient, thread_url: str
) -> None:
    message_id = later(cast, "one")
    data = {"body": "uno", "at": "2026-11-24T10:00"}
    answer = alice.post(f"/h/grand-plaza/m/{message_id}/schedule", data=data, headers=HX)
    assert answer.status_code == 422
    assert "over" in answer.text.split('id="wrong-at"')[1]
    assert ">uno</textarea>" in answer.text
    assert scheduled()[0].body == "one"


def test_what_went_meanwhile_cannot_be_changed_and_that_is_said(
    cast: Cast, alice: FlaskClient, thread_url: str
) -> None:
    message_id = later(cast)
    alice.post(f"/h/grand-plaza/m/{message_id}/send-now", headers=HX)
    for address in ("send-now", "unschedule", "schedule"):
        data = {"body": "x", "at": "2026-11-26T10:00"}
        answer = alice.post(f"/h/grand-plaza/m/{message_id}/{address}", data=data, headers=HX)
        assert answer.status_code == 409
        assert "sent meanwhile" in answer.text


def test_the_page_lists_all_of_the_hotel_the_next_one_first(
    cast: Cast, alice: FlaskClient, thread_url: str
) -> None:
    assert "Nothing is scheduled" in alice.get("/h/grand-plaza/scheduled").text
    later(cast, "<b>second</b>", 30)
    later(cast, "first", 2)
    page = alice.get("/h/grand-plaza/scheduled").text
    assert page.index("first") < page.index("&lt;b&gt;second")
    assert f'href="{thread_url}"' in page
    assert "Madrid time, 12:00 now" in page
    assert "/h/grand-plaza/scheduled" in alice.get("/h/grand-plaza/").text


def test_another_hotel_sees_none_of_it(cast: Cast, charlie: FlaskClient, thread_url: str) -> None:
    later(cast, "the secret plan")
    assert "secret" not in charlie.get("/h/seaview/scheduled").text


def test_acts_need_a_post(cast: Cast, alice: FlaskClient, thread_url: str) -> None:
    message_id = later(cast)
    assert alice.get(f"/h/grand-plaza/m/{message_id}/send-now").status_code == 405
    assert alice.get(f"{thread_url}/schedule").status_code == 405


def test_moments_to_come_in_words(cast: Cast, watch: Clock) -> None:
    hotel = db.session.get_one(Hotel, cast.hotel_id)
    words = [
        schedule.due_words(NOON + timedelta(hours=hours), hotel) for hours in (1, 12, 36, 24 * 60)
    ]
    assert words == [
        "Today, 13:00",
        "Tomorrow, 00:00",
        "Fri 27 Nov, 00:00",
        "Sun 24 Jan 2027, 12:00",
    ]
    hotel.timezone = "America/Argentina/Buenos_Aires"
    assert schedule.zone_words(hotel) == "Buenos Aires time, 08:00 now"
    db.session.rollback()
