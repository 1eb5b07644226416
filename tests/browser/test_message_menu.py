"""What can be done with a message: by keyboard, by thumb, and to whom it is forwarded."""

from playwright.sync_api import expect

from tests.browser.bubbles import at_guest, menu, mine
from tests.browser.conftest import PHONE, Desks, start
from tests.stack.stack import Hotel, Stack, wait_until


def test_the_menu_works_by_keyboard(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    chat = "34600555014@c.us"
    start(stack, plaza, chat, "Begoña")
    desk = desks.open(plaza)
    desk.open("Begoña")
    more = desk.page.locator("#thread .message.in .more-button").last
    more.focus()
    more.press("Enter")
    menu = desk.page.locator("#message-menu")
    expect(menu.get_by_role("button", name="Reply")).to_be_focused()
    desk.page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="Copy")).to_be_focused()
    desk.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(more).to_be_focused()
    more.press(" ")
    expect(menu.get_by_role("button", name="Reply")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(menu).to_be_hidden()
    expect(desk.page.locator(".composer-quote")).to_contain_text("Hello from Begoña")
    expect(desk.page.locator("#reply-box")).to_be_focused()


def test_on_a_phone_the_menu_is_always_there(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    chat = "34600555015@c.us"
    start(stack, plaza, chat, "Pau Vidal")
    desk = desks.open(plaza, size=PHONE)
    desk.open("Pau Vidal")
    more = desk.page.locator("#thread .message.in .more-button").last
    expect(more).to_be_visible()
    more.click()
    menu = desk.page.locator("#message-menu")
    expect(menu).to_be_visible()
    expect(menu).to_contain_text("no way to react")
    box = menu.bounding_box()
    assert box is not None
    assert box["width"] == PHONE[0]
    assert box["y"] + box["height"] == PHONE[1]


def test_a_message_is_forwarded_to_whom_a_search_finds(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat, taxi = "34600555016@c.us", "34600555017@c.us"
    start(stack, plaza, taxi, "Taxi Rojo")
    start(stack, plaza, chat, "Luis Soto")
    stack.simulator.write(
        plaza.id_instance, chat, sender_name="Luis Soto", text="Terminal 4 at 18:00"
    )
    desk = desks.open(plaza)
    desk.open("Luis Soto")
    bubble = desk.page.locator("#thread .message.in", has_text="Terminal 4")
    opened = menu(desk, bubble)
    opened.get_by_role("link", name="Forward").click()
    expect(opened.get_by_role("searchbox")).to_be_focused()
    opened.get_by_role("searchbox").press_sequentially("Rojo")
    expect(opened.locator("#forward-targets li")).to_have_count(1)
    expect(opened.get_by_role("searchbox")).to_have_value("Rojo")
    opened.get_by_role("button", name="Taxi Rojo").dblclick()
    expect(desk.page.locator("#notice")).to_contain_text("Forwarded to Taxi Rojo.")
    expect(opened).to_be_hidden()
    wait_until(lambda: at_guest(stack, plaza, taxi) != [], what="the forward at the taxi")
    desk.page.locator("#search-box").fill("Rojo")  # who has our answer stands in another tab
    desk.open("Taxi Rojo")
    expect(mine(desk, "Terminal 4 at 18:00")).to_contain_text("Forwarded")
    assert at_guest(stack, plaza, taxi) == ["Terminal 4 at 18:00"]
