"""The journals speak their own dialect, and may be late."""

from tests.simulator.conftest import GUEST, Line
from tests.simulator.listener import Listener, wait_until


def test_a_message_of_ours_is_there_with_its_status(line: Line, listener: Listener) -> None:
    id_message = line.send("Breakfast is until ten")
    listener.wait_for("outgoingAPIMessageReceived", "sent", "delivered", "read")
    found = line.call("getMessage", {"chatId": GUEST, "idMessage": id_message}).json()
    assert found["type"] == "outgoing"
    assert found["typeMessage"] == "extendedTextMessage"
    assert found["textMessage"] == "Breakfast is until ten"
    assert found["statusMessage"] == "read"
    assert found["sendByApi"] is True
    assert "messageData" not in found


def test_what_is_not_there_is_told_in_their_spelling(line: Line, listener: Listener) -> None:
    ask = {"chatId": GUEST, "idMessage": "3EB0"}
    assert line.call("getMessage", ask).text == "chatId not found"
    line.write("hello")
    answer = line.call("getMessage", ask)
    assert (answer.status_code, answer.text) == (400, "ID message notfound")


def test_the_last_messages_come_newest_first_and_flat(line: Line, listener: Listener) -> None:
    line.write("one", sender_name="Emma")
    line.write("two")
    line.write(type="location", latitude=1.0, longitude=2.0, timestamp=1_600_000_000)
    found = line.call("lastIncomingMessages", params={"minutes": 60}).json()
    assert [one["textMessage"] for one in found] == ["two", "one"]
    assert (found[1]["senderId"], found[1]["senderName"]) == (GUEST, "Emma")
    history = line.call("getChatHistory", {"chatId": GUEST, "count": 10}).json()
    assert [one["typeMessage"] for one in history] == ["textMessage"] * 2 + ["locationMessage"]
    assert history[2]["location"]["latitude"] == 1.0


def test_journals_lag_when_told_to(line: Line, listener: Listener) -> None:
    line.control("/faults", {"journal_lag_seconds": 60})
    line.send("unseen yet")
    wait_until(lambda: line.received() == ["unseen yet"])
    assert line.call("lastOutgoingMessages").json() == []
    line.control("/faults", {"journal_lag_seconds": False})
    line.control("/faults", {"journal_lag_seconds": 0})
    found = _outgoing_after_a_second(line)
    assert found[0]["textMessage"] == "unseen yet"


def test_a_lost_status_webhook_still_is_in_the_journal(line: Line, listener: Listener) -> None:
    line.control("/faults", {"lost_status": ["delivered", "read"]})
    id_message = line.send("hello")
    ask = {"chatId": GUEST, "idMessage": id_message}
    wait_until(lambda: line.call("getMessage", ask).json().get("statusMessage") == "read")
    assert listener.kinds() == ["outgoingAPIMessageReceived", "sent"]


def test_nothing_is_written_while_every_switch_is_off(line: Line) -> None:
    line.write("unheard")
    assert line.call("lastIncomingMessages").json() == []


def _outgoing_after_a_second(line: Line) -> list[dict[str, str]]:
    """lastOutgoingMessages once its limit of one a second allows."""
    answers: list[list[dict[str, str]]] = []

    def asked() -> bool:
        answer = line.call("lastOutgoingMessages")
        if answer.status_code == 200:
            answers.append(answer.json())
        return bool(answers)

    wait_until(asked)
    return answers[0]
