"""Incoming webhooks: from a message of another service to a run."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
from typing import Any

import httpx

from hatchet import Context, EmptyModel, Hatchet
from hatchet_api.rest import models
from hatchet_api.rest.api import webhooks as webhook_api
from tests.conformance.helpers import Api

SECRET = "s3cret"


def send(api: Api, name: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """Send a message as somebody without a token."""
    url = f"{str(api.http.base_url).rstrip('/')}/api/v1/stable/tenants/{api.tenant}/webhooks/{name}"
    sent = httpx.Request("POST", url, content=body, headers={"Content-Type": "application/json", **headers})
    return api.transport.handle_request(sent)


def test_a_message_with_the_right_key_starts_a_run(hatchet: Hatchet, worker: Any, answers: Any, api: Api) -> None:
    seen: queue.Queue[object] = queue.Queue()

    @hatchet.task(name="hooked", on_events=["hook:paid"])
    def hooked(input: EmptyModel, ctx: Context) -> None:
        seen.put(ctx.triggering_event_key)

    name = hatchet.namespace + "key"
    body = models.V1CreateWebhookRequestAPIKey(
        name=name,
        source_name=models.V1WebhookSourceName.GENERIC,
        event_key_expression=f"'{hatchet.namespace}hook:' + input.kind",
        scope_expression="headers['x-scope']",
        static_payload={"fixed": 1},
        auth_type="API_KEY",
        auth=models.V1WebhookAPIKeyAuth(header_name="X-Key", api_key=SECRET),
    )
    with worker(hooked):
        created = api(webhook_api.create.sync, api.tenant, body)
        answers("created", created.model_dump(mode="json", exclude={"metadata", "tenant_id"}))
        message = json.dumps({"kind": "paid", "tenant": "dropped"}).encode()
        wrong = send(api, name, message, {"X-Key": "guess", "X-Scope": "s"})
        missing = send(api, name, message, {"X-Scope": "s"})
        no_key = send(api, name, b"{}", {"X-Key": SECRET, "X-Scope": "s"})
        answers("refusals", [each.status_code for each in (wrong, missing, no_key)])
        right = send(api, name, message, {"X-Key": SECRET, "X-Scope": "s"})
        assert right.status_code == 200
        event = right.json()["event"]
        answers(
            "response",
            {
                "message": right.json()["message"],
                "key": event["key"],
                "payload": event["payload"],
                "fields": sorted(event),
            },
        )
        assert seen.get(timeout=30) == hatchet.namespace + "hook:paid"
        change = models.V1UpdateWebhookRequest(return_event_as_response_payload=False)
        api(webhook_api.update.sync, api.tenant, name, change)
        assert send(api, name, message, {"X-Key": SECRET, "X-Scope": "s"}).status_code == 204
        assert seen.get(timeout=30)
        assert name in [row.name for row in api(webhook_api.list.sync, api.tenant).rows or []]
        assert api(webhook_api.delete.sync, api.tenant, name).name == name
        assert send(api, name, message, {"X-Key": SECRET}).status_code == 404


def test_a_signature_covers_every_byte(hatchet: Hatchet, api: Api, answers: Any) -> None:
    name = hatchet.namespace + "signed"
    body = models.V1CreateWebhookRequestHMAC(
        name=name,
        source_name=models.V1WebhookSourceName.GITHUB,
        event_key_expression="'signed'",
        auth_type="HMAC",
        auth=models.V1WebhookHMACAuth(
            algorithm=models.V1WebhookHMACAlgorithm.SHA256,
            encoding=models.V1WebhookHMACEncoding.HEX,
            signature_header_name="X-Hub-Signature-256",
            signing_secret=SECRET,
        ),
    )
    api(webhook_api.create.sync, api.tenant, body)
    message = b'{"a":  1}'
    signature = "sha256=" + hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()
    codes = [
        send(api, name, data, {"X-Hub-Signature-256": text}).status_code
        for data, text in ((message, signature), (b'{"a": 1}', signature), (message, "sha256=00"))
    ]
    answers("codes", codes)
    api(webhook_api.delete.sync, api.tenant, name)
