"""A voice message from the desk, spoken into Chromium's own test microphone."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import PHONE, WIDE, Desk, Desks, start
from tests.cast import recordings
from tests.stack.chromium import launch_options
from tests.stack.stack import Hotel, Stack, wait_until

Open = Callable[..., tuple[Desk, str]]
numbers = iter(range(447700920000, 447700920999))


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser with a microphone."""
    with playwright.chromium.launch(**launch_options(microphone=True)) as browser:
        yield browser


@pytest.fixture
def opened(stack: Stack, plaza: Hotel, desks: Desks) -> Open:
    """The desk with a new guest's conversation open and the microphone allowed, and the guest's
    chat id."""

    def open_one(*, allowed: bool = True, **window: Any) -> tuple[Desk, str]:
        number = next(numbers)
        chat, name = f"{number}@c.us", f"Guest {number}"
        start(stack, plaza, chat, name)
        desk = desks.open(plaza, **window)
        if allowed:
            desk.page.context.grant_permissions(["microphone"], origin=stack.url)
        desk.open(name)
        return desk, chat

    return open_one


def record(page: Page) -> None:
    """For a second at least."""
    page.get_by_role("button", name="Record a voice message").click()
    expect(page.get_by_role("timer")).to_have_text(re.compile("0:0[1-9]"))


def sends(page: Page) -> list[str]:
    """Fills with the address of every file that is sent from now on."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if _is_file(request.url) else None)
    return seen


def _is_file(url: str) -> bool:
    return url.endswith("/files")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_voice_message_arrives_as_opus_in_ogg_and_can_be_heard_here(
    size: tuple[int, int], stack: Stack, plaza: Hotel, opened: Open
) -> None:
    desk, chat = opened(size=size)
    page = desk.page
    page.locator("#reply-box").fill("half a sentence")
    record(page)
    expect(page.locator("#reply-box")).to_be_hidden()
    page.get_by_role("button", name="Send the voice message").click()
    bubble = page.locator("#thread .message.out")
    expect(bubble.locator(".voice-time")).to_have_text(re.compile("0:0[1-9]"))
    expect(page.locator("#reply-box")).to_have_value("half a sentence")
    expect(page.locator("#reply-box")).to_be_focused()
    wait_until(lambda: stack.simulator.received(plaza.id_instance, chat) != [], 30, "the note")
    (row,) = stack.simulator.received(plaza.id_instance, chat)
    assert row["type"] == "audioMessage"
    assert row["content"]["mimeType"] == "audio/ogg; codecs=opus"
    note = requests.get(row["content"]["downloadUrl"], timeout=10).content
    container, codec, channels, seconds = recordings.heard(note)
    assert (container, codec, channels) == ("ogg", "opus", 1)
    assert 0.5 < seconds < 10


def test_cancel_and_escape_send_nothing_and_let_the_microphone_go(opened: Open) -> None:
    desk, _ = opened()
    page = desk.page
    sent = sends(page)
    record(page)
    page.get_by_role("button", name="Cancel the voice message").click()
    expect(page.locator(".recorder")).to_be_hidden()
    record(page)
    page.keyboard.press("Escape")
    expect(page.locator(".recorder")).to_be_hidden()
    expect(page.locator("#reply-box")).to_be_focused()
    assert sent == []
    expect(page.locator("#thread .message.out")).to_have_count(0)


def test_leaving_the_conversation_sends_nothing(stack: Stack, plaza: Hotel, opened: Open) -> None:
    desk, _ = opened()
    page = desk.page
    start(stack, plaza, "447700921999@c.us", "Elsewhere")
    sent = sends(page)
    record(page)
    desk.open("Elsewhere")
    expect(page.locator(".thread-who h2")).to_have_text("Elsewhere")
    expect(page.locator(".recorder")).to_be_hidden()
    expect(page.locator("#reply-box")).to_be_visible()
    record(page)
    page.get_by_role("button", name="Cancel the voice message").click()
    assert sent == []


def test_a_refused_microphone_is_said_in_words(opened: Open) -> None:
    desk, _ = opened(allowed=False)
    page = desk.page
    page.get_by_role("button", name="Record a voice message").click()
    expect(page.locator("#composer > .problem")).to_contain_text("The microphone is not allowed")
    desk.reply("Then in writing")
    expect(page.locator("#thread .message.out")).to_have_count(1)


def test_recording_stops_at_the_longest_and_waits_for_a_decision(opened: Open) -> None:
    desk, _ = opened()
    page = desk.page
    page.evaluate(
        """() => {
            const real = performance.now.bind(performance);
            let ahead = 0;
            performance.now = () => real() + ahead;
            window.skip = (seconds) => (ahead += seconds * 1000);
        }"""
    )
    sent = sends(page)
    record(page)
    page.evaluate("window.skip(15 * 60)")
    expect(page.locator(".recorder-words")).to_contain_text("15 minutes is the most")
    expect(page.get_by_role("timer")).to_have_text("15:00")
    assert sent == []
    page.get_by_role("button", name="Send the voice message").click()
    expect(page.locator("#thread .message.out .voice")).to_have_count(1)


def test_a_recording_waits_for_its_conversation(stack: Stack, plaza: Hotel, opened: Open) -> None:
    other = f"Guest {next(numbers)}"
    start(stack, plaza, f"{next(numbers)}@c.us", other)
    desk, chat = opened()
    page = desk.page
    name = page.locator(".thread-head h2").inner_text()
    seen = sends(page)
    record(page)
    desk.open(other)
    expect(page.locator("#reply-box")).to_be_visible()
    expect(page.get_by_role("timer")).to_be_hidden()
    desk.open(name)
    expect(page.locator(".recorder")).to_contain_text("Recorded, not sent yet.")
    assert seen == []
    page.get_by_role("button", name="Send the voice message").click()
    wait_until(lambda: stack.simulator.received(plaza.id_instance, chat) != [], 30, "the note")
    expect(page.locator("#reply-box")).to_be_visible()
