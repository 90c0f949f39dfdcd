"""How the sender of a message proves itself, by each source: what passes, what is refused and in which words."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace

import pytest

from hatchet.engine.rules.webhooks import Webhook, challenge, check, event_of, svix_key
from hatchet.engine.state.errors import Code, Refused

NOW = 1_900_000_000
BODY = b'{"kind": "k"}'
PLAIN = Webhook(
    id="hook", source="GENERIC", event_key="input.kind", scope=None, static_payload=None, returns_event=True,
    auth="API_KEY", header="X-Key", secret="s3cret", algorithm="SHA256", encoding="HEX", created_at=0.0, updated_at=0.0,
)  # fmt: skip
BASIC = replace(PLAIN, auth="BASIC", header="ada")
SIGNED = replace(PLAIN, auth="HMAC", header="X-Sign")
SLACK = replace(SIGNED, source="SLACK", header="X-Slack-Signature")
STRIPE = replace(SIGNED, source="STRIPE", header="Stripe-Signature")
KEY = base64.b64encode(b"the key").decode()
SVIX = replace(SIGNED, source="SVIX", header="svix-signature", secret=f"whsec_{KEY}")


def sign(data: bytes, secret: bytes = b"s3cret") -> str:
    return hmac.new(secret, data, hashlib.sha256).hexdigest()


def basic(text: str, scheme: str = "Basic") -> dict[str, str]:
    return {"authorization": f"{scheme} {base64.b64encode(text.encode()).decode()}"}


def slack(at: int | str = NOW, signed: int | str | None = None) -> dict[str, str]:
    text = sign(b"v0:" + str(at if signed is None else signed).encode() + b":" + BODY)
    return {"x-slack-request-timestamp": str(at), "x-slack-signature": f"v0={text}"}


def stripe(at: int | str = NOW, line: str = "t={t},v1={v1}") -> dict[str, str]:
    return {"stripe-signature": line.format(t=at, v1=sign(str(at).encode() + b"." + BODY))}


def svix(at: int | str = NOW, prefix: str = "svix", line: str = "v1,{v1}") -> dict[str, str]:
    digest = hmac.new(b"the key", f"id.{at}.".encode() + BODY, hashlib.sha256).digest()
    signature = line.format(v1=base64.b64encode(digest).decode())
    return {f"{prefix}-id": "id", f"{prefix}-timestamp": str(at), f"{prefix}-signature": signature}


def less(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


PASSING: list[tuple[Webhook, Mapping[str, str]]] = [
    (PLAIN, {"x-key": "s3cret"}),
    (BASIC, basic("ada:s3cret")),
    (BASIC, basic("ada:s3cret", "bAsIc")),
    (replace(BASIC, secret="a:b"), basic("ada:a:b")),
    (SIGNED, {"x-sign": sign(BODY)}),
    (SIGNED, {"x-sign": f" sha256={sign(BODY)} "}),
    *((SLACK, slack(NOW + away)) for away in (0, -300, 300)),
    *((STRIPE, stripe(NOW + away)) for away in (0, -600, 600)),
    (STRIPE, stripe(line="v0=x, t={t} ,v1={v1}")),
    *((SVIX, svix(NOW + away)) for away in (0, -300, 300)),
    (SVIX, svix(prefix="webhook")),
    (SVIX, svix(line="v2,x v1,wrong v1,{v1}")),
    (SVIX, {**svix(prefix="webhook"), **less(svix(), "svix-id")}),
]


@pytest.mark.parametrize(("webhook", "headers"), PASSING)
def test_who_proves_itself_passes_and_nobody_else_by_the_same_headers(
    webhook: Webhook, headers: Mapping[str, str]
) -> None:
    check(webhook, BODY, headers, NOW)
    secret = f"whsec_{base64.b64encode(b'other').decode()}" if webhook.source == "SVIX" else "other"
    with pytest.raises(Refused) as caught:
        check(replace(webhook, secret=secret), BODY, headers, NOW)
    assert caught.value.code is Code.FORBIDDEN
    if webhook.auth == "HMAC":
        with pytest.raises(Refused, match=r"invalid (HMAC|SVIX) signature"):
            check(webhook, BODY + b" ", headers, NOW)


DENIED, WRONG = Code.FORBIDDEN, Code.INVALID
SLACK_TIME = "X-Slack-Request-Timestamp"
REFUSED: list[tuple[Webhook, Mapping[str, str], Code, str]] = [
    (PLAIN, {}, DENIED, "missing or invalid api key header: X-Key"),
    (PLAIN, {"x-key": ""}, DENIED, "missing or invalid api key header: X-Key"),
    (PLAIN, {"x-key": "wrong"}, DENIED, "invalid api key: X-Key"),
    (BASIC, {}, DENIED, "missing or invalid authorization header"),
    (BASIC, basic("ada:s3cret", "Bearer"), DENIED, "missing or invalid authorization header"),
    (BASIC, {"authorization": "Basic !"}, DENIED, "missing or invalid authorization header"),
    (BASIC, {"authorization": "Basic /w=="}, DENIED, "missing or invalid authorization header"),
    (BASIC, basic("ada"), DENIED, "missing or invalid authorization header"),
    (BASIC, basic("eve:s3cret"), DENIED, "invalid basic auth credentials"),
    (BASIC, basic("ada:wrong"), DENIED, "invalid basic auth credentials"),
    (SIGNED, {}, DENIED, "missing or invalid signature header: X-Sign"),
    (SIGNED, {"x-sign": "wrong"}, DENIED, "invalid HMAC signature"),
    (SLACK, less(slack(), "x-slack-request-timestamp"), DENIED, f"missing or invalid timestamp header: {SLACK_TIME}"),
    (SLACK, less(slack(), "x-slack-signature"), DENIED, "missing or invalid signature header: X-Slack-Signature"),
    (SLACK, slack("soon"), DENIED, "Invalid timestamp in header"),
    (SLACK, slack(-1), DENIED, "Invalid timestamp in header"),
    (SLACK, slack("1" * 16), DENIED, "Invalid timestamp in header"),
    (SLACK, slack(NOW - 301), DENIED, "timestamp in header is out of range"),
    (SLACK, slack(NOW + 301), DENIED, "timestamp in header is out of range"),
    (SLACK, slack(NOW, NOW + 1), DENIED, "invalid HMAC signature"),
    (STRIPE, {}, WRONG, "missing or invalid signature header: Stripe-Signature"),
    (STRIPE, stripe(line="v1={v1}"), WRONG, "missing or invalid signature header: Stripe-Signature"),
    (STRIPE, stripe(line="t={t}"), WRONG, "missing or invalid signature header: Stripe-Signature"),
    (STRIPE, stripe(line="t={t},v1"), WRONG, "invalid signature header format: Stripe-Signature"),
    (STRIPE, stripe(line="t={t},v1==a"), WRONG, "invalid signature header format: Stripe-Signature"),
    (STRIPE, stripe("soon"), WRONG, "Invalid timestamp in signature header"),
    (STRIPE, stripe(NOW - 601), WRONG, "timestamp in signature header is out of range"),
    (STRIPE, stripe(NOW + 601), WRONG, "timestamp in signature header is out of range"),
    (STRIPE, stripe(line="t={t},v1=wrong"), DENIED, "invalid HMAC signature"),
    (SVIX, {}, WRONG, "missing or invalid headers"),
    *((SVIX, less(svix(), name), WRONG, "missing or invalid headers") for name in svix()),
    (SVIX, svix("soon"), WRONG, "invalid timestamp header: invalid headers"),
    (SVIX, svix(NOW - 301), WRONG, "invalid timestamp header: message too old"),
    (SVIX, svix(NOW + 301), WRONG, "invalid timestamp header: message too new"),
    (SVIX, svix(line="v2,{v1}"), DENIED, "invalid SVIX signature"),
    (SVIX, svix(line="{v1}"), DENIED, "invalid SVIX signature"),
]


@pytest.mark.parametrize(("webhook", "headers", "code", "words"), REFUSED)
def test_who_does_not_is_refused(webhook: Webhook, headers: Mapping[str, str], code: Code, words: str) -> None:
    with pytest.raises(Refused) as caught:
        check(webhook, BODY, headers, NOW)
    assert (caught.value.code, caught.value.message) == (code, words)


@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256", "SHA512", "MD5"])
@pytest.mark.parametrize("encoding", ["HEX", "BASE64", "BASE64URL"])
def test_each_algorithm_has_its_prefix_in_each_encoding(algorithm: str, encoding: str) -> None:
    digest = hmac.new(b"s3cret", BODY, algorithm.lower()).digest()
    text = {
        "HEX": digest.hex(),
        "BASE64": base64.b64encode(digest).decode(),
        "BASE64URL": base64.urlsafe_b64encode(digest).decode(),
    }[encoding]
    webhook = replace(SIGNED, algorithm=algorithm, encoding=encoding)
    for prefix in ("", f"{algorithm.lower()}="):
        check(webhook, BODY, {"x-sign": prefix + text}, NOW)
    with pytest.raises(Refused):
        check(webhook, BODY, {"x-sign": f"sha3={text}"}, NOW)


def test_slack_alone_is_answered_with_its_challenge() -> None:
    assert challenge(SLACK, b'{"challenge": "c"}') == "c"
    for webhook, body in (
        (PLAIN, b'{"challenge": "c"}'), (SLACK, b'{"challenge": ""}'), (SLACK, b'{"challenge": 1}'), (SLACK, b"{}"),
        (SLACK, b"["), (SLACK, b"\xff"),
    ):  # fmt: skip
        assert challenge(webhook, body) is None


FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


@pytest.mark.parametrize(
    ("webhook", "body", "headers", "payload"),
    [
        (PLAIN, b'{"kind": "k", "tenant": 1, "v1-webhook": 2, "n": 3}', {}, '{"kind":"k","n":3}'),
        (replace(PLAIN, static_payload='{"n": 4, "m": 5}'), b'{"kind": "k", "n": 3}', {}, '{"kind":"k","n":4,"m":5}'),
        (PLAIN, b"kind=k&kind=other&empty=", FORM, '{"kind":"k","empty":""}'),
        (SLACK, b"kind=k&payload=", FORM, '{"kind":"k","payload":""}'),
        (SLACK, b"payload=%7B%22kind%22%3A%22k%22%7D&x=y", FORM, '{"kind":"k"}'),
        (PLAIN, b"kind=k&payload=%7B%7D", FORM, '{"kind":"k","payload":"{}"}'),
    ],
)
def test_a_message_becomes_the_payload_of_an_event(
    webhook: Webhook, body: bytes, headers: Mapping[str, str], payload: str
) -> None:
    event = event_of(webhook, body, headers)
    assert (event.key, event.payload.replace(" ", ""), event.scope, event.webhook) == ("k", payload, None, "hook")


def test_key_and_scope_are_made_of_the_message_and_its_headers() -> None:
    webhook = replace(PLAIN, event_key="input.kind + headers['x']", scope="headers['x'] + input.s")
    event = event_of(webhook, b'{"kind": "k", "s": "t"}', {"x": "y"})
    assert (event.key, event.scope) == ("ky", "yt")


@pytest.mark.parametrize(
    ("webhook", "body", "headers", "words"),
    [
        (PLAIN, b"", {}, "failed to unmarshal request body"),
        (PLAIN, b"\xff", {}, "failed to unmarshal request body"),
        (STRIPE, b"kind=k", FORM, "form-encoded requests are not supported for webhook source: STRIPE"),
        (PLAIN, b"\xff", FORM, "Failed to parse form data"),
        (SLACK, b"payload=x", FORM, "Failed to unmarshal payload parameter as JSON"),
        (PLAIN, b'{"kind": 1}', {}, "Event key expression must evaluate to a string"),
        (PLAIN, b"{}", {}, "Failed to evaluate event key expression: no such key: kind"),
        (PLAIN, b'{"kind": ""}', {}, "Event key evaluated to an empty string"),
        (replace(PLAIN, scope="input.s"), BODY, {}, "Failed to evaluate scope expression: no such key: s"),
    ],
)
def test_a_message_that_makes_no_event_is_refused(
    webhook: Webhook, body: bytes, headers: Mapping[str, str], words: str
) -> None:
    with pytest.raises(Refused) as caught:
        event_of(webhook, body, headers)
    assert (caught.value.code, caught.value.message) == (WRONG, words)


def test_a_svix_secret_is_base64_with_or_without_its_prefix() -> None:
    assert svix_key(f"whsec_{KEY}") == svix_key(KEY) == b"the key"
    for wrong in ("", "whsec_", "no base64!"):
        with pytest.raises(ValueError, match="a Svix signing secret is base64 after whsec_"):
            svix_key(wrong)
