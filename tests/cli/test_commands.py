"""Commands: what is wrong is said in one clear line, with an exit code and without a traceback."""

import shutil
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from inbox.config import Settings
from inbox.extensions import db
from inbox.models import ApiToken, Hotel, Instance, Membership, Staff
from tests.cast.people import API_URL, PASSWORD, Cast

HOTEL = ["hotel", "add", "new-hotel", "--name", "New", "--timezone", "Europe/Madrid"]
INSTANCE = ["instance", "add", "grand-plaza", "--receive", "poll", "--api-url", API_URL]
NUMBER = ["--id-instance", "1101000077", "--token", "t" * 50]
PACE = ["instance", "pace", "grand-plaza", "--id-instance", "1101000001", "--interval-ms"]
STAFF = ["staff", "add", "dora@example.com", "--name", "Dora"]


def run(app: Flask, args: list[str], stdin: str | bytes = "") -> Result:
    result = app.test_cli_runner().invoke(args=args, input=stdin)
    db.session.rollback()
    return result


def rows() -> list[int]:
    tables = (Hotel, Instance, Staff, Membership, ApiToken)
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def assert_refused(result: Result) -> str:
    """The last line says it; nothing is a traceback."""
    assert result.exit_code not in (0, None), result.output
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output
    assert not result.stdout.strip()
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: "), result.stderr
    return last


REFUSED: list[tuple[list[str], str]] = [
    (["hotel", "add", "grand-plaza", "--name", "N", "--timezone", "Europe/Madrid"], "already"),
    *(
        (["hotel", "add", slug, "--name", "N", "--timezone", "Europe/Madrid"], "slug")
        for slug in ("", "A", "a b", "a/b", "é", "a" * 64, "../x", "a_b", "a-")
    ),
    *(
        (["hotel", "add", "x", "--name", "N", "--timezone", zone], "time zone")
        for zone in ("", "Madrid", "CEST+9", "../../etc/passwd", "europe/madrid", "Mars/Base")
    ),
    (["hotel", "add", "x", "--name", "", "--timezone", "UTC"], "name"),
    (["hotel", "add", "x", "--name", "n" * 201, "--timezone", "UTC"], "name"),
    ([*HOTEL, "--locale", "english please"], "locale"),
    (["hotel", "add", "x"], "--name"),
    (["hotel"], ""),
    (["hotel", "rules", "no-such"], "no-such"),
    (["hotel", "rules", "grand-plaza", "--strangers-a-day", "1001"], "0 to 1,000"),
    (["hotel", "rules", "grand-plaza", "--read-receipts", "always"], "always"),
    ([*PACE[:3], "--id-instance", "7", "--interval-ms", "50"], "instance 7"),
    ([*PACE, "19"], "20 to 60,000"),
    (["instance", "add", "no-such", *NUMBER], "no-such"),
    ([*INSTANCE, "--id-instance", "1101000001", "--token", "t" * 50], "linked already"),
    ([*INSTANCE, "--id-instance", "-5", "--token", "t" * 50], "idInstance"),
    ([*INSTANCE, "--id-instance", "0", "--token", "t" * 50], "idInstance"),
    ([*INSTANCE, "--id-instance", "9" * 30, "--token", "t" * 50], "idInstance"),
    ([*INSTANCE, "--id-instance", "abc", "--token", "t" * 50], "abc"),
    ([*INSTANCE, "--id-instance", "1101000077", "--token", "a b"], "token"),
    ([*INSTANCE, "--id-instance", "1101000077", "--token", ""], "token"),
    ([*INSTANCE, *NUMBER, "--webhook-token", "short"], "webhook_token"),
    ([*INSTANCE, *NUMBER, "--signature-secret", "short"], "signature_secret"),
    ([*INSTANCE, *NUMBER, "--receive", "fax"], "fax"),
    *(
        ([*INSTANCE, *NUMBER, "--api-url", url], "api_url")
        for url in ("x", "http://api.example.com", "ftp://x", "https://", "https://[::1", "//x",
                    "https://u:p@x.example", "https://x:port", "file:///etc/passwd")
    ),
    ([*INSTANCE, *NUMBER, "--media-url", "http://evil.example"], "media_url"),
    (["instance", "connect", "no-such"], "no-such"),
    (["staff", "grant", "alice@example.com", "no-such", "owner"], "no-such"),
    (["staff", "grant", "nobody@example.com", "grand-plaza", "owner"], "nobody@example.com"),
    (["staff", "grant", "alice@example.com", "grand-plaza", "king"], "king"),
    (["token", "add", "no-such", "--name", "N"], "no-such"),
    (["token", "add", "grand-plaza", "--name", ""], "name"),
    (["token", "add", "grand-plaza"], "--name"),
    (["simulator", "--port", "0"], "--port"),
    (["simulator", "--port", "65536"], "--port"),
    (["simulator", "--port", "x"], "--port"),
    (["simulator", "--instances", "/no/such/file.json"], "/no/such/file.json"),
    (["worker", "no-such-queue"], "no-such-queue"),
    (["worker", "sending", "--processes", "0"], "--processes"),
    (["no-such-command"], "no-such-command"),
]  # fmt: skip


@pytest.mark.parametrize(("args", "word"), REFUSED, ids=lambda part: str(part)[-60:])
def test_a_bad_argument_is_named(app: Flask, cast: Cast, args: list[str], word: str) -> None:
    before = rows()
    result = run(app, args)
    if word:
        assert word in assert_refused(result)
    else:
        assert result.exit_code != 0
    assert rows() == before


