"""How webhooks come: one at a time, in order, until exactly 200."""

from typing import Any

import pytest
import requests

from tests.simulator.conftest import GUEST, Line
from tests.simulator.listener import Listener, wait_until


def test_a_guest_message_comes_in_the_documented_envelope(line: Line, listener: Listener) -> None:
    id_message = line.write("¿Hay piscina?", sender_name="Carmen", timestamp=1_790_000_000)
    listener.wait_for("incomingMessageReceived")
    assert listener.posts[0].body == {
        "typeWebhook": "incomingMessageReceived",
        "instanceData": {
            "idInstance": line.id_instance,
            "wid": "34910000001@c.us",
            "typeInstance": "whatsapp",
        },
        "timestamp": 1_790_000_000,
        "idMessage": id_message,
        "senderData": {
            "chatId": GUEST,
            "chatName": "Carmen",
            "sender": GUEST,
            "senderName": "Carmen",
            "senderContactName": "",
        },
        "messageData": {
            "typeMessage": "textMessage",
            "textMessageData": {"textMessage": "¿Hay piscina?", "isTemplateMessage": False},
        },
    }


@pytest.mark.parametrize(
    ("saved", "sent"),
    [("abc", "Bearer abc"), ("Basic abc", "Basic abc"), ("Bearer abc", "Bearer abc"), ("", None)],
)
def test_the_token_is_the_only_credential(
    line: Line, listener: Listener, saved: str, sent: str | None
) -> None:
    line.control("/settings", {"webhookUrlToken": saved})
    line.write("hello")
    listener.wait_for("incomingMessageReceived")
    headers = listener.posts[0].headers
    assert headers.get("Authorization") == sent
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert not [name for name in headers if "signature" in name.lower()]


@pytest.mark.parametrize("refusal", [500, 404, 201, 204, 302])
def test_anything_but_200_brings_the_same_body_back_before_the_next(
    line: Line, listener: Listener, refusal: int
) -> None:
    listener.answers = [refusal]
    line.write("first")
    line.write("second")
    listener.wait_for(*["incomingMessageReceived"] * 3)
    first, again, second = listener.posts
    assert first.raw == again.raw != second.raw
    assert again.at - first.at >= 0.2
    attempts = line.control("/webhooks")[0]["attempts"]
    assert [one["code"] for one in attempts] == [refusal, 200]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x", "nowhere", "http://[bad", "http://h:port/", "ftp://x"]
)
def test_an_address_that_nobody_answers_is_tried_again(
    line: Line, listener: Listener, url: str
) -> None:
    line.control("/settings", {"webhookUrl": url})
    line.write("hello")
    wait_until(lambda: len(line.control("/webhooks")[0]["attempts"]) >= 1)
    attempt = line.control("/webhooks")[0]["attempts"][0]
    assert (attempt["code"], bool(attempt["error"])) == (0, True)
    line.control("/settings", {"webhookUrl": f"{listener.url}?a=b"})
    listener.wait_for("incomingMessageReceived")


def test_a_refused_webhook_can_hold_back_only_those_of_its_type(
    line: Line, listener: Listener
) -> None:
    line.control("/faults", {"type_blocking": True})
    listener.answers = [500]
    line.write("first")
    line.write("second")
    line.send("not held back")
    wait_until(lambda: len(listener.posts) >= 7)
    incoming = [n for n, kind in enumerate(listener.kinds()) if kind == "incomingMessageReceived"]
    assert len(incoming) == 3
    assert listener.kinds().index("sent") < incoming[1]
    assert listener.posts[incoming[0]].raw == listener.posts[incoming[1]].raw


def test_after_a_day_a_webhook_is_lost(line: Line, listener: Listener) -> None:
    requests.post(f"{line.url}/_sim/timing", json={"keep_seconds": 5}, timeout=10)
    listener.answers = [500]
    line.write("too late")
    wait_until(lambda: line.control("/webhooks")[0]["state"] == "expired")
    line.write("in time")
    wait_until(lambda: line.control("/webhooks")[1]["state"] == "delivered")
    assert len(listener.posts) == 2


def test_only_one_webhook_is_on_its_way_at_a_time(line: Line, listener: Listener) -> None:
    listener.dawdle = 0.02
    for number in range(6):
        line.write(str(number))
    wait_until(lambda: len(listener.posts) == 6)
    texts = [one.body["messageData"]["textMessageData"]["textMessage"] for one in listener.posts]
    assert texts == ["0", "1", "2", "3", "4", "5"]
    assert listener.most_busy == 1


def test_a_switch_that_is_off_sends_nothing(line: Line, listener: Listener) -> None:
    line.control("/settings", {"incomingWebhook": "no", "outgoingAPIMessageWebhook": "no"})
    line.write("unheard")
    line.send("Hello")
    listener.wait_for("sent", "delivered", "read")


def test_what_the_hotel_types_on_its_phone_is_told(line: Line, listener: Listener) -> None:
    line.write("On my way up", from_phone=True)
    listener.wait_for("outgoingMessageReceived", "sent")
    assert listener.posts[0].body["senderData"]["sender"] == "34910000001@c.us"
    assert listener.posts[1].body["sendByApi"] is False


