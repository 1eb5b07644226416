"""Methods about people and their chats."""

from inbox.greenapi.answers import (
    Avatar,
    ContactInfo,
    WhatsAppNumber,
    avatar,
    contact_info,
    flag,
    whatsapp_number,
)
from inbox.greenapi.chat_ids import ChatId, address, parse
from inbox.greenapi.errors import Refused
from inbox.greenapi.transport import Request, Transport
from inbox.greenapi.verdicts import Call


class Contacts:
    """checkWhatsapp, getContactInfo, getAvatar, readChat. All are safe to repeat."""

    _transport: Transport

    def check_whatsapp(self, who: ChatId | str) -> WhatsAppNumber:
        """Whether somebody is on WhatsApp: a chat id (person or lid), or a number's digits.

        Refused('invalid_phone') for what is neither, TryLater('check_limit') after too many and
        Refused('quota_of_method') when the plan allows no more this month.
        """
        call = Call("checkWhatsapp")
        chat_id = parse(who if "@" in who else f"{who}@c.us") if isinstance(who, str) else who
        if chat_id.kind not in ("person", "lid"):
            raise Refused("invalid_phone", method=call.method)
        payload: dict[str, object] = {"chatId": chat_id.canonical}
        if chat_id.phone:
            payload = {"phoneNumber": int(chat_id.phone)}
        return whatsapp_number(self._transport.ask(Request(call, "POST", payload)), call)

    def get_contact_info(self, chat_id: ChatId | str) -> ContactInfo:
        """What WhatsApp tells about a person. One call a second at most."""
        call = Call("getContactInfo")
        payload = {"chatId": address(chat_id)}
        return contact_info(self._transport.ask(Request(call, "POST", payload)), call)

    def get_avatar(self, chat_id: ChatId | str) -> Avatar:
        """The picture of a person or group."""
        call = Call("getAvatar")
        payload = {"chatId": address(chat_id)}
        return avatar(self._transport.ask(Request(call, "POST", payload)), call)

    def read_chat(self, chat_id: ChatId | str, id_message: str | None = None) -> bool:
        """Show the guest two blue ticks: for the whole chat, or for one message."""
        call = Call("readChat")
        payload = {"chatId": address(chat_id)}
        if id_message:
            payload["idMessage"] = id_message
        return flag(self._transport.ask(Request(call, "POST", payload)), call, "setRead")