@pytest.mark.parametrize(
    ("email", "name", "stdin", "word"),
    [
        ("alice@example.com", "A", PASSWORD + "\n", "already"),
        (" ALICE@example.com", "A", PASSWORD + "\n", "already"),
        ("nobody", "A", PASSWORD + "\n", "e-mail"),
        ("a@b@c", "A", PASSWORD + "\n", "e-mail"),
        ("a b@c.example", "A", PASSWORD + "\n", "e-mail"),
        ("", "A", PASSWORD + "\n", "e-mail"),
        ("dora@example.com", "", PASSWORD + "\n", "name"),
        ("dora@example.com", "Dora", "", "password"),
        ("dora@example.com", "Dora", "\n", "password"),
        ("dora@example.com", "Dora", "short\n", "password"),
        ("dora@example.com", "Dora", "x" * 201 + "\n", "password"),
        ("dora@example.com", "Dora", b"\xff\xfe not utf-8 at all\n", "UTF-8"),
    ],
)
def test_a_person_is_refused_in_words(
    app: Flask, cast: Cast, email: str, name: str, stdin: str | bytes, word: str
) -> None:
    before = rows()
    assert word in assert_refused(run(app, ["staff", "add", email, "--name", name], stdin))
    assert rows() == before


def test_the_password_is_never_repeated(app: Flask, cast: Cast) -> None:
    for stdin in ("hunter2\n", "hunter2" * 40 + "\n"):
        assert "hunter2" not in run(app, STAFF, stdin).output
    added = run(app, STAFF, "hunter2hunter2\r\n")
    assert added.exit_code == 0
    assert "hunter2" not in added.output


def test_a_token_that_is_refused_is_not_repeated(app: Flask, cast: Cast) -> None:
    for option in ("--token", "--webhook-token", "--signature-secret"):
        args = [*INSTANCE, *NUMBER, option, "hunter2 with a blank"]
        assert "hunter2" not in run(app, args).output


def test_everything_can_be_set_up(app: Flask, cast: Cast) -> None:
    assert run(app, HOTEL).exit_code == 0
    assert run(app, [*INSTANCE, *NUMBER]).exit_code == 0
    assert run(app, STAFF, PASSWORD + "\n").exit_code == 0
    assert run(app, ["staff", "grant", "dora@example.com", "new-hotel", "owner"]).exit_code == 0
    made = run(app, ["token", "add", "new-hotel", "--name", "booking engine"])
    assert made.exit_code == 0
    assert len(made.stdout.split()) == 1


def test_a_webhook_address_that_could_not_be_set_is_a_failure_to_connect(
    app: Flask, cast: Cast
) -> None:
    result = run(app, ["instance", "connect", "grand-plaza"])
    assert result.exit_code == 1
    assert "could not be set" in result.stdout
    assert "0" * 50 not in result.output


def test_a_hotel_without_a_number_has_nothing_to_connect(app: Flask, cast: Cast) -> None:
    run(app, HOTEL)
    assert "no number" in assert_refused(run(app, ["instance", "connect", "new-hotel"]))


COMMANDS = [
    (HOTEL, ""),
    (["instance", "add", "x", *NUMBER], ""),
    (["instance", "connect", "x"], ""),
    (STAFF, PASSWORD + "\n"),
    (["staff", "grant", "a@example.com", "x", "owner"], ""),
    (["token", "add", "x", "--name", "N"], ""),
    (["demo", "seed"], ""),
    (["demo", "connect"], ""),
]


@pytest.mark.parametrize(("args", "stdin"), COMMANDS, ids=lambda part: str(part)[:30])
@pytest.mark.parametrize("instead", ["nothing", "an empty file"])
@pytest.mark.only_on("sqlite")
def test_a_database_without_tables_is_said_in_words(
    app: Flask, args: list[str], stdin: str, instead: str
) -> None:
    settings: Settings = app.config["LOBBY"]
    db.session.remove()
    db.engine.dispose()
    file = settings.data_dir / "lobby.db"
    shutil.move(file, file.with_name("aside.db"))
    if instead == "an empty file":
        file.touch()
    assert "db upgrade" in assert_refused(run(app, args, stdin))


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"a": 1}', '[{"id_instance": "x"}]', "\x00"])
def test_a_bad_list_of_instances_is_said_in_words(app: Flask, tmp_path: Path, content: str) -> None:
    file = tmp_path / "instances.json"
    file.write_text(content)
    result = run(app, ["simulator", "--port", "21599", "--instances", str(file)])
    assert result.exit_code not in (0, None)
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output


def test_the_demo_is_not_for_production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "production", True)
    assert "development" in assert_refused(run(app, ["demo", "seed"]))


def test_the_house_rules_are_shown_and_changed(app: Flask, cast: Cast) -> None:
    assert "a day: 20" in run(app, ["hotel", "rules", "grand-plaza"]).output
    changed = run(app, ["hotel", "rules", "grand-plaza", "--strangers-a-day", "0"])
    assert "a day: 0" in changed.output
    assert "were read: answer" in changed.output
    assert run(app, [*PACE, "500"]).exit_code == 0
    assert db.session.get_one(Instance, cast.instance_id).send_interval_ms == 500
