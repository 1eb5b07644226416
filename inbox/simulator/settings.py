"""The settings of an instance: Green API's names, defaults and checks."""

from collections.abc import Mapping

Settings = dict[str, object]

SWITCHES = (
    "markIncomingMessagesReaded",
    "markIncomingMessagesReadedOnReply",
    "outgoingWebhook",
    "outgoingMessageWebhook",
    "outgoingAPIMessageWebhook",
    "incomingWebhook",
    "deviceWebhook",
    "statusInstanceWebhook",
    "stateWebhook",
    "enableMessagesHistory",
    "keepOnlineStatus",
    "pollMessageWebhook",
    "incomingBlockWebhook",
    "incomingCallWebhook",
    "outgoingCallWebhook",
    "editedMessageWebhook",
    "deletedMessageWebhook",
    "catalogWebhook",
    "avatarInfoWebhook",
    "linkPreview",
    "enableLidMode",
)
TEXTS = ("webhookUrl", "webhookUrlToken", "countryInstance", "proxyInstance", "sharedSession")
NUMBERS = {"delaySendMessagesMilliseconds": (500, 86_400_000), "autoTyping": (0, 10)}


def fresh_settings(wid: str) -> Settings:
    """What a new instance has: every switch off, no webhook address."""
    settings: Settings = {
        "wid": wid,
        "typeAccount": "",
        "typeInstance": "whatsapp",
        "delaySendMessagesMilliseconds": 500,
        "autoTyping": 0,
    }
    settings.update(dict.fromkeys(TEXTS, ""))
    settings.update(dict.fromkeys(SWITCHES, "no"))
    settings["sharedSession"] = "no"
    return settings


def check_settings(changes: Mapping[str, object]) -> str:
    """What is wrong with a setSettings body, in Green API's words; empty when nothing is."""
    if not changes:
        return "'value' must have at least 1 key"
    for name, value in changes.items():
        if complaint := _complaint(name, value):
            return complaint
    return ""


def _complaint(name: str, value: object) -> str:
    if name in SWITCHES and value not in ("yes", "no"):
        return f"'{name}' must be one of [yes, no]"
    if name in TEXTS and not isinstance(value, str):
        return f"'{name}' must be a string"
    if name in NUMBERS:
        low, high = NUMBERS[name]
        if isinstance(value, bool) or not isinstance(value, int):
            return f"'{name}' must be a number"
        if value < low:
            return f"'{name}' must be larger than or equal to {low}"
        if value > high:
            return f"'{name}' must be less than or equal to {high}"
    elif name not in SWITCHES and name not in TEXTS:
        return f"'{name}' is not allowed"
    return ""
