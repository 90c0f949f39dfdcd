"""Incoming webhooks: who may send, and what becomes of a message."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio

from hatchet.engine import MovableClock
from hatchet_api.rest import models
from tests.engine.peer import Peer, payload
from tests.engine.rest_peer import STABLE, Rest, asking, checked

WEBHOOKS = f"{STABLE}/webhooks"
SECRET = "s3cret"


def hook(name: str = "hook", source: str = "GENERIC", **fields: object) -> dict[str, object]:
    """What creates a webhook with an API key."""
    return {
        "name": name,
        "sourceName": source,
        "eventKeyExpression": "input.kind",
        "authType": "API_KEY",
        "auth": {"headerName": "X-Key", "apiKey": SECRET},
        **fields,
    }


def signed(name: str, source: str = "GENERIC", algorithm: str = "SHA256", encoding: str = "HEX") -> dict[str, object]:
    """What creates a webhook with a signature."""
    auth = {
        "algorithm": algorithm,
        "encoding": encoding,
        "signatureHeaderName": "X-Signature",
        "signingSecret": SECRET,
    }
    return hook(name, source, authType="HMAC", auth=auth)


def signature(data: bytes, algorithm: str = "sha256") -> bytes:
    """A signature with the secret of the tests."""
    return hmac.new(SECRET.encode(), data, algorithm).digest()


class Sender:
    """Someone out there, without a token."""

    def __init__(self, rest: Rest, peer: Peer) -> None:
        self.rest = rest
        self.http = asking(peer.endpoint, {})

    async def send(self, name: str, body: object, headers: dict[str, str] | None = None) -> httpx.Response:
        """Send a message; bytes as they are, anything else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.http.post(
            f"{WEBHOOKS}/{name}".format(tenant=self.rest.tenant), content=data, headers=headers or {}
        )

    async def refused(self, status: int, name: str, body: object, headers: dict[str, str] | None = None) -> str:
        """What is said to a message that must be refused."""
        answer = await self.send(name, body, headers)
        assert answer.status_code == status, answer.text
        return checked(models.APIErrors, answer.json()).errors[0].description


@pytest_asyncio.fixture(loop_scope="session")
async def sender(rest: Rest, peer: Peer) -> AsyncIterator[Sender]:
    """A client without a token."""
    sender = Sender(rest, peer)
    yield sender
    await sender.http.aclose()


async def test_a_message_becomes_an_event_that_starts_runs(peer: Peer, rest: Rest, sender: Sender) -> None:
    await peer.put("hooked", event_triggers=["order:*"])
    worker = await peer.worker("hooked:hooked")
    created = await rest.post(
        models.V1Webhook,
        WEBHOOKS,
        hook(
            eventKeyExpression="'order:' + input.kind + ':' + headers['x-shop']",
            scopeExpression="input.scope",
            staticPayload={"fixed": 1, "scope": "s"},
        ),
    )
    assert created.auth_type.value == "API_KEY"
    body = {"kind": "new", "scope": "overridden", "tenant": "dropped", "n": 1}
    answer = await sender.send("hook", body, {"X-Key": SECRET, "X-Shop": "books"})
    assert answer.status_code == 200
    event = checked(models.V1WebhookResponse, answer.json()).event
    assert event is not None
    assert event.key == "order:new:books"
    action = await worker.next()
    assert action.triggering_event_external_id == event.metadata.id
    assert payload(action)["input"] == {"kind": "new", "scope": "s", "n": 1, "fixed": 1}
    seen = await rest.get(models.V1Event, f"{STABLE}/events/{event.metadata.id}")
    assert (seen.scope, seen.triggering_webhook_name) == ("s", "hook")


