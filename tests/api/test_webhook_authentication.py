"""Who may post a webhook: the instance's token, a signature where one is agreed, nobody else."""

import json
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from inbox.api.webhook import BEGINNING, BODY_LIMIT
from inbox.extensions import db
from inbox.models import Instance, WebhookEvent
from inbox.services.lines import instances
from tests.cast.guest import incoming
from tests.cast.people import API_URL, WEBHOOK_TOKEN, Cast
from tests.cast.webhooks import BEARER, DOOR, assert_error, post, signature

SECRET = "a-secret-of-the-relay"
OTHER_TOKEN = "the-token-of-another-number"
SIGNED = 1101000003
OTHER = 1101000004


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    """Somebody on the internet. The Grand Plaza has two more numbers, one of which signs."""
    for number, token, secret in ((SIGNED, WEBHOOK_TOKEN, SECRET), (OTHER, OTHER_TOKEN, "")):
        instances.add(
            cast.slug,
            instances.Access(
                number, "0" * 50, api_url=API_URL, webhook_token=token, signature_secret=secret
            ),
        )
    return app.test_client()


def events() -> int:
    return db.session.scalar(select(func.count()).select_from(WebhookEvent)) or 0


@pytest.mark.parametrize(
    "shown",
    [
        WEBHOOK_TOKEN,
        f"Bearer {WEBHOOK_TOKEN}",
        f"bearer {WEBHOOK_TOKEN}",
        f"BEARER  {WEBHOOK_TOKEN}",
        f"Basic {WEBHOOK_TOKEN}",
        f" Bearer {WEBHOOK_TOKEN} ",
    ],
)
def test_the_token_opens_with_or_without_its_one_scheme(client: FlaskClient, shown: str) -> None:
    assert post(client, incoming("A1"), {"Authorization": shown}).status_code == 200
    assert events() == 1


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "Bearer",
        "Bearer ",
        "wrong",
        "Bearer wrong",
        f"Bearer Bearer {WEBHOOK_TOKEN}",
        f"Basic Bearer {WEBHOOK_TOKEN}",
        f"Token {WEBHOOK_TOKEN}",
        f"Bearer{WEBHOOK_TOKEN}",
        f"Bearer {WEBHOOK_TOKEN}x",
        f"Bearer {WEBHOOK_TOKEN[:-1]}",
        f"Bearer {WEBHOOK_TOKEN.upper()}",
        f"Bearer {OTHER_TOKEN}",
        f"Bearer {WEBHOOK_TOKEN},{WEBHOOK_TOKEN}",
        "Bearer \xff\xfe",
        "None",
        "Bearer None",
    ],
)
def test_anything_else_does_not(client: FlaskClient, shown: str) -> None:
    answer = post(client, incoming("A1"), {"Authorization": shown})
    assert_error(answer, 401, "unauthorized")
    assert events() == 0


@pytest.mark.parametrize("shown", [{}, {"Authorization": "Bearer wrong"}])
def test_who_proves_nothing_has_next_to_nothing_read(
    client: FlaskClient, shown: dict[str, str]
) -> None:
    body = BytesIO(b'{"a": ' * (BODY_LIMIT // 8))
    size = len(body.getvalue())
    answer = client.post(DOOR, input_stream=body, content_length=size, headers=shown)
    assert_error(answer, 401, "unauthorized")
    assert body.tell() <= BEGINNING


@pytest.mark.parametrize(
    "spoiled",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"[" * 65 + b"]" * 65 + b"}",
        b'{"a":[' + b"[]," * 60_000 + b"[]]}",
        b'"' + b'\\"' * 1_000_000,
        b'{"a":"' + b'\\"' * 1_000_000,
    ],
)
def test_what_no_notification_looks_like_is_kept_and_not_built(
    client: FlaskClient, spoiled: bytes
) -> None:
    assert post(client, spoiled).json == {"status": "quarantined"}
    assert events() == 1


def test_brackets_in_a_guests_words_do_not_count(client: FlaskClient) -> None:
    words = "[{" * 40_000 + '\\"['
    assert post(client, incoming("A1", words)).json == {"status": "applied"}


def test_the_number_may_be_named_anywhere_in_a_signed_body(client: FlaskClient) -> None:
    note = incoming("A1", id_instance=SIGNED)
    raw = json.dumps({"padding": "x" * 100_000, **note}).encode()
    assert post(client, raw, {"X-Webhook-Signature": signature(raw, SECRET)}).status_code == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"no JSON at all",
        b"",
        b"[1101000003]",
        b'{"instanceData": {"\\u0069dInstance": 1101000003}, "typeWebhook": "x"}',
        b'{"instanceData": {"idInstance": "1101000003"}, "typeWebhook": "x"}',
        b'{"instanceData": {"idInstance"            :\n\n 1101000003.0}, "typeWebhook": "x"}',
    ],
)
def test_a_signed_body_is_kept_whatever_it_says_of_itself(client: FlaskClient, raw: bytes) -> None:
    answer = post(client, raw, {"X-Webhook-Signature": signature(raw, SECRET)})
    assert answer.status_code == 200
    assert events() == 1
    spoiled = {"X-Webhook-Signature": signature(raw, SECRET + "x")}
    assert_error(post(client, raw, spoiled), 401, "unauthorized")


