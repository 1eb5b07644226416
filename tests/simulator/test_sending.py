"""The send queue, what reaches the guest, and the ticks."""

import base64
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import requests

from tests.simulator.conftest import GUEST, Line
from tests.simulator.listener import Listener, wait_until


def test_a_send_is_echoed_and_its_ticks_move(line: Line, listener: Listener) -> None:
    id_message = line.send("Your room is ready")
    listener.wait_for("outgoingAPIMessageReceived", "sent", "delivered", "read")
    echo = listener.posts[0].body
    assert echo["idMessage"] == id_message
    assert echo["messageData"]["typeMessage"] == "extendedTextMessage"
    assert echo["messageData"]["extendedTextMessageData"]["text"] == "Your room is ready"
    assert echo["senderData"]["chatId"] == GUEST
    assert echo["senderData"]["sender"] == echo["instanceData"]["wid"]
    assert all(one.body["idMessage"] == id_message for one in listener.posts)
    assert "senderData" not in listener.posts[1].body


def test_sends_leave_in_order_with_the_delay_between_them(line: Line) -> None:
    line.control("/settings", {"delaySendMessagesMilliseconds": 3000})
    texts = [f"message {number}" for number in range(5)]
    for text in texts:
        line.send(text)
    assert line.call("getMessagesCount").json()["count"] >= 3
    wait_until(lambda: line.received() == texts)
    times = [one["received_at"] for one in line.control("/received")]
    assert all(later - sooner >= 0.055 for sooner, later in pairwise(times))


def test_many_clients_at_once_keep_the_order_of_each_chat(line: Line) -> None:
    chats = [f"4477009001{number:02}@c.us" for number in range(5)]
    texts = [str(number) for number in range(8)]
    with ThreadPoolExecutor(max_workers=5) as pool:
        list(pool.map(lambda chat: [line.send(text, chat) for text in texts], chats))
    wait_until(lambda: len(line.control("/received")) == 40)
    assert all(line.received(chat) == texts for chat in chats)


def test_messages_wait_while_no_phone_is_linked(line: Line) -> None:
    line.control("/state", {"state": "notAuthorized"})
    line.send("See you at breakfast")
    queue = line.call("showMessagesQueue").json()
    assert queue[0]["type"] == "sendMessage"
    assert queue[0]["body"]["message"] == "See you at breakfast"
    assert line.received() == []
    line.control("/state", {"state": "authorized"})
    wait_until(lambda: line.received() == ["See you at breakfast"])


def test_a_cleared_queue_sends_nothing(line: Line) -> None:
    line.control("/state", {"state": "notAuthorized"})
    line.send("never")
    assert line.call("clearMessagesQueue").json() == {"isCleared": True}
    line.control("/state", {"state": "authorized"})
    line.send("always")
    wait_until(lambda: line.received() == ["always"])


def test_a_reply_to_a_guest_is_quoted_on_their_phone(line: Line, listener: Listener) -> None:
    id_message = line.write("Is the pool open?")
    body = {"chatId": GUEST, "message": "Until ten", "quotedMessageId": id_message}
    assert line.call("sendMessage", body).status_code == 200
    wait_until(lambda: line.received() == ["Until ten"])
    received = line.control("/received")[0]
    assert received["quotedMessageId"] == id_message
    assert received["content"]["quotedMessage"]["textMessage"] == "Is the pool open?"
    assert received["content"]["quotedMessage"]["participant"] == GUEST


def test_a_quote_of_an_unknown_message_is_dropped(line: Line) -> None:
    body = {"chatId": GUEST, "message": "Until ten", "quotedMessageId": "3EB0UNKNOWN"}
    line.call("sendMessage", body)
    wait_until(lambda: line.received() == ["Until ten"])
    assert line.control("/received")[0]["quotedMessageId"] == ""


def test_files_places_and_cards_reach_the_guest(line: Line) -> None:
    uploaded = line.call(
        "sendFileByUpload",
        verb="POST",
        data={"chatId": GUEST, "caption": "Menu"},
        files={"file": ("menu.pdf", b"%PDF-1.4 menu", "application/pdf")},
    ).json()
    by_url = {"chatId": GUEST, "urlFile": uploaded["urlFile"], "fileName": "again.jpg"}
    assert line.call("sendFileByUrl", by_url).status_code == 200
    place = {"chatId": GUEST, "latitude": 40.4, "longitude": -3.7, "nameLocation": "Us"}
    assert line.call("sendLocation", place).status_code == 200
    card = {"chatId": GUEST, "contact": {"phoneContact": 34910000000, "firstName": "Taxi"}}
    assert line.call("sendContact", card).status_code == 200
    wait_until(lambda: len(line.received()) == 4)
    kinds = [one["type"] for one in line.control("/received")]
    assert kinds == ["documentMessage", "imageMessage", "locationMessage", "contactMessage"]
    assert requests.get(uploaded["urlFile"], timeout=10).content == b"%PDF-1.4 menu"


def test_a_file_that_cannot_be_fetched_is_a_500_in_words(line: Line) -> None:
    body = {"chatId": GUEST, "urlFile": "http://127.0.0.1:9/x.pdf", "fileName": "x.pdf"}
    answer = line.call("sendFileByUrl", body)
    assert (answer.status_code, answer.text) == (500, "File unavailable")


def test_a_number_without_whatsapp_is_told_with_all_switches_off(
    line: Line, listener: Listener
) -> None:
    line.control("/settings", {"outgoingWebhook": "no", "outgoingAPIMessageWebhook": "no"})
    line.control("/faults", {"no_account": ["34600000000@c.us"], "failed": [GUEST]})
    line.send("Anybody there?", "34600000000@c.us")
    line.send("And you?")
    listener.wait_for("noAccount", "failed")
    assert listener.posts[1].body["description"] == "SWE004: 1000"
    assert line.control("/received") == []


def test_a_yellow_card_takes_messages_and_loses_them(line: Line, listener: Listener) -> None:
    line.control("/faults", {"yellowCard": True})
    line.send("Nobody will read this")
    listener.wait_for("stateInstanceChanged", "yellowCard")
    assert line.received() == []
    line.control("/faults", verb="DELETE")
    line.send("But this")
    wait_until(lambda: line.received() == ["But this"])


def test_one_tick_while_the_phone_is_off_and_two_when_it_is_on(
    line: Line, listener: Listener
) -> None:
    line.control("/guests", {"chat_id": GUEST, "phone_on": False, "reads": "manual"})
    line.send("Good night")
    listener.wait_for("outgoingAPIMessageReceived", "sent")
    line.control("/guests", {"chat_id": GUEST, "phone_on": True})
    listener.wait_for("outgoingAPIMessageReceived", "sent", "delivered")
    assert line.control("/read", {"chat_id": GUEST}) == {"read": 1}
    listener.wait_for("outgoingAPIMessageReceived", "sent", "delivered", "read")


def test_an_upload_can_be_sent_later(line: Line) -> None:
    headers = {"Content-Type": "image/webp", "GA-Filename": "sticker.webp"}
    answer = line.call(
        "uploadFile", verb="POST", data=base64.b64decode("UklGRg=="), headers=headers
    )
    body = {"chatId": GUEST, "urlFile": answer.json()["urlFile"], "fileName": "sticker.webp"}
    assert line.call("sendFileByUrl", body).status_code == 200
    wait_until(lambda: [one["type"] for one in line.control("/received")] == ["stickerMessage"])
