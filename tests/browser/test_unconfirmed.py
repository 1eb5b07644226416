"""Nobody knows whether it arrived: a person decides."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.bubbles import at_guest, mine
from tests.browser.conftest import Desks, start
from tests.stack import database
from tests.stack.stack import Hotel, Stack

ON_ITS_WAY = re.compile("tick-(grey|read)")


@pytest.fixture
def unconfirmed(
    stack: Stack, plaza: Hotel, desks: Desks, request: pytest.FixtureRequest
) -> Locator:
    """A message that nobody knows of whether it arrived, on the screen. It did not."""
    chat, name, silent = request.param, f"Maybe {request.param[5:9]}", ["lastOutgoingMessages"]
    start(stack, plaza, chat, name)
    stack.simulator.faults(
        plaza.id_instance,
        reset={"when": "before", "times": 1, "methods": ["sendMessage"]},
        server_error={"methods": silent},
    )
    desk = desks.open(plaza)
    desk.open(name)
    desk.reply("Room 12 is ready")
    bubble = mine(desk, "Room 12 is ready")
    expect(bubble).to_contain_text("Not confirmed yet")
    database.change(stack, "UPDATE message SET checks = 4 WHERE status = 'unconfirmed'")
    desk.page.reload()
    expect(bubble).to_contain_text("WhatsApp does not say whether this arrived")
    return bubble


@pytest.mark.parametrize("unconfirmed", ["34600555021@c.us"], indirect=True)
def test_it_can_be_checked_again(stack: Stack, plaza: Hotel, unconfirmed: Locator) -> None:
    stack.simulator.clear_faults(plaza.id_instance)
    unconfirmed.get_by_role("button", name="Check again").click()
    expect(unconfirmed.locator(".tick")).to_have_class(ON_ITS_WAY, timeout=30_000)
    assert at_guest(stack, plaza, "34600555021@c.us") == ["Room 12 is ready"]


@pytest.mark.parametrize("unconfirmed", ["34600555022@c.us"], indirect=True)
def test_unconfirmed_a_person_may_know(stack: Stack, plaza: Hotel, unconfirmed: Locator) -> None:
    unconfirmed.get_by_role("button", name="It arrived").click()
    words = re.compile(r"Alice confirmed that it arrived \(\d\d:\d\d\)")
    expect(unconfirmed).to_contain_text(words)
    expect(unconfirmed.locator(".tick")).to_have_attribute("title", words)
    stack.simulator.clear_faults(plaza.id_instance)
    assert at_guest(stack, plaza, "34600555022@c.us") == []


@pytest.mark.parametrize("unconfirmed", ["34600555023@c.us"], indirect=True)
def test_unconfirmed_is_sent_again_after_a_question(
    stack: Stack, plaza: Hotel, unconfirmed: Locator
) -> None:
    stack.simulator.clear_faults(plaza.id_instance)
    unconfirmed.get_by_role("link", name="Send again").click()
    menu = unconfirmed.page.locator("#message-menu")
    expect(menu).to_contain_text("The guest may get it twice.")
    menu.get_by_role("button", name="Send it again").click()
    expect(unconfirmed.locator(".tick")).to_have_class(ON_ITS_WAY)
    assert at_guest(stack, plaza, "34600555023@c.us") == ["Room 12 is ready"]
