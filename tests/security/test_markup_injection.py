"""Whatever a guest writes, sends or is called: it is text on the screen, and nothing but text."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import Attachment, Conversation, Guest, Message
from inbox.services.intake import receiving
from tests.cast.guest import incoming
from tests.cast.people import Cast

EVIL = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='alert(1)",
    "</textarea></title></style><svg/onload=alert(1)>",
    "<hx-partial hx-target='#thread'><b>gone</b></hx-partial>",
    "javascript:alert(1)",
    'https://x.example/"onmouseover="alert(1)',
    "www.x.example/<script>alert(1)</script>",
    "*<b>bold</b>* _<i>it</i>_ ```<script>alert(1)</script>```",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202etxet desrever\u202c",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
)


class Seen(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.scripts: list[dict[str, str | None]] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "script":
            self.scripts.append(dict(attrs))
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def look(html: str) -> Seen:
    seen = Seen()
    seen.feed(html)
    seen.close()
    return seen


def assert_harmless(html: str) -> None:
    """Only our own scripts, no handler and no script address anywhere."""
    seen = look(html)
    assert all(script.get("src") for script in seen.scripts), seen.scripts
    assert all(str(script["src"]).startswith(("/static/", "https://cdn.jsdelivr.net/"))
               for script in seen.scripts)  # fmt: skip
    assert not [name for name in seen.attributes if name.startswith("on") or name == "style"]
    assert not [
        link for link in seen.links if link.strip().lower().startswith(("javascript", "data:text"))
    ]
    assert not seen.tags & {"iframe", "object", "embed", "base"}
    assert "<script>alert" not in html
    assert "onerror='alert" not in html.replace("&#39;", "&apos;").replace("&#34;", "&quot;")
    assert "49 $" not in html


def messages_of(kind: str, evil: str) -> dict[str, object]:
    if kind == "text":
        return {"typeMessage": "textMessage", "textMessageData": {"textMessage": evil}}
    if kind == "location":
        place = {"nameLocation": evil, "address": evil, "latitude": 1.5, "longitude": 2.5}
        return {"typeMessage": "locationMessage", "locationMessageData": place}
    if kind == "contact":
        vcard = f"BEGIN:VCARD\nFN:{evil}\nTEL;waid={evil}:{evil}\nEND:VCARD"
        card = {"displayName": evil, "vcard": vcard}
        return {"typeMessage": "contactMessage", "contactMessageData": card}
    if kind == "quote":
        return {
            "typeMessage": "quotedMessage",
            "extendedTextMessageData": {"text": evil, "stanzaId": "Z1", "participant": "1@c.us"},
            "quotedMessage": {"stanzaId": "Z1", "typeMessage": "textMessage", "textMessage": evil},
        }
    if kind == "unknown":
        return {"typeMessage": evil, "extendedTextMessageData": {"text": evil}}
    file = {"downloadUrl": "", "caption": evil, "fileName": f"{evil}.html", "mimeType": evil}
    return {"typeMessage": f"{kind}Message", "fileMessageData": file}


KINDS = ("text", "location", "contact", "quote", "unknown", "image", "document", "video", "audio")


def pages(client: FlaskClient, slug: str, conversation_id: int) -> dict[str, str]:
    talk = f"/h/{slug}/c/{conversation_id}"
    fragment = {"HX-Request": "true"}
    return {
        "list": client.get(f"/h/{slug}/").text,
        "thread": client.get(talk).text,
        "thread fragment": client.get(talk, headers=fragment).text,
        "rows": client.get(f"/h/{slug}/list").text,
        "changes": client.get(f"/h/{slug}/changes?since=1&open={conversation_id}").text,
        "changes anew": client.get(f"/h/{slug}/changes?since=999&open={conversation_id}").text,
    }


@pytest.mark.parametrize("state", ["waiting", "ready", "failed"])
@pytest.mark.parametrize("chat_id", ["447700900318@c.us", "120363043968066561@g.us"])
def test_whatever_a_guest_sends_is_text(
    cast: Cast,
    alice: FlaskClient,
    guest_writes: Callable[..., Conversation],
    state: str,
    chat_id: str,
) -> None:
    number = 0
    for evil in EVIL:
        for kind in KINDS:
            number += 1
            data = messages_of(kind, evil)
            talk = guest_writes(f"A{number}", name=evil, chat_id=chat_id, messageData=data)
    talk_id = talk.id
    db.session.rollback()
    for file in db.session.scalars(select(Attachment)):
        file.state, file.failure_text, file.storage_key = state, "It is broken.", "a" * 40
    db.session.commit()
    for where, html in pages(alice, cast.slug, talk_id).items():
        assert html, where
        assert_harmless(html)
    assert "&lt;script&gt;" in alice.get(f"/h/{cast.slug}/c/{talk_id}").text


@pytest.mark.parametrize("evil", EVIL)
def test_whatever_a_guest_is_called_is_text(
    cast: Cast, alice: FlaskClient, guest_writes: Callable[..., Conversation], evil: str
) -> None:
    talk_id = guest_writes("A1", evil, name=evil).id
    assert db.session.scalars(select(Guest.name)).one() == evil
    db.session.rollback()
    for html in pages(alice, cast.slug, talk_id).values():
        assert_harmless(html)
    title = re.search(r"<title>(.*?)</title>", alice.get(f"/h/{cast.slug}/c/{talk_id}").text)
    assert title is not None
    assert "<" not in title[1]


@pytest.mark.parametrize("evil", EVIL)
def test_whatever_is_typed_comes_back_as_text(
    cast: Cast, alice: FlaskClient, guest_writes: Callable[..., Conversation], evil: str
) -> None:
    talk_id = guest_writes("A1").id
    reply = f"/h/{cast.slug}/c/{talk_id}/reply"
    for headers in ({}, {"HX-Request": "true"}):
        for client_ref in (f"r-{len(headers)}", "", evil * 100):
            data = {"body": evil, "client_ref": client_ref, "quoted": ""}
            assert_harmless(alice.post(reply, data=data, headers=headers).text)
    for query in ("q", "view", "before", "since", "open", "next"):
        for address in (f"/h/{cast.slug}/", f"/h/{cast.slug}/changes", "/sign-in", "/x"):
            asked = alice.get(address, query_string={"since": "0", query: evil})
            assert asked.status_code < 500
            assert_harmless(asked.text)
    assert_harmless(alice.get(f"/h/{evil}/".replace("//", "")).text)


def test_the_sign_in_form_gives_back_text(app: object, charlie: FlaskClient) -> None:
    charlie.post("/sign-out")
    for evil in EVIL:
        data = {"email": evil, "password": evil, "next": evil}
        answer = charlie.post("/sign-in", data=data)
        assert_harmless(answer.text)
        assert f'value="{evil}"' not in answer.text or not set(evil) & set("<>\"'")


def test_a_link_is_a_link_to_the_web_and_leaks_nothing(
    cast: Cast, alice: FlaskClient, guest_writes: Callable[..., Conversation]
) -> None:
    text = "see https://hotel.example/a?b=1&c=2 and javascript:alert(1) and ftp://x.example/"
    talk_id = guest_writes("A1", text).id
    html = alice.get(f"/h/{cast.slug}/c/{talk_id}").text
    found = re.findall(r'<a href="([^"]+)" target="_blank" rel="([^"]+)">', html)
    assert ("https://hotel.example/a?b=1&amp;c=2", "noopener noreferrer nofollow") in found
    assert not [href for href, _ in found if not href.startswith("http")]


def test_every_page_forbids_what_it_does_not_need(cast: Cast, alice: FlaskClient) -> None:
    for address in (f"/h/{cast.slug}/", "/sign-in", "/nowhere", "/healthz", "/api/v1/x"):
        headers = alice.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "object-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_a_page_holds_no_script_of_its_own(cast: Cast, alice: FlaskClient) -> None:
    """The policy would not run it, and htmx must not be led to evaluate attributes either."""
    html = alice.get(f"/h/{cast.slug}/").text
    assert not re.search(r"\shx-on[:-]|\sonclick=|\sstyle=|js:|javascript:", html)


def test_what_a_guest_cannot_be_read_from_stays_out_of_sight(
    cast: Cast, alice: FlaskClient
) -> None:
    body = json.dumps(incoming("A1", messageData=messages_of("unknown", EVIL[0]))).encode()
    receiving.receive(cast.instance_id, body)
    message = db.session.scalars(select(Message)).one()
    html = alice.get(f"/h/{cast.slug}/c/{message.conversation_id}").text
    assert_harmless(html)
