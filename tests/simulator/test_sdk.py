"""Green API's own public Python SDK works against the simulator, over real HTTP."""

from pathlib import Path

import pytest
from whatsapp_api_client_python.API import GreenAPI

from tests.simulator.conftest import GUEST, SWITCHES, Line
from tests.simulator.listener import wait_until


@pytest.fixture
def api(line: Line) -> GreenAPI:
    line.control("/settings", SWITCHES)
    return GreenAPI(str(line.id_instance), line.token, host=line.url, media=line.url)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_sends_text_files_places_cards_and_polls(
    line: Line, api: GreenAPI, tmp_path: Path
) -> None:
    menu = tmp_path / "menu.pdf"
    menu.write_bytes(b"%PDF-1.4 menu")
    link = api.sending.uploadFile(str(menu)).data["urlFile"]
    answers = [
        api.sending.sendMessage(GUEST, "Good evening"),
        api.sending.sendFileByUrl(GUEST, link, "menu.pdf", caption="Our menu"),
        api.sending.sendFileByUpload(GUEST, str(menu), "again.pdf", "And again"),
        api.sending.sendLocation(GUEST, 40.4, -3.7, nameLocation="Here we are"),
        api.sending.sendContact(GUEST, {"phoneContact": 34910000000, "firstName": "Taxi"}),
        api.sending.sendPoll(GUEST, "When?", [{"optionName": "8"}, {"optionName": "9"}]),
    ]
    assert [one.code for one in answers] == [200] * 6
    assert all(one.data["idMessage"] for one in answers)
    wait_until(lambda: len(line.received()) == 6)
    assert line.control("/calls")["sendMessage"] == {"calls": 1, "200": 1}
    assert line.received()[:3] == ["Good evening", "Our menu", "And again"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_edits_deletes_and_forwards(line: Line, api: GreenAPI) -> None:
    sent = api.sending.sendMessage(GUEST, "Nine").data["idMessage"]
    wait_until(lambda: line.received() == ["Nine"])
    assert api.serviceMethods.editMessage(GUEST, sent, "Eight").data["idMessage"]
    assert line.received() == ["Eight"]
    copies = api.sending.forwardMessages("34600000000@c.us", GUEST, [sent]).data["messages"]
    wait_until(lambda: len(line.received("34600000000@c.us")) == len(copies) == 1)
    assert api.serviceMethods.deleteMessage(GUEST, sent).code == 200
    assert line.control(f"/received?chat_id={GUEST}")[0]["deleted"] is True


def test_it_receives_and_deletes_notifications(line: Line, api: GreenAPI) -> None:
    line.write("Is anybody there?")
    note = api.receiving.receiveNotification().data
    assert note["body"]["typeWebhook"] == "incomingMessageReceived"
    assert api.receiving.deleteNotification(note["receiptId"]).data["result"] is True
    assert api.receiving.receiveNotification(5).data is None


def test_it_reads_journals_and_statuses(line: Line, api: GreenAPI) -> None:
    asked = line.write("Is anybody there?")
    sent = api.sending.sendMessage(GUEST, "Always", quotedMessageId=asked).data["idMessage"]

    def status() -> str:
        return str(api.journals.getMessage(GUEST, sent).data["statusMessage"])

    wait_until(lambda: status() == "read")
    assert api.journals.lastIncomingMessages(60).data[0]["textMessage"] == "Is anybody there?"
    assert api.journals.lastOutgoingMessages().data[0]["idMessage"] == sent
    assert len(api.journals.getChatHistory(GUEST).data) == 2


def test_it_manages_the_account(line: Line, api: GreenAPI) -> None:
    assert api.account.getStateInstance().data == {"stateInstance": "authorized"}
    assert api.account.getSettings().data["incomingWebhook"] == "yes"
    assert api.account.getWaSettings().data["phone"] == "34910000001"
    assert api.account.qr().data["type"] == "alreadyLogged"
    assert api.account.setSettings({"stateWebhook": "no"}).data == {"saveSettings": True}
    wait_until(lambda: line.control("")["state"] == "authorized")
    assert line.control("")["settings"]["stateWebhook"] == "no"
    assert api.account.reboot().data == {"isReboot": True}


def test_it_looks_after_people_queues_and_files(line: Line, api: GreenAPI) -> None:
    photo = line.write(type="image")
    assert api.serviceMethods.checkWhatsapp(447700900318).data["existsWhatsapp"] is True
    assert api.serviceMethods.getContactInfo(GUEST).data["chatId"] == GUEST
    assert api.serviceMethods.getContacts().data[0]["id"] == GUEST
    assert api.serviceMethods.getAvatar(GUEST).data["available"] is False
    assert api.marking.readChat(GUEST, photo).data == {"setRead": True}
    assert line.control("/written")[0]["read_by_hotel"] is True
    gone = {"chat_id": "34600000000@c.us", "exists": False}
    line.control("/guests", gone)
    answer = api.serviceMethods.checkWhatsapp(chatId=gone["chat_id"])
    assert answer.data["existsWhatsapp"] is False
    assert api.queues.showMessagesQueue().data == []
    assert api.queues.clearMessagesQueue().data == {"isCleared": True}
    assert "/_media/" in api.receiving.downloadFile(GUEST, photo).data["downloadUrl"]


def test_its_errors_are_codes_without_a_body(line: Line) -> None:
    stranger = GreenAPI(str(line.id_instance), "0" * 50, host=line.url, media=line.url)
    answer = stranger.account.getStateInstance()
    assert (answer.code, answer.error) == (401, "")