async def test_webhooks_are_listed_changed_and_deleted(rest: Rest, sender: Sender) -> None:
    await rest.post(models.V1Webhook, WEBHOOKS, hook("one"))
    await rest.post(models.V1Webhook, WEBHOOKS, signed("two", "GITHUB"))
    assert "exists already" in await rest.refused(400, "POST", WEBHOOKS, hook("one"))

    async def listed(**query: str) -> list[str]:
        return [row.name for row in (await rest.get(models.V1WebhookList, WEBHOOKS, query)).rows or []]

    assert await listed() == ["one", "two"]
    assert await listed(sourceNames="GITHUB") == ["two"]
    assert await listed(webhookNames="one") == ["one"]
    assert await listed(limit="1", offset="1") == ["two"]
    change = {"eventKeyExpression": "'changed'", "returnEventAsResponsePayload": False}
    changed = await rest.patch(models.V1Webhook, f"{WEBHOOKS}/one", change)
    assert (changed.event_key_expression, changed.return_event_as_response_payload) == ("'changed'", False)
    answer = await sender.send("one", {}, {"X-Key": SECRET})
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await rest.send("DELETE", f"{WEBHOOKS}/one")).json()["name"] == "one"
    assert "not found" in await rest.refused(404, "GET", f"{WEBHOOKS}/one")
    assert "webhook one not found for tenant" in await sender.refused(404, "one", {})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (hook(authType="NONE"), "authType must be one of BASIC, API_KEY, HMAC"),
        (hook(auth={"headerName": "X"}), "auth.apiKey: Field required"),
        (hook(source="MYSPACE"), "source_name: unknown value 'MYSPACE'"),
        (hook(source="STRIPE"), "messages of STRIPE are signed"),
        (hook(eventKeyExpression="input."), "cannot be read"),
        (hook(name=""), "name must be 1 to 200 printable characters"),
        (signed("x", algorithm="SHA3"), "algorithm: unknown value 'SHA3'"),
        (signed("x", "SVIX"), "base64 after whsec_"),
    ],
)
async def test_webhooks_that_break_a_rule_are_refused(rest: Rest, body: dict[str, object], words: str) -> None:
    assert words in await rest.refused(400, "POST", WEBHOOKS, body)


async def test_basic_auth_and_keys_must_be_right(rest: Rest, sender: Sender) -> None:
    await rest.post(
        models.V1Webhook,
        WEBHOOKS,
        hook("basic", authType="BASIC", auth={"username": "ada", "password": "p:w"}),
    )
    await rest.post(models.V1Webhook, WEBHOOKS, hook("key"))

    def login(text: str) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}

    assert (await sender.send("basic", {"kind": "k"}, login("ada:p:w"))).status_code == 200
    assert "missing or invalid authorization" in await sender.refused(403, "basic", {"kind": "k"})
    assert "invalid basic auth" in await sender.refused(403, "basic", {"kind": "k"}, login("ada:pw"))
    assert "invalid basic auth" in await sender.refused(403, "basic", {"kind": "k"}, login("eve:p:w"))
    assert "missing or invalid api key header: X-Key" in await sender.refused(403, "key", {"kind": "k"})
    assert "invalid api key" in await sender.refused(403, "key", {"kind": "k"}, {"X-Key": "guess"})


@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256", "SHA512", "MD5"])
@pytest.mark.parametrize("encoding", ["HEX", "BASE64", "BASE64URL"])
async def test_signatures_of_every_kind_are_checked(rest: Rest, sender: Sender, algorithm: str, encoding: str) -> None:
    await rest.post(models.V1Webhook, WEBHOOKS, signed("signed", "LINEAR", algorithm, encoding))
    body = b'{"kind":  "spaces count"}'
    digest = signature(body, algorithm.lower())
    text = {
        "HEX": digest.hex(),
        "BASE64": base64.b64encode(digest).decode(),
        "BASE64URL": base64.urlsafe_b64encode(digest).decode(),
    }[encoding]
    assert (await sender.send("signed", body, {"X-Signature": text})).status_code == 200
    assert (await sender.send("signed", body, {"X-Signature": f"{algorithm.lower()}={text}"})).status_code == 200
    other = b'{"kind": "spaces count"}'
    assert await sender.refused(403, "signed", other, {"X-Signature": text}) == "invalid HMAC signature"
    assert "missing or invalid signature header" in await sender.refused(403, "signed", body)


