"""A click that is earlier than our scripts opens its conversation all the same."""

from functools import partial

from playwright.sync_api import Route, expect

from tests.browser.conftest import Desks, start
from tests.stack.stack import Hotel, Stack, wait_until


def test_the_script_comes_between_the_click_and_its_answer(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    name = "Early Erwin"
    start(stack, plaza, "34600999111@c.us", name)
    page = desks.open(plaza).page
    row = page.locator("#rows .row", has_text=name)
    expect(row).to_be_visible()
    held: dict[str, Route] = {}

    def hold(what: str, route: Route) -> None:
        held[what] = route

    no_cache = {"cacheDisabled": True}
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", no_cache)
    page.route("**/bundles/desk-*.js", partial(hold, "script"))
    page.route("**/c/*", partial(hold, "thread"))
    page.goto(page.url, wait_until="commit")
    expect(row.locator("a[data-htmx-powered]")).to_be_visible()
    row.click()
    wait_until(lambda: page.evaluate("1") and len(held) == 2, what="both requests")
    held["script"].continue_()
    expect(page.locator("html[data-shade]")).to_have_count(1)
    held["thread"].continue_()
    expect(page.locator(".thread-who h2")).to_have_text(name)
    expect(page.locator("#composer[data-opened]")).to_have_count(1)
    page.unroute_all(behavior="ignoreErrors")
