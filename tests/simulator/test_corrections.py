"""Editing, deleting, forwarding, and the blue ticks that a guest gets."""

from typing import Any

import pytest
import requests

from tests.simulator.conftest import GUEST, SWITCHES, Line
from tests.simulator.listener import Listener, wait_until

OTHER = "34600000000@c.us"
ECHO = "outgoingAPIMessageReceived"
TICKS = ("sent", "delivered", "read")


def arrived(line: Line, text: str, chat_id: str = GUEST) -> str:
    """Send a text and wait until it is on the guest's phone; its idMessage."""
    id_message = line.send(text, chat_id)
    wait_until(lambda: text in line.received(chat_id))
    return id_message


def on_phone(line: Line, chat_id: str = GUEST) -> dict[str, Any]:
    """The last message on the guest's phone."""
    newest: dict[str, Any] = line.control(f"/received?chat_id={chat_id}")[-1]
    return newest


def edit(line: Line, id_message: str, text: str, chat_id: str = GUEST) -> Any:
    body = {"chatId": chat_id, "idMessage": id_message, "message": text}
    return line.call("editMessage", body)


def delete(line: Line, id_message: str, **more: object) -> Any:
    return line.call("deleteMessage", {"chatId": GUEST, "idMessage": id_message, **more})


def test_an_edited_text_is_new_on_the_phone_and_told(line: Line, listener: Listener) -> None:
    id_message = arrived(line, "Breakfast is at nine")
    listener.wait_for(ECHO, *TICKS)
    answer = edit(line, id_message, "Breakfast is at eight")
    listener.wait_for(ECHO, *TICKS, ECHO)
    told = listener.posts[-1].body
    assert answer.json() == {"idMessage": told["idMessage"]} != {"idMessage": id_message}
    assert told["messageData"] == {
        "typeMessage": "editedMessage",
        "editedMessageData": {"textMessage": "Breakfast is at eight", "stanzaId": id_message},
    }
    copy = on_phone(line)
    assert (copy["idMessage"], copy["text"]) == (id_message, "Breakfast is at eight")
    assert [one["text"] for one in copy["edits"]] == ["Breakfast is at nine"]
    newest, original = line.call("lastOutgoingMessages").json()
    assert (newest["typeMessage"], newest["editedMessageId"]) == ("editedMessage", id_message)
    assert (original["textMessage"], original["isEdited"]) == ("Breakfast is at eight", True)


def test_a_deleted_message_is_gone_from_the_phone_and_told_once(
    line: Line, listener: Listener
) -> None:
    id_message = arrived(line, "Wrong guest")
    listener.wait_for(ECHO, *TICKS)
    for _ in range(2):
        answer = delete(line, id_message)
        assert (answer.status_code, answer.content) == (200, b"")
    listener.wait_for(ECHO, *TICKS, ECHO)
    told = listener.posts[-1].body
    assert told["idMessage"] != id_message
    assert told["messageData"] == {
        "typeMessage": "deletedMessage",
        "deletedMessageData": {"stanzaId": id_message},
    }
    assert on_phone(line)["deleted"] is True
    newest, original = line.call("lastOutgoingMessages").json()
    assert newest["deletedMessageId"] == id_message
    assert original["isDeleted"] is True


def test_what_the_sender_deletes_alone_stays_on_the_phone(line: Line, listener: Listener) -> None:
    id_message = arrived(line, "Your room is ready")
    listener.wait_for(ECHO, *TICKS)
    assert delete(line, id_message, onlySenderDelete=True).status_code == 200
    assert "deleted" not in on_phone(line)
    listener.wait_for(ECHO, *TICKS)


def test_without_the_switches_corrections_happen_untold(line: Line, listener: Listener) -> None:
    line.control("/settings", {"editedMessageWebhook": "no", "deletedMessageWebhook": "no"})
    id_message = arrived(line, "Nine")
    listener.wait_for(ECHO, *TICKS)
    edit(line, id_message, "Eight")
    delete(line, id_message)
    assert (on_phone(line)["text"], on_phone(line)["deleted"]) == ("Eight", True)
    listener.wait_for(ECHO, *TICKS)


def test_only_what_the_api_sent_to_that_chat_can_be_corrected(line: Line) -> None:
    line.control("/settings", SWITCHES)
    elsewhere = arrived(line, "For somebody else", OTHER)
    by_phone = line.write("On my way", from_phone=True)
    guests_own = line.write("Hello?")
    for id_message in (elsewhere, by_phone, guests_own, "3EB0UNKNOWN"):
        for answer in (edit(line, id_message, "No"), delete(line, id_message)):
            assert (answer.status_code, answer.text) == (400, "ID message notfound")
    assert line.received(OTHER) == ["For somebody else"]


