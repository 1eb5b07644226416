"""The messages in the thread of a desk, and what became of them on the guest's phone."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Desk
from tests.stack.stack import Hotel, Stack


def at_guest(stack: Stack, hotel: Hotel, chat: str) -> list[str]:
    """The texts that the guest has on the phone."""
    return [str(row["text"]) for row in stack.simulator.received(hotel.id_instance, chat)]


def mine(desk: Desk, text: str) -> Locator:
    """The bubble of what this hotel wrote."""
    return desk.page.locator("#thread .message.out", has_text=text)


def sent(desk: Desk, text: str, tick: str = "Read") -> Locator:
    """Reply, and wait for the last of its ticks: until then its bubble is drawn anew."""
    desk.reply(text)
    bubble = mine(desk, text)
    expect(bubble.locator(".tick")).to_have_attribute("title", tick)
    return bubble


def menu(desk: Desk, bubble: Locator) -> Locator:
    """The menu of this bubble, opened."""
    bubble.hover()
    bubble.get_by_role("button", name="More to do with this message").click()
    menu = desk.page.locator("#message-menu")
    expect(menu).to_be_visible()
    return menu
