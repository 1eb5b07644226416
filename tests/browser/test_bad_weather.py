"""The network fails, the server restarts, the CDN is away, scripts are off: nothing is lost."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Desks, start
from tests.stack.stack import Hotel, Stack, wait_until

# htmx came from the browser's cache: it ran before the page was read to its end.
EARLY = """
  let there = false;
  addEventListener("DOMContentLoaded", () => (there = true), { capture: true });
  const readyState = { get: () => (there ? "interactive" : "loading") };
  Object.defineProperty(document, "readyState", readyState);
"""


def test_what_was_written_while_the_server_was_away_is_there_when_it_is_back(
    stack: Stack, seaview: Hotel, desks: Desks
) -> None:
    chat = "447911123456@c.us"
    start(stack, seaview, chat, "Tom")
    desk = desks.open(seaview)
    desk.open("Tom")
    box = desk.page.locator("#reply-box")
    box.fill("half a sentence")
    stack.kill9("web")
    expect(desk.page.locator("#connection")).to_be_visible(timeout=20_000)
    stack.simulator.set_timing(webhook_retry_seconds=5)
    stack.simulator.write(seaview.id_instance, chat, sender_name="Tom", text="Are you there?")
    stack.restart("web")
    expect(desk.page.locator("#thread .message.in").last).to_contain_text(
        "Are you there?", timeout=30_000
    )
    expect(box).to_have_value("half a sentence")


def test_a_silent_redis_costs_a_moment_and_no_message(
    stack: Stack, seaview: Hotel, desks: Desks
) -> None:
    chat = "447911123457@c.us"
    start(stack, seaview, chat, "Ines")
    desk = desks.open(seaview)
    desk.open("Ines")
    stack.kill9("valkey")
    try:
        stack.simulator.write(seaview.id_instance, chat, sender_name="Ines", text="Without a bell")
        expect(desk.page.locator("#thread .message.in").last).to_contain_text("Without a bell")
        desk.reply("And back")
        expect(desk.page.locator("#thread .tick-read")).to_have_count(1, timeout=20_000)
    finally:
        stack.restart("valkey")


@pytest.mark.parametrize("cdn", ["refuses", "silent"])
def test_without_the_cdn_our_own_copy_serves(
    stack: Stack, seaview: Hotel, desks: Desks, cdn: str
) -> None:
    chat = f"44791112346{len(cdn)}@c.us"
    desk = desks.open(seaview, cdn=cdn)
    start(stack, seaview, chat, f"Guest {cdn}")
    row = desk.page.locator("#rows .row", has_text=f"Guest {cdn}")
    expect(row.first).to_be_visible()
    desk.open(f"Guest {cdn}")
    desk.reply("Welcome")
    expect(desk.page.locator("#thread .message.out")).to_have_count(1)


def test_a_page_that_arrives_slowly_is_live_once_it_is_there(
    stack: Stack, seaview: Hotel, desks: Desks
) -> None:
    chat = "447911123490@c.us"
    start(stack, seaview, chat, "Slowly")
    desk = desks.open(seaview)
    desk.open("Slowly")
    desk.page.add_init_script(EARLY)
    held: list[Route] = []
    desk.page.route("**/bundles/desk-*.js", lambda route: held.append(route))
    desk.page.reload(wait_until="commit")
    desk.page.wait_for_function("() => document.documentElement.dataset.vendor")
    wait_until(lambda: bool(desk.page.evaluate("true") and held), what="our script to be asked for")
    stack.simulator.write(seaview.id_instance, chat, sender_name="Slowly", text="Hello again")
    desk.page.evaluate("() => dispatchEvent(new Event('focus'))")
    desk.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    held[0].continue_()
    expect(desk.page.locator("#thread .message.in").last).to_contain_text("Hello again")
    expect(desk.page.locator("#rows .row", has_text="Slowly").locator(".badge")).to_have_count(0)


def test_what_htmx_needs_besides_is_waited_for(stack: Stack, seaview: Hotel, desks: Desks) -> None:
    chat = "447911123491@c.us"
    start(stack, seaview, chat, "Later")
    desk = desks.open(seaview)
    desk.open("Later")
    desk.page.route("https://cdn.jsdelivr.net/**/hx-upsert.min.js", lambda _: None)  # silence
    desk.page.reload(wait_until="commit")
    desk.page.wait_for_function("() => document.querySelector('#live[data-htmx-powered]')")
    stack.simulator.write(seaview.id_instance, chat, sender_name="Later", text="Still there?")
    desk.page.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(desk.page.locator("#thread .message.in").last).to_contain_text("Still there?")


def test_without_scripts_the_desk_still_reads_and_answers(
    stack: Stack, seaview: Hotel, desks: Desks
) -> None:
    chat = "447911123470@c.us"
    start(stack, seaview, chat, "Plain")
    desk = desks.open(seaview, scripts=False)
    desk.page.wait_for_load_state()
    row = desk.page.locator("#rows .row a", has_text="Plain")
    wait_until(lambda: bool(desk.page.reload() and row.count()), 30, "the message on the page")
    row.first.click()
    desk.page.fill("#reply-box", "Plainly answered")
    desk.page.get_by_role("button", name="Send", exact=True).click()
    expect(desk.page.locator("#thread .message.out")).to_contain_text("Plainly answered")
    wait_until(lambda: bool(stack.simulator.received(seaview.id_instance, chat)), 30, "the reply")


def test_a_page_whose_script_is_gone_is_one_without_scripts(
    stack: Stack, seaview: Hotel, desks: Desks
) -> None:
    """As when an upgrade came between a page and its script."""
    chat = "447911123471@c.us"
    start(stack, seaview, chat, "Upgrade")
    desk = desks.open(seaview)
    desk.open("Upgrade")
    desk.page.route("**/bundles/desk-*.js", lambda route: route.abort())
    desk.page.reload()
    expect(desk.page.locator("html.js")).to_have_count(0)
    expect(desk.page.get_by_role("button", name="Send file")).to_be_visible()
    desk.page.fill("#reply-box", "Still answered")
    desk.page.get_by_role("button", name="Send", exact=True).click()
    expect(desk.page.locator("#thread .message.out")).to_contain_text("Still answered")


def test_signing_out_in_one_window_silences_the_other(
    stack: Stack, seaview: Hotel, desks: Desks
) -> None:
    desk = desks.open(seaview)
    second = desk.page.context.new_page()
    second.goto(desk.page.url)
    desk.page.locator("form[action$='/sign-out'] button").first.evaluate(
        "button => button.form.requestSubmit()"
    )
    desk.page.wait_for_url("**/sign-in*")
    start(stack, seaview, "447911123480@c.us", "Secret")
    expect(second.locator("input[name=password]")).to_be_visible()
    assert "Secret" not in second.content()
