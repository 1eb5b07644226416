"""The small forms over the desk: what they send, what they say, and that nothing typed is lost."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, WIDE, Desks, start
from tests.greenapi import samples
from tests.stack.stack import Hotel, Stack, wait_until


def on_phone(stack: Stack, hotel: Hotel, chat: str, kind: str) -> list[dict[str, Any]]:
    return [one for one in stack.simulator.received(hotel.id_instance, chat) if one["type"] == kind]


def dialog(page: Page, name: str) -> Locator:
    """Open a dialog from the composer's menu."""
    page.locator(".more-menu summary").click()
    page.locator(".more-menu a", has_text=name).click()
    opened = page.locator("#dialog[open]")
    expect(opened.locator("form.dialog-form")).to_be_visible()
    return opened


def send(opened: Locator) -> None:
    opened.get_by_role("button", name="Send").click()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_place_is_sent_and_shown_in_every_window(
    stack: Stack, plaza: Hotel, desks: Desks, size: tuple[int, int]
) -> None:
    chat, name = f"3460012{size[0]:04}@c.us", f"Olga {size[0]}"
    start(stack, plaza, chat, name)
    desk, other = desks.open(plaza, size=size), desks.open(plaza)
    desk.open(name)
    other.open(name)
    form = dialog(desk.page, "Location")
    expect(form.locator("[name=point]")).to_be_focused()
    form.locator("[name=point]").fill("Plaza Mayor")
    form.locator("[name=name]").fill("Main entrance")
    send(form)
    expect(form.locator("#wrong-point")).to_contain_text("could not be read")
    expect(form.locator("[name=name]")).to_have_value("Main entrance")
    expect(form.locator("[name=point]")).to_be_focused()
    form.locator("[name=point]").fill("https://www.openstreetmap.org/#map=17/40.4168/-3.7038")
    form.locator("[name=point]").press("Enter")
    for page in (desk.page, other.page):
        expect(page.locator("#thread .message.out .place")).to_contain_text("Main entrance")
        expect(page.locator("#thread .message.out")).to_have_count(1)
    expect(desk.page.locator("#dialog")).to_be_hidden()
    wait_until(lambda: on_phone(stack, plaza, chat, "locationMessage"), what="the place")


def test_a_card_with_a_number_of_this_country(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    chat = "34600123499@c.us"
    start(stack, plaza, chat, "Nadia")
    desk = desks.open(plaza)
    desk.open("Nadia")
    form = dialog(desk.page, "Contact")
    form.locator("[name=name]").fill("Radio Taxi")
    form.locator("[name=phone]").fill("+34 910 000 222")
    send(form)
    expect(desk.page.locator("#thread .message.out .person")).to_contain_text("+34 910 000 222")
    wait_until(lambda: on_phone(stack, plaza, chat, "contactMessage"), what="the card")


def test_a_poll_is_built_row_by_row_and_its_vote_comes_back(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "34600123498@c.us"
    start(stack, plaza, chat, "Pablo")
    desk = desks.open(plaza)
    desk.open("Pablo")
    form = dialog(desk.page, "Poll")
    rows = form.locator(".poll-answer:visible")
    expect(rows).to_have_count(3)
    form.locator("[name=question]").fill("When shall we wake you?")
    for number, answer in enumerate(("06:30", "07:00", "never")):
        rows.nth(number).locator("input").fill(answer)
    form.get_by_role("button", name="Add an answer").click()
    expect(rows.nth(3).locator("input")).to_be_focused()
    rows.nth(3).locator("input").fill("07:30")
    rows.nth(2).get_by_role("button", name="Remove answer 3").click()
    expect(rows).to_have_count(3)
    send(form)
    bubble = desk.page.locator("#thread .message.out .poll")
    expect(bubble.locator(".poll-option")).to_have_text(["06:30", "07:00", "07:30"])
    wait_until(lambda: on_phone(stack, plaza, chat, "pollMessage"), what="the poll")
    (poll,) = on_phone(stack, plaza, chat, "pollMessage")
    chosen: dict[str, list[str]] = {"06:30": [], "07:00": [chat], "07:30": []}
    vote = samples.votes(poll["idMessage"], "When shall we wake you?", **chosen)
    stack.simulator.write(plaza.id_instance, chat, type="raw", messageData=vote)
    expect(bubble.locator(".chosen")).to_contain_text("07:00")
    expect(bubble).to_contain_text("1 vote")


def test_a_form_that_was_closed_is_found_as_it_was(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    start(stack, plaza, "34600123497@c.us", "Rosa")
    desk = desks.open(plaza)
    desk.open("Rosa")
    form = dialog(desk.page, "Poll")
    form.locator("[name=question]").fill("Which day?")
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#dialog")).to_be_hidden()
    form = dialog(desk.page, "Poll")
    expect(form.locator("[name=question]")).to_have_value("Which day?")


def test_a_server_that_is_not_reached_is_said_in_the_dialog(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "34600123496@c.us"
    start(stack, plaza, chat, "Tomas")
    desk = desks.open(plaza)
    desk.open("Tomas")
    form = dialog(desk.page, "Contact")
    form.locator("[name=name]").fill("Radio Taxi")
    form.locator("[name=phone]").fill("+34 910 000 222")
    desk.page.route("**/contact", lambda route: route.abort())
    send(form)
    expect(form.locator("#dialog-problem")).to_contain_text("did not reach the server")
    expect(form.locator("[name=name]")).to_have_value("Radio Taxi")
    desk.page.unroute("**/contact")
    send(form)
    expect(desk.page.locator("#thread .message.out .person")).to_have_count(1)


def test_without_scripts_every_form_is_a_page(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    chat = "34600123495@c.us"
    start(stack, plaza, chat, "Uwe")
    desk = desks.open(plaza, scripts=False)
    desk.page.locator("#rows .row", has_text="Uwe").first.locator("a").click()
    desk.page.locator(".more-menu summary").click()
    desk.page.locator(".more-menu a", has_text="Poll").click()
    desk.page.locator("[name=question]").fill("When?")
    answers = desk.page.locator("[name=option]")
    expect(answers).to_have_count(12)
    answers.nth(0).fill("Now")
    desk.page.get_by_role("button", name="Send").click()
    expect(desk.page.locator("#wrong-options")).to_contain_text("2 to 12 answers")
    answers.nth(7).fill("Later")
    desk.page.get_by_role("button", name="Send").click()
    expect(desk.page.locator("#thread .message.out .poll-option")).to_have_text(["Now", "Later"])