@pytest.mark.parametrize("late", [True, False])
def test_a_correction_that_whatsapp_does_not_allow_is_taken_and_fails_later(
    line: Line, listener: Listener, late: bool
) -> None:
    if late:
        no_time = {"edit_within_seconds": 0, "delete_within_seconds": 0}
        requests.post(f"{line.url}/_sim/timing", json=no_time, timeout=10)
        id_message = arrived(line, "Nine")
    else:
        place = {"chatId": GUEST, "latitude": 1, "longitude": 2}
        id_message = line.call("sendLocation", place).json()["idMessage"]
    listener.wait_for(ECHO, *TICKS)
    answer = edit(line, id_message, "Eight")
    listener.wait_for(ECHO, *TICKS, "failed")
    assert answer.json() == {"idMessage": listener.posts[-1].body["idMessage"]}
    assert "edits" not in on_phone(line)
    if late:
        assert delete(line, id_message).status_code == 200
        assert "deleted" not in on_phone(line)


@pytest.mark.parametrize("method", ["editMessage", "deleteMessage"])
def test_a_correction_needs_a_linked_phone_and_all_its_fields(line: Line, method: str) -> None:
    assert line.call(method, {"chatId": GUEST, "message": "x"}).status_code == 400
    assert line.call(method, {"chatId": "nobody", "idMessage": "1"}).status_code == 400
    line.control("/state", {"state": "notAuthorized"})
    answer = line.call(method, {"chatId": GUEST, "idMessage": "1", "message": "x"})
    assert answer.text == "instance account not authorized"


def test_forwards_are_marked_and_leave_in_order(line: Line, listener: Listener) -> None:
    asked = line.write("Where is the pool?")
    photo = line.write(type="image", text="Look")
    answered = line.call(
        "sendMessage", {"chatId": GUEST, "message": "Upstairs", "quotedMessageId": asked}
    ).json()["idMessage"]
    wait_until(lambda: line.received() == ["Upstairs"])
    body = {"chatId": OTHER, "chatIdFrom": GUEST, "messages": [photo, asked, answered]}
    copies = line.call("forwardMessages", body).json()["messages"]
    wait_until(lambda: line.received(OTHER) == ["Look", "Where is the pool?", "Upstairs"])
    rows = line.control(f"/received?chat_id={OTHER}")
    assert [row["idMessage"] for row in rows] == copies
    assert not {photo, asked, answered} & set(copies)
    first, second, third = (row["content"] for row in rows)
    assert (first["isForwarded"], first["forwardingScore"]) == (True, 1)
    assert second["extendedTextMessage"]["isForwarded"] is True
    assert "quotedMessage" not in third
    wait_until(lambda: listener.kinds().count("read") == 4)
    again = {"chatId": GUEST, "chatIdFrom": OTHER, "messages": copies[:1]}
    line.call("forwardMessages", again)
    wait_until(lambda: len(line.received()) == 2)
    assert on_phone(line)["content"]["forwardingScore"] == 2


def test_a_forward_of_something_unknown_sends_nothing(line: Line) -> None:
    line.control("/settings", SWITCHES)
    known = line.write("hello")
    body = {"chatId": OTHER, "chatIdFrom": GUEST, "messages": [known, "3EB0UNKNOWN"]}
    for wrong in (body, {**body, "chatIdFrom": OTHER, "messages": [known]}):
        answer = line.call("forwardMessages", wrong)
        assert (answer.status_code, answer.text) == (400, "ID message notfound")
    assert line.call("forwardMessages", {**body, "messages": []}).status_code == 400
    assert line.call("getMessagesCount").json() == {"count": 0}


def test_a_waiting_forward_is_named_as_such_in_the_queue(line: Line) -> None:
    line.control("/settings", SWITCHES)
    known = line.write("hello")
    line.control("/state", {"state": "notAuthorized"})
    body = {"chatId": OTHER, "chatIdFrom": GUEST, "messages": [known]}
    (copy,) = line.call("forwardMessages", body).json()["messages"]
    (queued,) = line.call("showMessagesQueue").json()
    assert (queued["type"], queued["messagesIDs"]) == ("ForwardMessages", [copy])


def blue(line: Line) -> list[bool]:
    return [one["read_by_hotel"] for one in line.control(f"/written?chat_id={GUEST}")]


def test_reading_gives_blue_ticks_to_one_message_or_all(line: Line) -> None:
    line.write("somebody else's", OTHER)
    ids = [line.write(text) for text in ("one", "two", "three")]
    assert line.call("readChat", {"chatId": GUEST, "idMessage": ids[1]}).json() == {"setRead": True}
    assert blue(line) == [False, True, False]
    line.call("readChat", {"chatId": GUEST})
    assert blue(line) == [True, True, True]
    counts = {one["chat_id"]: one["unread_by_hotel"] for one in line.control("/guests")}
    assert counts == {GUEST: 0, OTHER: 1}


@pytest.mark.parametrize(
    ("settings", "first", "after_reply"),
    [
        ({}, False, False),
        ({"markIncomingMessagesReaded": "yes"}, True, True),
        ({"markIncomingMessagesReadedOnReply": "yes"}, False, True),
        (
            {"markIncomingMessagesReaded": "yes", "markIncomingMessagesReadedOnReply": "yes"},
            False,
            True,
        ),
    ],
)
def test_blue_ticks_by_the_settings(
    line: Line, settings: dict[str, str], first: bool, after_reply: bool
) -> None:
    if settings:
        line.control("/settings", settings)
    line.write("hello")
    assert blue(line) == [first]
    arrived(line, "Good evening")
    assert blue(line) == [after_reply]
