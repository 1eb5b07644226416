"""The account of an instance: settings, state, linking, queues."""

from inbox.simulator.calls import Answer, Call, Method, json_answer
from inbox.simulator.contents import Json
from inbox.simulator.outbox import Outgoing
from inbox.simulator.qr import qr_picture
from inbox.simulator.settings import check_settings

_LINKED = ("authorized", "yellowCard", "suspended")


def get_settings(call: Call) -> Answer:
    """All settings as saved, in force or not yet."""
    return json_answer(call.instance.settings)


def set_settings(call: Call) -> Answer:
    """Save some settings; they take effect after the reboot that this starts."""
    changes = call.json()
    if complaint := check_settings(changes):
        raise call.failed(complaint)
    call.instance.save_settings(changes)
    return json_answer({"saveSettings": True})


def get_state_instance(call: Call) -> Answer:
    """authorized, notAuthorized, starting, yellowCard and so on."""
    return json_answer({"stateInstance": call.instance.state})


def get_status_instance(call: Call) -> Answer:
    """Whether the socket to WhatsApp is open."""
    online = call.instance.state in _LINKED
    return json_answer({"statusInstance": "online" if online else "offline"})


def get_state_instance_history(call: Call) -> Answer:
    """The state changes, newest first."""
    phone = call.instance.wid.split("@")[0]
    history = [{**one, "phoneNumber": phone} for one in call.instance.state_history]
    return json_answer(history[::-1][:100])


def get_wa_settings(call: Call) -> Answer:
    """Who is linked."""
    instance = call.instance
    linked = instance.state in _LINKED
    found = {
        "avatar": "",
        "phone": instance.wid.split("@")[0] if linked else "",
        "stateInstance": instance.state,
        "deviceId": f"{instance.wid.split('@')[0]}:1@s.whatsapp.net" if linked else "",
        "base64Avatar": "",
        "chatId": instance.wid if linked else "",
    }
    return json_answer(found)


def qr(call: Call) -> Answer:
    """A picture to scan, or that nothing needs scanning."""
    if call.instance.state in _LINKED:
        return json_answer(
            {"type": "alreadyLogged", "message": "instance account already authorized"}
        )
    if call.instance.state != "notAuthorized":
        return json_answer({"type": "error", "message": "instance in starting process try later"})
    return json_answer({"type": "qrCode", "message": qr_picture()})


def reboot(call: Call) -> Answer:
    """Restart; a yellow card is gone afterwards, until the next send."""
    call.instance.restart()
    return json_answer({"isReboot": True})


def logout(call: Call) -> Answer:
    """Unlink the phone; what is queued waits for the next one."""
    call.instance.set_state("notAuthorized")
    return json_answer({"isLogout": True})


def show_messages_queue(call: Call) -> Answer:
    """What waits to be sent."""
    return json_answer([_queued(one) for one in call.instance.outbox.waiting()])


def clear_messages_queue(call: Call) -> Answer:
    """Drop what waits to be sent."""
    call.instance.outbox.clear()
    return json_answer({"isCleared": True})


def get_messages_count(call: Call) -> Answer:
    """How many wait to be sent."""
    return json_answer({"count": len(call.instance.outbox.waiting())})


def get_webhooks_count(call: Call) -> Answer:
    """How many notifications wait."""
    return json_answer({"count": call.instance.webhooks.waiting()})


def _queued(outgoing: Outgoing) -> Json:
    """A row of the queue; a forward is spelled in a way of its own."""
    if outgoing.method == "forwardMessages":
        named: Json = {"messagesIDs": [outgoing.id_message], "type": "ForwardMessages"}
    else:
        named = {"messageID": outgoing.id_message, "type": outgoing.method}
    return {**named, "body": outgoing.request}


METHODS = (
    Method("getSettings", "GET", get_settings),
    Method("setSettings", "POST", set_settings),
    Method("getStateInstance", "GET", get_state_instance),
    Method("getStateInstanceHistory", "GET", get_state_instance_history),
    Method("getStatusInstance", "GET", get_status_instance),
    Method("getWaSettings", "GET", get_wa_settings),
    Method("qr", "GET", qr),
    Method("reboot", "GET", reboot),
    Method("logout", "GET", logout),
    Method("showMessagesQueue", "GET", show_messages_queue),
    Method("clearMessagesQueue", "GET", clear_messages_queue),
    Method("getMessagesCount", "GET", get_messages_count),
    Method("getWebhooksCount", "GET", get_webhooks_count),
)
