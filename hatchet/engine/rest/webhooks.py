"""REST operations on incoming webhooks, and the address that receives."""

from __future__ import annotations

import dataclasses
import re

from starlette.requests import Request

from hatchet.engine import cel
from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.events import new_event
from hatchet.engine.rest.fields import NO_ID, resource
from hatchet.engine.rules import webhooks
from hatchet.engine.rules.webhooks import Webhook
from hatchet.engine.state import jsontext
from hatchet.engine.state.errors import invalid, not_found
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet_api.rest.models.v1_create_webhook_request_api_key import V1CreateWebhookRequestAPIKey
from hatchet_api.rest.models.v1_create_webhook_request_basic_auth import V1CreateWebhookRequestBasicAuth
from hatchet_api.rest.models.v1_create_webhook_request_hmac import V1CreateWebhookRequestHMAC
from hatchet_api.rest.models.v1_update_webhook_request import V1UpdateWebhookRequest

AUTHS = ("BASIC", "API_KEY", "HMAC")
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,200}")
_HEADER = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}")


class WebhookRoutes:
    """Handlers for `/api/v1/stable/tenants/{tenant}/webhooks`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def webhooks(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/webhooks"""
        names = requests.many(request, "webhookNames")
        sources = requests.many(request, "sourceNames")
        part = requests.part(request)
        found: list[JsonValue] = [
            self._view(each)
            for each in self._hub.webhooks
            if (not names or each.id in names) and (not sources or each.source in sources)
        ]
        return {"rows": [*part.of(found)]}

    async def create(self, request: Request) -> JsonValue:
        """POST /api/v1/stable/tenants/{tenant}/webhooks"""
        webhook = self._new(await requests.body(request))
        if self._hub.webhooks.get(webhook.id) is not None:
            raise invalid(f"a webhook named {webhook.id} exists already; choose another name, or update that one")
        self._hub.webhooks.put(webhook)
        await self._hub.turns.stored()
        return self._view(webhook)

    async def webhook(self, request: Request) -> JsonValue:
        """GET /api/v1/stable/tenants/{tenant}/webhooks/{webhook}"""
        return self._view(self._webhook(request))

    async def update(self, request: Request) -> JsonValue:
        """PATCH /api/v1/stable/tenants/{tenant}/webhooks/{webhook}"""
        webhook = self._webhook(request)
        given = await requests.parsed(request, V1UpdateWebhookRequest)
        changed = dataclasses.replace(webhook, updated_at=self._hub.now())
        if given.event_key_expression is not None:
            changed = dataclasses.replace(changed, event_key=_expression(given.event_key_expression))
        if given.scope_expression is not None:
            changed = dataclasses.replace(changed, scope=_expression(given.scope_expression, may_be_empty=True))
        if given.static_payload is not None:
            changed = dataclasses.replace(changed, static_payload=jsontext.dump(given.static_payload))
        if given.return_event_as_response_payload is not None:
            changed = dataclasses.replace(changed, returns_event=given.return_event_as_response_payload)
        self._hub.webhooks.put(changed)
        await self._hub.turns.stored()
        return self._view(changed)

    async def delete(self, request: Request) -> JsonValue:
        """DELETE /api/v1/stable/tenants/{tenant}/webhooks/{webhook}"""
        webhook = self._webhook(request)
        self._hub.webhooks.remove(webhook.id)
        await self._hub.turns.stored()
        return self._view(webhook)

    async def receive(self, request: Request) -> JsonValue:
        """POST /api/v1/stable/tenants/{tenant}/webhooks/{webhook}, by senders that have no token"""
        name, tenant = request.path_params["webhook"], request.path_params["tenant"]
        webhook = self._hub.webhooks.get(name) if tenant.lower() == self._hub.tenant_id else None
        if webhook is None:
            raise not_found(f"webhook {name} not found for tenant {tenant}")
        body = await requests.raw_body(request)
        wanted = webhooks.challenge(webhook, body)
        if wanted is not None:
            return {"challenge": wanted}
        headers = {key: request.headers[key] for key in request.headers}
        webhooks.check(webhook, body, headers, self._hub.now())
        [event] = self._hub.ingestion.push([webhooks.event_of(webhook, body, headers)], self._hub.now())
        await self._hub.turns.stored()
        if not webhook.returns_event:
            return None
        view = new_event(self._hub.tenant_id, event.id, event.key, event.payload, event.seen_at)
        return {"message": "ok", "event": view}

    def _new(self, given: JsonObject) -> Webhook:
        if given.get("authType") not in AUTHS:
            raise invalid(f"invalid request body: authType must be one of {', '.join(AUTHS)}")
        match given["authType"]:
            case "BASIC":
                basic = requests.validated(given, V1CreateWebhookRequestBasicAuth)
                auth = (basic.auth.username, basic.auth.password, "", "")
                base: _Base = basic
            case "API_KEY":
                keyed = requests.validated(given, V1CreateWebhookRequestAPIKey)
                auth = (keyed.auth.header_name, keyed.auth.api_key, "", "")
                base = keyed
            case _:
                signed = requests.validated(given, V1CreateWebhookRequestHMAC)
                requests.known_words(signed.auth)
                auth = (
                    signed.auth.signature_header_name,
                    signed.auth.signing_secret,
                    signed.auth.algorithm.value,
                    signed.auth.encoding.value,
                )
                base = signed
        header, secret, algorithm, encoding = auth
        source = base.source_name.value
        if source in webhooks.SIGNED_SOURCES and base.auth_type != "HMAC":
            raise invalid(f"messages of {source} are signed; use authType HMAC with the signing secret that it shows")
        if source == "SVIX":
            try:
                webhooks.svix_key(secret)
            except ValueError as error:
                raise invalid(str(error)) from None
        if not _NAME.fullmatch(base.name):
            raise invalid("invalid request body: name must be 1 to 200 printable characters, without line breaks")
        if not secret:
            raise invalid("invalid request body: the password, key or signing secret must not be empty: all could send")
        if base.auth_type != "BASIC" and not _HEADER.fullmatch(header):
            raise invalid(f"invalid request body: {header!r} is not the name of a header")
        now = self._hub.now()
        return Webhook(
            id=base.name,
            source=source,
            event_key=_expression(base.event_key_expression),
            scope=_expression(base.scope_expression or "", may_be_empty=True),
            static_payload=None if base.static_payload is None else jsontext.dump(base.static_payload),
            returns_event=base.return_event_as_response_payload is not False,
            auth=base.auth_type,
            header=header,
            secret=secret,
            algorithm=algorithm,
            encoding=encoding,
            created_at=now,
            updated_at=now,
        )

    def _webhook(self, request: Request) -> Webhook:
        name = request.path_params["webhook"]
        webhook = self._hub.webhooks.get(name)
        if webhook is None:
            raise not_found(f"webhook {name} not found")
        return webhook

    def _view(self, webhook: Webhook) -> JsonObject:
        view: JsonObject = {
            "metadata": resource(NO_ID, webhook.created_at, webhook.updated_at),
            "tenantId": self._hub.tenant_id,
            "name": webhook.id,
            "sourceName": webhook.source,
            "eventKeyExpression": webhook.event_key,
            "authType": webhook.auth,
            "returnEventAsResponsePayload": webhook.returns_event,
        }
        if webhook.scope:
            view["scopeExpression"] = webhook.scope
        if webhook.static_payload is not None:
            view["staticPayload"] = jsontext.object_or_empty(webhook.static_payload)
        return view


_Base = V1CreateWebhookRequestBasicAuth | V1CreateWebhookRequestAPIKey | V1CreateWebhookRequestHMAC


def _expression(text: str, *, may_be_empty: bool = False) -> str:
    if not text and may_be_empty:
        return text
    try:
        cel.check(text, cel.Environment.WEBHOOK)
    except cel.CelFault as fault:
        raise invalid(f"the expression {text!r} cannot be read: {fault}") from None
    return text
