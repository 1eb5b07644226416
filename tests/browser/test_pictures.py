"""Every screen, light and dark, wide and phone-sized, kept in test-results/pictures to be
looked at.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, PICTURES, WIDE, Desks
from tests.stack.stack import Hotel, Stack

LOOKS = [
    pytest.param(size, dark, id=f"{name}-{'dark' if dark else 'light'}")
    for name, size in (("wide", WIDE), ("tablet", (1024, 768)), ("phone", PHONE))
    for dark in (False, True)
]
CHAT = "34600123999@c.us"


@pytest.fixture(scope="module")
def talk(stack: Stack, plaza: Hotel) -> None:
    """A conversation with one of everything."""
    number = plaza.id_instance
    for text in ("Buenos días, ¿podrían traer dos toallas más?", "Gracias 🙏"):
        stack.simulator.write(number, CHAT, sender_name="Lucía Serrano", text=text)
    for kind in ("image", "voice", "document"):
        stack.simulator.write(number, CHAT, sender_name="Lucía Serrano", type=kind)
    stack.simulator.write(
        number, CHAT, type="location", latitude=40.4, longitude=-3.7, name="Atocha"
    )
    stack.simulator.write(
        number, "971501234999@c.us", sender_name="نور حداد", text="هل يوجد موقف سيارات؟"
    )


@pytest.mark.parametrize(("size", "dark"), LOOKS)
@pytest.mark.usefixtures("talk")
def test_no_screen_is_wider_than_its_window(
    plaza: Hotel,
    desks: Desks,
    size: tuple[int, int],
    dark: bool,
    request: pytest.FixtureRequest,
) -> None:
    name = request.node.callspec.id
    desk = desks.open(plaza, size=size, dark=dark)
    expect(desk.page.locator("#rows .row").first).to_be_visible()
    keep(desk.page, f"{name}-list")
    desk.open("Lucía")
    expect(desk.page.locator("#thread .kind-image img")).to_be_visible()
    keep(desk.page, f"{name}-thread")
    stranger = desks.stranger(size=size, dark=dark)
    expect(stranger.locator("input[name=password]")).to_be_visible()
    keep(stranger, f"{name}-sign-in")


def keep(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
    overhang = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    gap = page.evaluate("innerHeight - document.body.getBoundingClientRect().height")
    assert overhang <= 0, f"{name} can be scrolled sideways by {overhang} px"
    assert gap <= 0, f"{name} leaves {gap} px empty at the bottom"
