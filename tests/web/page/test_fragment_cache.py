"""A drawing is made once for many who ask at once, and kept for a moment (decision 0006)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from flask import Flask

from inbox.extensions import db
from inbox.models import Hotel
from inbox.web.page.fragment_cache import KEPT_SECONDS, MOST, FragmentCache

pytestmark = pytest.mark.usefixtures("moment")


@pytest.fixture
def shelf() -> FragmentCache:
    return FragmentCache()


def test_many_who_ask_at_once_are_one_drawing_and_wait_without_a_connection(
    app: Flask, shelf: FragmentCache
) -> None:
    drawings: list[int] = []
    begun, all_here = threading.Event(), threading.Event()
    askers = 12

    def draw() -> str:
        begun.set()
        assert all_here.wait(5)
        drawings.append(1)
        return "drawn"

    def asks(_: int) -> str:
        with app.app_context():
            db.session.execute(db.select(Hotel.id)).all()
            return shelf.get("key", draw)

    with ThreadPoolExecutor(askers) as pool:
        answers = [pool.submit(asks, number) for number in range(askers)]
        assert begun.wait(5)
        db.session.remove()
        while db.engine.pool.checkedout() > 1:  # type: ignore[attr-defined]
            assert not all_here.wait(0.005)
        all_here.set()
        assert [answer.result(5) for answer in answers] == ["drawn"] * askers
    assert drawings == [1]


def test_a_drawing_that_fails_is_nobody_elses_fault(app: Flask, shelf: FragmentCache) -> None:
    begun, fail = threading.Event(), threading.Event()

    def fails() -> str:
        begun.set()
        assert fail.wait(5)
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shelf.get, "key", fails)
        assert begun.wait(5)

        def asks() -> str:
            with app.app_context():
                return shelf.get("key", lambda: "drawn")

        second = pool.submit(asks)
        fail.set()
        assert isinstance(first.exception(5), ZeroDivisionError)
        assert second.result(5) == "drawn"


def test_a_drawing_that_failed_is_not_kept(shelf: FragmentCache) -> None:
    with pytest.raises(ZeroDivisionError):
        shelf.get("key", lambda: str(1 // 0))
    assert shelf.get("key", lambda: "drawn") == "drawn"
    assert shelf.get("key", lambda: "drawn again") == "drawn"


def test_it_is_kept_for_a_moment_and_never_grows(
    shelf: FragmentCache, moment: SimpleNamespace
) -> None:
    assert shelf.get("a", lambda: "old") == "old"
    assert shelf.get("a", lambda: "new") == "old"
    moment.now += KEPT_SECONDS
    assert shelf.get("a", lambda: "new") == "new"
    for number in range(3 * MOST):
        shelf.get(number, str)
    assert len(shelf) <= MOST
