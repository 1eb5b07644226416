"""What a page asks every moment: what moved at its hotel, and the partials of the answer."""

import re

from flask.testing import FlaskClient

HX = {"HX-Request": "true"}


def ask(client: FlaskClient, since: int, hotel: str = "grand-plaza", **more: object) -> str:
    """What moved at the hotel since this number."""
    query = {"since": since, "view": "needs_us", **more}
    answer = client.get(f"/h/{hotel}/changes", query_string=query, headers=HX)
    assert answer.status_code == 200, answer.text
    return answer.text


def partial(html: str, target: str) -> list[tuple[str, str]]:
    """(swap, content) of each partial for this target."""
    found = re.findall(
        rf'<hx-partial hx-target="{re.escape(target)}" hx-swap="([^"]+)">(.*?)</hx-partial>',
        html,
        re.DOTALL,
    )
    return [(swap, content) for swap, content in found]


def seq_of(html: str) -> int:
    """The number that the answer brings the page to."""
    return int(re.findall(r'id="arrived" hidden data-seq="(\d+)"', html)[0])
