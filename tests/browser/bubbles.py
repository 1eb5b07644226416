"""The messages in the thread of a desk, and what became of them on the guest's phone."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Desk
from tests.stack.stack import Hotel, Stack

SECONDS = 15_000


def at_guest(stack: Stack, hotel: Hotel, chat: str) -> list[str]:
    """The texts that the guest has on the phone."""
    return [str(row["text"]) for row in stack.simulator.received(hotel.id_instance, chat)]


def mine(desk: Desk, text: str) -> Locator:
    """The bubble of what this hotel wrote."""
    return desk.page.locator("#thread .message.out", has_text=text)


def sent(desk: Desk, text: str) -> Locator:
    """Reply, and wait until WhatsApp has it."""
    desk.reply(text)
    bubble = mine(desk, text)
    expect(bubble.locator(".tick-grey, .tick-read")).to_have_count(1, timeout=SECONDS)
    return bubble


def menu(desk: Desk, bubble: Locator) -> Locator:
    """The menu of this bubble, opened."""
    bubble.hover()
    bubble.get_by_role("button", name="More to do with this message").click()
    menu = desk.page.locator("#message-menu")
    expect(menu).to_be_visible()
    return menu