def test_duplicates_reorders_pauses_and_losses_can_be_had(line: Line, listener: Listener) -> None:
    line.control("/faults", {"duplicate_webhooks": {"copies": 2, "times": 1}})
    line.write("thrice")
    wait_until(lambda: len(listener.posts) == 3)
    assert len({one.raw for one in listener.posts}) == 1
    line.control("/faults", {"reorder_webhooks": {"times": 1}})
    first, second = line.write("one"), line.write("two")
    wait_until(lambda: len(listener.posts) == 5)
    assert [one.body["idMessage"] for one in listener.posts[3:]] == [second, first]
    line.control("/faults", {"webhooks_paused": True, "lost_webhook": {"times": 1}})
    line.write("lost")
    kept = line.write("kept")
    assert line.call("getWebhooksCount").json() == {"count": 1}
    line.control("/faults", {"webhooks_paused": False})
    wait_until(lambda: len(listener.posts) == 6)
    assert listener.posts[5].body["idMessage"] == kept


def test_copies_can_come_at_the_same_moment(line: Line, listener: Listener) -> None:
    listener.dawdle = 0.05
    line.control("/faults", {"parallel_duplicates": {"copies": 4, "times": 1}})
    line.write("all at once")
    wait_until(lambda: len(listener.posts) == 4 and listener.busy == 0)
    assert listener.most_busy >= 2


def test_a_status_can_overtake_the_answer_to_its_own_send(line: Line, listener: Listener) -> None:
    line.control("/faults", {"status_before_answer": True})
    id_message = line.send("quick")
    assert listener.kinds()[:2] == ["outgoingAPIMessageReceived", "sent"]
    assert listener.posts[1].body["idMessage"] == id_message


def test_every_kind_of_message_has_its_type(line: Line, listener: Listener) -> None:
    letters: dict[str, dict[str, Any]] = {
        "extendedTextMessage": {"type": "extended", "text": "https://example.com"},
        "imageMessage": {"type": "image", "text": "look"},
        "locationMessage": {"type": "location", "latitude": 1.5, "longitude": 2.5},
        "contactMessage": {"type": "contact", "name": "Ann", "phone": "447700900000"},
        "orderMessage": {"type": "raw", "messageData": {"typeMessage": "orderMessage"}},
    }
    for letter in letters.values():
        line.write(**letter)
    wait_until(lambda: len(listener.posts) == len(letters))
    data = [one.body["messageData"] for one in listener.posts]
    assert [one["typeMessage"] for one in data] == list(letters)
    assert data[1]["fileMessageData"]["caption"] == "look"
    assert data[2]["locationMessageData"]["latitude"] == 1.5
    assert "waid=447700900000" in data[3]["contactMessageData"]["vcard"]


@pytest.mark.parametrize(
    ("kind", "type_message"),
    [
        ("image", "imageMessage"),
        ("voice", "audioMessage"),
        ("document", "documentMessage"),
        ("video", "videoMessage"),
        ("sticker", "stickerMessage"),
    ],
)
def test_a_file_can_be_fetched_from_its_link(
    line: Line, listener: Listener, kind: str, type_message: str
) -> None:
    line.write(type=kind)
    listener.wait_for("incomingMessageReceived")
    data = listener.posts[0].body["messageData"]
    assert data["typeMessage"] == type_message
    answer = requests.get(data["fileMessageData"]["downloadUrl"], timeout=10)
    assert answer.headers["Content-Type"] == data["fileMessageData"]["mimeType"]
    assert len(answer.content) > 500


def test_a_quote_repeats_what_it_answers(line: Line, listener: Listener) -> None:
    quoted = line.send("Your table is at eight")
    wait_until(lambda: len(listener.posts) == 4)
    line.write("Make it nine", type="quoted", quoted_id=quoted)
    line.write(type="reaction", emoji="👍", quoted_id=quoted)
    wait_until(lambda: len(listener.posts) == 6)
    answer, reaction = (one.body["messageData"] for one in listener.posts[4:])
    assert answer["typeMessage"] == "quotedMessage"
    assert answer["extendedTextMessageData"]["text"] == "Make it nine"
    assert answer["quotedMessage"]["textMessage"] == "Your table is at eight"
    assert answer["quotedMessage"]["participant"] == "34910000001@c.us"
    assert reaction["typeMessage"] == "reactionMessage"
    assert "typeMessage" not in reaction["quotedMessage"]


def test_in_a_group_the_sender_is_the_member(line: Line, listener: Listener) -> None:
    group = "120363043968066561@g.us"
    line.write("We land at six", group, sender=GUEST, sender_name="Emma", chat_name="Wedding")
    listener.wait_for("incomingMessageReceived")
    sender = listener.posts[0].body["senderData"]
    assert (sender["chatId"], sender["sender"]) == (group, GUEST)
    assert (sender["chatName"], sender["senderName"]) == ("Wedding", "Emma")


def test_downloading_renews_a_dead_link(line: Line, listener: Listener) -> None:
    line.control("/faults", {"dead_link": {"times": 1}})
    id_message = line.write(type="image")
    listener.wait_for("incomingMessageReceived")
    url = listener.posts[0].body["messageData"]["fileMessageData"]["downloadUrl"]
    assert requests.get(url, timeout=10).status_code == 404
    fresh = line.call("downloadFile", {"chatId": GUEST, "idMessage": id_message}).json()
    assert requests.get(fresh["downloadUrl"], timeout=10).content.startswith(b"\xff\xd8")
