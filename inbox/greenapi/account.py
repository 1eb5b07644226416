"""Methods about the instance itself."""

from collections.abc import Mapping

from inbox.greenapi.answers import (
    InstanceState,
    Qr,
    Settings,
    WaSettings,
    flag,
    instance_state,
    json_object,
    wa_settings,
)
from inbox.greenapi.answers import qr as read_qr
from inbox.greenapi.transport import Request, Transport
from inbox.greenapi.verdicts import Call


class Account:
    """getSettings, setSettings, getStateInstance, getWaSettings, qr, reboot.

    All are safe to repeat.
    """

    _transport: Transport

    def get_settings(self) -> Settings:
        """All settings under Green API's own names."""
        call = Call("getSettings")
        return Settings(json_object(self._transport.ask(Request(call)), call).values)

    def set_settings(self, settings: Mapping[str, object]) -> bool:
        """Change any subset (at least one). Reboots the instance: up to five minutes to apply.
        True and False of Python become the 'yes' and 'no' of Green API."""
        call = Call("setSettings")
        payload = {key: _switch(value) for key, value in settings.items()}
        return flag(self._transport.ask(Request(call, "POST", payload)), call, "saveSettings")

    def get_state_instance(self) -> InstanceState:
        """The state. One call a second at most: never ask before each send."""
        call = Call("getStateInstance")
        return instance_state(self._transport.ask(Request(call)), call)

    def get_wa_settings(self) -> WaSettings:
        """Which phone is linked, its state, and until when it is suspended. One call a second."""
        call = Call("getWaSettings")
        return wa_settings(self._transport.ask(Request(call)), call)

    def qr(self) -> Qr:
        """The QR code to link a phone with; ask again each second, a code lives 20 s."""
        call = Call("qr")
        return read_qr(self._transport.ask(Request(call)), call)

    def reboot(self) -> bool:
        """Restart the instance; it is 'starting' for up to five minutes."""
        call = Call("reboot")
        return flag(self._transport.ask(Request(call)), call, "isReboot")


def _switch(value: object) -> object:
    return ("yes" if value else "no") if isinstance(value, bool) else value
