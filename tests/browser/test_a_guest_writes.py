"""Journey 1, as the desk sees it: a guest writes, and it is on the screen, there only, once."""

import pytest
from playwright.sync_api import APIResponse, Route, expect

from tests.browser.conftest import GUEST, PHONE, PICTURES, WIDE, Desks, start
from tests.greenapi import samples
from tests.stack.stack import Hotel, Stack, wait_until


def test_it_appears_in_every_window_of_that_hotel_and_in_no_other(
    stack: Stack, plaza: Hotel, seaview: Hotel, desks: Desks
) -> None:
    first, second, other = desks.open(plaza), desks.open(plaza), desks.open(seaview)
    stack.simulator.write(
        plaza.id_instance, GUEST, sender_name="Emma Clarke", text="Is breakfast included?"
    )
    for desk in (first, second):
        expect(desk.page.locator("#rows .row", has_text="Emma Clarke")).to_contain_text("breakfast")
    stack.simulator.write(plaza.id_instance, GUEST, sender_name="Emma Clarke", text="And a cot?")
    expect(first.page.locator("#rows .row", has_text="Emma Clarke")).to_contain_text("And a cot?")
    expect(other.page.locator("#rows")).not_to_contain_text("cot")
    assert "cot" not in other.page.content()


def test_it_appears_in_the_open_thread_once_and_at_the_end(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "4915112345678@c.us"
    stack.simulator.write(plaza.id_instance, chat, sender_name="Lukas Brandt", text="Guten Tag")
    desk = desks.open(plaza)
    desk.open("Lukas Brandt")
    for number in range(5):
        stack.simulator.write(
            plaza.id_instance, chat, sender_name="Lukas Brandt", text=f"Frage {number}"
        )
    messages = desk.page.locator("#thread .message.in")
    expect(messages).to_have_count(6)
    for number in range(5):
        expect(messages.nth(number + 1)).to_contain_text(f"Frage {number}")


def test_what_guests_send_can_be_seen_heard_and_opened(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "351912345098@c.us"
    desk = desks.open(plaza)
    for kind in ("image", "voice", "document"):
        stack.simulator.write(plaza.id_instance, chat, sender_name="Beatriz", type=kind)
    stack.simulator.write(
        plaza.id_instance,
        chat,
        sender_name="Beatriz",
        type="location",
        latitude=38.7,
        longitude=-9.1,
    )
    desk.open("Beatriz")
    page = desk.page
    picture = page.locator("#thread .kind-image img")
    expect(picture).to_be_visible()
    page.wait_for_function(
        "() => document.querySelector('#thread .kind-image img')?.naturalWidth > 0"
    )
    page.wait_for_function("() => document.querySelector('#thread audio')?.duration > 0.5")
    with page.expect_download() as download:
        page.locator("#thread .kind-document a[download]").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    place = page.locator("#thread .kind-location a").first
    assert "38.7" in (place.get_attribute("href") or "")
    assert place.get_attribute("rel") == "noopener noreferrer"


def test_the_old_text_that_somebody_reads_stays_open_when_the_bubble_moves(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "5511987650123@c.us"
    desk = desks.open(plaza)
    first = stack.simulator.write(plaza.id_instance, chat, sender_name="Rafael", text="Room 12")

    def edit(text: str) -> None:
        data = samples.edited(text, first)
        stack.simulator.write(plaza.id_instance, chat, type="raw", messageData=data)

    desk.open("Rafael")
    edit("Room 21")
    earlier = desk.page.locator("#thread .message.in details.earlier")
    earlier.locator("summary").click()
    expect(earlier).to_contain_text("Room 12")
    edit("Room 121")
    expect(earlier.locator("li")).to_have_count(2)
    expect(earlier).to_have_attribute("open", "")


@pytest.mark.parametrize("dark", [False, True])
def test_a_guests_name_and_words_are_never_a_program(
    stack: Stack, plaza: Hotel, desks: Desks, dark: bool
) -> None:
    evil = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
    chat = f"39340123456{int(dark)}@c.us"
    desk = desks.open(plaza, dark=dark)
    stack.simulator.write(plaza.id_instance, chat, sender_name=evil, text=evil)
    row = desk.page.locator("#rows .row", has_text="onerror").last
    expect(row).to_be_visible()
    row.click()
    expect(desk.page.locator("#thread .message.in").first).to_contain_text("<script>")
    assert desk.page.evaluate("window.owned") is None


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_who_looks_at_another_tab_is_told_who_needs_us(
    stack: Stack, plaza: Hotel, desks: Desks, size: tuple[int, int]
) -> None:
    number = 34600777001 + size[0]
    name = f"Nora {number}"
    desk, other = desks.open(plaza, size=size), desks.open(plaza)
    page = desk.page
    page.locator("#tabs").get_by_role("link", name="Waiting").click()
    expect(page.locator("#tabs [aria-current]")).to_contain_text("Waiting")
    start(stack, plaza, f"{number}@c.us", name)
    chip = page.locator("#elsewhere").get_by_role("link", name=f"{name} needs us")
    expect(chip).to_be_visible()
    page.screenshot(path=PICTURES / f"needs-us-{'wide' if size == WIDE else 'phone'}.png")
    box = chip.bounding_box()
    assert box is not None
    assert box["height"] >= (44 if size == PHONE else 28)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if size == PHONE:
        other.open(name)
    else:
        chip.click()
        expect(page.locator(".thread-who h2")).to_have_text(name)
        expect(page.locator("#tabs [aria-current]")).to_contain_text("Waiting")
    expect(chip).to_have_count(0)


def test_a_click_counts_though_news_comes_between_press_and_release(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat, name = "34600777900@c.us", "Pia Presa"
    start(stack, plaza, chat, name)
    desk = desks.open(plaza)
    page, row = desk.page, desk.page.locator("#rows .row", has_text=name)
    expect(page.locator("#live[data-htmx-powered]")).to_have_count(1)
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        answer = route.fetch()
        if "Anybody?" in answer.text() and not held:
            held.append((route, answer))
        else:
            route.fulfill(response=answer)

    page.route("**/changes?*", hold)
    page.evaluate("addEventListener('htmx:finally:request', () => (window.came = true))")
    stack.simulator.write(plaza.id_instance, chat, sender_name=name, text="Anybody?")
    wait_until(lambda: bool(page.evaluate("window.came = false, true") and held), what="the news")
    row.hover()
    page.mouse.down()
    held[0][0].fulfill(response=held[0][1])
    page.wait_for_function("window.came")
    page.mouse.up()
    expect(page.locator(".thread-who h2")).to_have_text(name)
    expect(row).to_contain_text("Anybody?")
    page.unroute_all(behavior="ignoreErrors")
