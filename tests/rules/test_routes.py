"""Everything needs a person and a hotel, unless it is listed here (D10)."""

import re

import pytest
from flask import Flask

from inbox import create_app
from inbox.config import Settings
from inbox.dispatch.link import link
from inbox.security.tenancy import GUARDED

OPEN = {
    "static": "files that everybody may have",
    "web.bundle_file": "our scripts and styles",
    "web.vendor_file": "the copies of the CDN's files",
    "web.sign_in": "where a person shows who they are",
    "web.enter": "the same, posted",
    "web.leave": "ends whatever session there is",
    "web.home": "sends people to sign in or to their first hotel",
    "health.healthz": "for whoever watches the process",
    "health.readyz": "the same",
    "api.description.show": "what the API can do, which tells nothing of any hotel",
    "api.webhook.receive": "authenticated by the instance's webhook token",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    data = tmp_path_factory.mktemp("data")
    url = link.url
    made = create_app(Settings.from_env({"LOBBY_DATA": str(data)}))
    link.bind(url or made.config["LOBBY"].redis_url)
    return made


def test_every_route_is_guarded_or_listed(app: Flask) -> None:
    unguarded = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not getattr(app.view_functions[rule.endpoint], GUARDED, False)
    }
    assert unguarded - set(OPEN) == set()


def test_the_list_names_no_route_that_is_gone_or_guarded(app: Flask) -> None:
    for endpoint in OPEN:
        assert not getattr(app.view_functions[endpoint], GUARDED, False), endpoint


def test_a_guarded_page_names_its_hotel_in_the_address(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], GUARDED, False):
            assert rule.rule.startswith(("/h/<slug>/", "/api/v1/")), rule.rule


def test_a_stranger_gets_nothing_from_a_guarded_page(app: Flask) -> None:
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN:
            continue
        address = re.sub(r"<int:\w+>", "1", rule.rule).replace("<slug>", "grand-plaza")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(address, method=method)
            sent_away = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
            assert sent_away or answer.status_code == 401, f"{method} {address}"
