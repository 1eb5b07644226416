"""People and chats: does a number exist, who is it, mark as read."""

from inbox.simulator.addresses import PERSON_WORDS, is_person
from inbox.simulator.calls import Answer, Call, Method, chat_id_of, json_answer, optional_text
from inbox.simulator.contents import Json

WEEK = 604_800


def check_whatsapp(call: Call) -> Answer:
    """Whether a number has WhatsApp; by phoneNumber, or by chatId as in newer documents."""
    body = call.json()
    chat_id = _asked_chat_id(call, body)
    guest = call.instance.guests.get(chat_id)
    fault = call.instance.faults.peek("no_account")
    gone = fault is not None and fault.covers(call.method, chat_id, "")
    exists = (guest is None or guest.exists) and not gone
    number = chat_id
    if chat_id.endswith("@lid"):
        number = f"{guest.phone}@c.us" if guest and guest.phone else ""
    return json_answer({"existsWhatsapp": exists, "chatId": chat_id, "phoneNumber": number})


def get_contact_info(call: Call) -> Answer:
    """What WhatsApp shows of a person."""
    chat_id = chat_id_of(call, call.json())
    guest = call.instance.guests.get(chat_id)
    disappearing = guest is not None and guest.disappearing
    info: Json = {
        "avatar": "",
        "name": guest.name if guest else "",
        "contactName": guest.contact_name if guest else "",
        "email": "",
        "category": "",
        "description": "",
        "products": [],
        "chatId": chat_id,
        "lastSeen": None,
        "isArchive": False,
        "isDisappearing": disappearing,
        "isMute": False,
        "messageExpiration": WEEK if disappearing else 0,
        "muteExpiration": None,
        "isBusiness": False,
    }
    return json_answer(info)


def get_contacts(call: Call) -> Answer:
    """Everybody who was ever in touch."""
    found = [
        {
            "id": guest.chat_id,
            "name": guest.name,
            "contactName": guest.contact_name,
            "type": "group" if guest.chat_id.endswith("@g.us") else "user",
        }
        for guest in list(call.instance.guests.values())
    ]
    return json_answer(found)


def get_avatar(call: Call) -> Answer:
    """Nobody here shows a picture."""
    chat_id_of(call, call.json())
    return json_answer({"urlAvatar": "", "available": False})


def read_chat(call: Call) -> Answer:
    """The guest gets blue ticks for one message, or for all of the chat."""
    body = call.json()
    chat_id, id_message = chat_id_of(call, body), optional_text(call, body, "idMessage")
    with call.instance.lock:
        if guest := call.instance.guests.get(chat_id):
            guest.get_blue_ticks(id_message)
    return json_answer({"setRead": True})


def _asked_chat_id(call: Call, body: Json) -> str:
    if "chatId" in body:
        if not is_person(body["chatId"]):
            raise call.failed(PERSON_WORDS)
        return str(body["chatId"])
    if "phoneNumber" not in body:
        raise call.failed("'phoneNumber' is required")
    digits = str(body["phoneNumber"])
    if not (digits.isascii() and digits.isdigit()):
        raise call.failed("Wrong format. 'phoneNumber' must contain only digits")
    if not 8 <= len(digits) <= 15:
        raise call.invalid("bad phone number, valid 11 or 12 digits")
    return f"{digits}@c.us"


METHODS = (
    Method("checkWhatsapp", "POST", check_whatsapp, needs_line=True),
    Method("getContactInfo", "POST", get_contact_info, needs_line=True),
    Method("getContacts", "GET", get_contacts, needs_line=True),
    Method("getAvatar", "POST", get_avatar, needs_line=True),
    Method("readChat", "POST", read_chat, needs_line=True),
)