async def test_slack_is_answered_its_challenge_and_signs_with_a_time(
    rest: Rest, sender: Sender, clock: MovableClock
) -> None:
    await rest.post(models.V1Webhook, WEBHOOKS, {**signed("slack", "SLACK"), "eventKeyExpression": "input.command"})
    assert (await sender.send("slack", {"challenge": "abc"})).json() == {"challenge": "abc"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    def headers(body: bytes, at: int) -> dict[str, str]:
        text = "v0=" + signature(f"v0:{at}:".encode() + body).hex()
        return {"X-Slack-Request-Timestamp": str(at), "X-Signature": text, **form}

    now = int(clock.now())
    command = urlencode({"command": "/deploy", "text": "a b"}).encode()
    event = (await sender.send("slack", command, headers(command, now))).json()["event"]
    assert (event["key"], event["payload"]) == ("/deploy", {"command": "/deploy", "text": "a b"})
    interactive = urlencode({"payload": json.dumps({"command": "click"})}).encode()
    event = (await sender.send("slack", interactive, headers(interactive, now))).json()["event"]
    assert event["payload"] == {"command": "click"}
    assert "out of range" in await sender.refused(403, "slack", command, headers(command, now - 301))
    assert "invalid HMAC" in await sender.refused(403, "slack", interactive, headers(command, now))
    assert "timestamp header" in await sender.refused(403, "slack", command, form)


async def test_stripe_signs_with_a_time_inside_its_header(rest: Rest, sender: Sender, clock: MovableClock) -> None:
    await rest.post(models.V1Webhook, WEBHOOKS, signed("stripe", "STRIPE"))
    body = b'{"kind": "paid"}'
    now = int(clock.now())

    def header(at: int) -> dict[str, str]:
        return {"X-Signature": f"t={at},v1={signature(f'{at}.'.encode() + body).hex()},v0=old"}

    assert (await sender.send("stripe", body, header(now))).status_code == 200
    assert "out of range" in await sender.refused(400, "stripe", body, header(now - 601))
    assert "missing" in await sender.refused(400, "stripe", body)
    assert "format" in await sender.refused(400, "stripe", body, {"X-Signature": "nonsense"})
    forged = {"X-Signature": f"t={now},v1=00"}
    assert "invalid HMAC" in await sender.refused(403, "stripe", body, forged)


async def test_svix_signs_with_an_id_and_a_time(rest: Rest, sender: Sender, clock: MovableClock) -> None:
    key = b"0123456789"
    secret = "whsec_" + base64.b64encode(key).decode()
    auth = {
        "algorithm": "SHA256",
        "encoding": "BASE64",
        "signatureHeaderName": "svix-signature",
        "signingSecret": secret,
    }
    await rest.post(models.V1Webhook, WEBHOOKS, hook("svix", "SVIX", authType="HMAC", auth=auth))
    body = b'{"kind": "sent"}'
    now = int(clock.now())

    def headers(at: int, prefix: str = "svix") -> dict[str, str]:
        digest = hmac.new(key, f"msg_1.{at}.".encode() + body, hashlib.sha256).digest()
        text = base64.b64encode(digest).decode()
        return {f"{prefix}-id": "msg_1", f"{prefix}-timestamp": str(at), f"{prefix}-signature": f"v1,old v1,{text}"}

    assert (await sender.send("svix", body, headers(now))).status_code == 200
    assert (await sender.send("svix", body, headers(now, "webhook"))).status_code == 200
    assert "too old" in await sender.refused(400, "svix", body, headers(now - 301))
    assert "too new" in await sender.refused(400, "svix", body, headers(now + 400))
    assert "invalid SVIX signature" in await sender.refused(403, "svix", b'{"kind": "forged"}', headers(now))
    assert "missing or invalid headers" in await sender.refused(400, "svix", body)


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b"[1]", "application/json", "failed to unmarshal request body"),
        (b"", "application/json", "failed to unmarshal request body"),
        (b"kind=x", "application/x-www-form-urlencoded", ""),
        (b'{"kind": 1}', "application/json", "Event key expression must evaluate to a string"),
        (b'{"kind": ""}', "application/json", "Event key evaluated to an empty string"),
        (b"{}", "application/json", "Failed to evaluate event key expression: no such key: kind"),
    ],
)
async def test_messages_that_make_no_event_are_refused(
    rest: Rest, sender: Sender, body: bytes, content_type: str, words: str
) -> None:
    await rest.post(models.V1Webhook, WEBHOOKS, hook("strict"))
    headers = {"X-Key": SECRET, "Content-Type": content_type}
    if not words:
        assert (await sender.send("strict", body, headers)).status_code == 200
    else:
        assert words in await sender.refused(400, "strict", body, headers)


async def test_forms_are_taken_from_slack_and_generic_sources_only(rest: Rest, sender: Sender) -> None:
    await rest.post(models.V1Webhook, WEBHOOKS, hook("github", "GITHUB"))
    headers = {"X-Key": SECRET, "Content-Type": "application/x-www-form-urlencoded"}
    words = await sender.refused(400, "github", b"kind=x", headers)
    assert words == "form-encoded requests are not supported for webhook source: GITHUB"
