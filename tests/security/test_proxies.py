"""Behind a proxy the caller is whom the proxy names; without one nobody may name themselves."""

from dataclasses import replace

import pytest
from flask import Flask, request

from inbox import create_app


@pytest.mark.parametrize(("proxies", "expected"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_the_address_is_the_callers(app: Flask, proxies: int, expected: str) -> None:
    behind = create_app(replace(app.config["LOBBY"], proxies=proxies))
    seen: list[str | None] = []
    behind.before_request(lambda: seen.append(request.remote_addr))
    behind.test_client().get("/healthz", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
    assert seen == [expected]