def test_no_header_at_all_does_not(client: FlaskClient) -> None:
    assert_error(post(client, incoming("A1"), {}), 401, "unauthorized")


def test_a_token_in_the_address_does_not(client: FlaskClient) -> None:
    raw = json.dumps(incoming("A1"))
    answer = client.post(f"{DOOR}?token={WEBHOOK_TOKEN}&Authorization={WEBHOOK_TOKEN}", data=raw)
    assert_error(answer, 401, "unauthorized")


def test_a_signature_means_nothing_where_none_is_agreed(client: FlaskClient) -> None:
    raw = json.dumps(incoming("A1")).encode()
    shown = {"X-Webhook-Signature": signature(raw, "")}
    assert_error(post(client, raw, shown), 401, "unauthorized")


def test_a_token_is_good_for_its_own_number_only(client: FlaskClient) -> None:
    body = incoming("A1", id_instance=OTHER)
    assert_error(post(client, body), 401, "unauthorized")
    shown = {"Authorization": OTHER_TOKEN}
    assert post(client, body, shown).status_code == 200


def test_a_number_that_is_not_linked_is_refused(client: FlaskClient) -> None:
    assert_error(post(client, incoming("A1", id_instance=1101009999)), 401, "unauthorized")


def test_a_number_without_token_and_secret_takes_nothing(client: FlaskClient, cast: Cast) -> None:
    instance = db.session.get_one(Instance, cast.instance_id)
    instance.webhook_token_sealed = None
    db.session.commit()
    for shown in ({}, {"Authorization": ""}, {"Authorization": "None"}, dict(BEARER)):
        assert post(client, incoming("A1"), shown).status_code == 401


class TestSigned:
    """The number whose relay signs the body."""

    raw = json.dumps(incoming("A1", id_instance=SIGNED)).encode()
    right = signature(raw, SECRET)

    @pytest.mark.parametrize(
        "shown", [right, f"sha256={right}", right.upper(), f"SHA256={right}", f" {right} "]
    )
    @pytest.mark.parametrize("token", [{}, BEARER])
    def test_the_right_signature_opens(
        self, client: FlaskClient, shown: str, token: dict[str, str]
    ) -> None:
        answer = post(client, self.raw, {**token, "X-Webhook-Signature": shown})
        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "shown",
        [
            "",
            "sha256=",
            "0" * 64,
            right[:-1],
            right + "0",
            f"sha256=sha256={right}",
            f"sha1={right}",
            f"md5={right}",
            signature(raw + b" ", SECRET),
            signature(raw, WEBHOOK_TOKEN),
            "\xe9" * 64,
        ],
    )
    @pytest.mark.parametrize("token", [{}, BEARER])
    def test_a_wrong_one_does_not_with_or_without_the_token(
        self, client: FlaskClient, shown: str, token: dict[str, str]
    ) -> None:
        answer = post(client, self.raw, {**token, "X-Webhook-Signature": shown})
        assert_error(answer, 401, "unauthorized")

    def test_the_token_alone_does_not(self, client: FlaskClient) -> None:
        assert_error(post(client, self.raw), 401, "unauthorized")

    def test_a_wrong_token_beside_the_right_signature_does_not(self, client: FlaskClient) -> None:
        shown = {"Authorization": "Bearer wrong", "X-Webhook-Signature": self.right}
        assert_error(post(client, self.raw, shown), 401, "unauthorized")

    def test_it_signs_the_bytes_and_not_their_meaning(self, client: FlaskClient) -> None:
        spaced = json.dumps(json.loads(self.raw), indent=1).encode()
        shown = {"X-Webhook-Signature": self.right}
        assert_error(post(client, spaced, shown), 401, "unauthorized")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_only_post_is_taken(client: FlaskClient, method: str) -> None:
    assert_error(client.open(DOOR, method=method), 405, "method_not_allowed")


def test_no_csrf_token_is_asked_for(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert post(client, incoming("A1")).status_code == 200
