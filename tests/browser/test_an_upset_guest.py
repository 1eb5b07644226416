"""An angry line is flagged within seconds, said aloud, and taken down by a person."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Desks
from tests.browser.test_pictures import keep
from tests.stack.stack import Hotel, Stack

GUEST = "447700900555@c.us"
SECONDS = 15.0


@pytest.mark.parametrize(
    ("size", "dark"),
    [
        pytest.param(size, dark, id=f"{name}-{'dark' if dark else 'light'}")
        for name, size in (("wide", WIDE), ("phone", PHONE))
        for dark in (False, True)
    ],
)
def test_the_flag_comes_and_goes_while_we_look(
    stack: Stack,
    plaza: Hotel,
    desks: Desks,
    size: tuple[int, int],
    dark: bool,
    request: pytest.FixtureRequest,
) -> None:
    chat, name = f"4477009{hash_of(request)}@c.us", f"Emma {request.node.callspec.id}"
    stack.simulator.write(plaza.id_instance, chat, sender_name=name, text="Good evening")
    desk = desks.open(plaza, size=size, dark=dark)
    row = desk.page.locator("#rows .row", has_text=name)
    expect(row).to_be_visible()
    before = time.monotonic()
    angry = "There is STILL no hot water. Nobody has even called me back."
    stack.simulator.write(plaza.id_instance, chat, sender_name=name, text=angry)
    expect(row.locator(".sentiment-upset")).to_have_text("Upset", timeout=SECONDS * 1000)
    assert time.monotonic() - before < SECONDS
    expect(desk.page.locator("#alarm")).to_have_text(f"Upset: {name}")
    keep(desk.page, f"{request.node.callspec.id}-upset-list")
    desk.open(name)
    band = desk.page.locator(".sentiment-band")
    expect(band).to_contain_text("“no hot water”")
    keep(desk.page, f"{request.node.callspec.id}-upset-thread")
    stack.simulator.write(plaza.id_instance, chat, sender_name=name, text="Fire in the corridor!!")
    expect(band.locator(".sentiment-danger")).to_have_text("Danger", timeout=SECONDS * 1000)
    expect(desk.page.locator("#alarm")).to_have_text(f"Danger: {name}")
    expect(desk.page.locator("#reply-box")).to_be_visible()
    keep(desk.page, f"{request.node.callspec.id}-danger-thread")
    band.get_by_role("button", name="No danger").click()
    expect(band).to_have_count(0)


def test_without_scripts_the_button_works_too(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    text = "Unacceptable! I want my money back"
    stack.simulator.write(plaza.id_instance, GUEST, sender_name="Olga", text=text)
    desk = desks.open(plaza, scripts=False)
    deadline = time.monotonic() + SECONDS
    while not desk.page.locator(".row", has_text="Olga").locator(".sentiment-upset").count():
        assert time.monotonic() < deadline
        desk.page.reload()
    desk.page.locator(".row a", has_text="Olga").click()
    desk.page.get_by_role("button", name="Not upset").click()
    expect(desk.page).to_have_url(re.compile(r"/c/\d+$"))
    expect(desk.page.locator(".sentiment-band")).to_have_count(0)


def hash_of(request: pytest.FixtureRequest) -> str:
    return f"{sum(map(ord, request.node.callspec.id)):05}"
