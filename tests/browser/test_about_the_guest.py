"""Who the guest is, on a screen that has no room for a third column."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Desks, write_from
from tests.stack.stack import Hotel, Stack

TABLET = (1024, 768)


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_two_are_merged_in_the_drawer_and_it_stays_open(
    stack: Stack, plaza: Hotel, desks: Desks, size: tuple[int, int]
) -> None:
    number, lid = f"4917512{size[0]:05}@c.us", f"7744019{size[0]:05}@lid"
    write_from(stack, plaza, f"Greta {size[0]}", number, lid)
    desk = desks.open(plaza, size=size)
    desk.open(f"From {lid}")
    pane, about = desk.page.locator("#thread .guest"), desk.page.locator(".about")
    expect(pane).to_be_hidden()
    about.click()
    expect(pane).to_be_visible()
    pane.locator(".same .hint button").click()
    expect(pane.locator(".merged")).to_contain_text("Merged today")
    expect(pane).to_be_visible()
    stack.simulator.write(plaza.id_instance, lid, text="Are you there?")
    expect(desk.page.locator("#thread .message", has_text="Are you there?")).to_be_attached()
    expect(pane).to_be_visible()
    pane.locator(".guest-close").click()
    expect(pane).to_be_hidden()
    about.press("Enter")
    expect(pane).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    expect(about).to_be_focused()


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "closed"])
def test_news_takes_no_focus_and_closes_no_drawer_not_even_for_a_moment(
    stack: Stack, plaza: Hotel, desks: Desks, is_open: bool
) -> None:
    chat = f"49175120003{int(is_open)}@c.us"
    write_from(stack, plaza, "Gerda", chat)
    desk = desks.open(plaza, size=TABLET)
    desk.open(f"From {chat}")
    page, about = desk.page, desk.page.locator(".about")
    expect(page.locator("#reply-box")).to_be_focused()
    about.focus()
    if is_open:
        page.keyboard.press("Enter")
        expect(page.locator("#thread .guest")).to_be_visible()
    page.evaluate("addEventListener('beforetoggle', () => (window.toggled = true), true)")
    for text in ("Are you there?", "Hello?"):
        stack.simulator.write(plaza.id_instance, chat, text=text)
        expect(page.locator("#thread .message", has_text=text)).to_be_attached()
        expect(about).to_be_focused()
    assert page.evaluate("window.toggled") is None


def test_on_a_phone_the_name_opens_it(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    write_from(stack, plaza, "Henrike", "491751200021@c.us")
    desk = desks.open(plaza, size=PHONE)
    desk.open("Henrike")
    desk.page.get_by_role("heading", name="Henrike").first.click(force=True)
    expect(desk.page.locator("#thread .guest")).to_be_visible()


def test_it_opens_without_scripts(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    write_from(stack, plaza, "Ingeborg Falk", "491751200022@c.us", "77440190022@lid")
    desk = desks.open(plaza, size=PHONE, scripts=False)
    desk.page.locator("#rows .row", has_text="From 77440190022").locator("a").click()
    desk.page.locator(".about").click()
    desk.page.locator("#thread .guest .same .hint button").click()
    desk.page.locator(".about").click()
    expect(desk.page.locator("#thread .guest .merged")).to_contain_text("Merged today")


def test_where_it_has_a_column_there_is_no_button(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    write_from(stack, plaza, "Jolanda", "491751200023@c.us")
    desk = desks.open(plaza, size=WIDE)
    desk.open("Jolanda")
    expect(desk.page.locator("#thread .guest")).to_be_visible()
    expect(desk.page.locator(".about")).to_be_hidden()
    expect(desk.page.locator(".guest-close")).to_be_hidden()
