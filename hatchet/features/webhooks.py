"""`hatchet.webhooks`: addresses at which other services push events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from hatchet.errors import InputError
from hatchet.features.bodies import document, document_or_none
from hatchet.features.pages import PAGE_SIZE, Items, by_offset, check_page
from hatchet.features.rest import Feature, known, texts, words
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import (
        V1Webhook,
        V1WebhookAPIKeyAuth,
        V1WebhookBasicAuth,
        V1WebhookHMACAuth,
        V1WebhookList,
        V1WebhookSourceName,
    )

    Source = V1WebhookSourceName | Literal["GENERIC", "GITHUB", "STRIPE", "SLACK", "LINEAR", "SVIX"]


class WebhooksClient(Feature):
    """Incoming webhooks of the tenant."""

    async def aio_create(
        self,
        source_name: Source,
        name: str,
        event_key_expression: str,
        auth: V1WebhookBasicAuth | V1WebhookAPIKeyAuth | V1WebhookHMACAuth,
        *,
        scope_expression: str | None = None,
        static_payload: Mapping[str, Any] | None = None,  # Any: JSON
        return_event_as_response_payload: bool = True,
    ) -> V1Webhook:
        """Create an address that takes messages of another service as events (API: `v1-webhook:create`).

        Args:
            source_name: the service, whose rules for signatures hold; `GENERIC` for any other.
            name: unique in the tenant; the end of the address.
            event_key_expression: CEL over `input` and `headers` that gives the event's key.
            auth: how messages prove where they come from.
            scope_expression: CEL that gives the event's scope.
            static_payload: laid over what the messages hold.
            return_event_as_response_payload: answer with the event; otherwise with nothing.

        Raises:
            InputError: a name that fits in no address, or a proof with nothing in it.
            InvalidRequest: the name is taken (the real engine says no more than `ServerError`).
        """
        common: dict[str, Any] = {
            "source_name": known(models.V1WebhookSourceName, source_name, "source_name"),
            "name": _named(name),
            "event_key_expression": event_key_expression,
            "return_event_as_response_payload": return_event_as_response_payload,
        }
        if scope_expression is not None:
            common["scope_expression"] = scope_expression
        if static_payload is not None:
            common["static_payload"] = document(static_payload, "static_payload")
        return await self._send(api.webhooks.create.build(self._tenant, _with_auth(auth, common)))

    async def aio_list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        webhook_names: Sequence[str] | None = None,
        source_names: Sequence[Source] | None = None,
    ) -> V1WebhookList:
        """A page of webhooks (API: `v1-webhook:list`).

        Args:
            limit: webhooks on the page.
            offset: webhooks to leave out.
            webhook_names: with these names.
            source_names: of these services.
        """
        check_page(offset, limit)
        sources = words(models.V1WebhookSourceName, source_names, "source_names")
        return await self._send(
            api.webhooks.list.build(
                self._tenant,
                limit=limit,
                offset=offset,
                webhook_names=texts(webhook_names, "webhook_names"),
                source_names=sources,
            )
        )

    def iterate(
        self,
        *,
        page_size: int = PAGE_SIZE,
        webhook_names: Sequence[str] | None = None,
        source_names: Sequence[Source] | None = None,
    ) -> Items[V1Webhook]:
        """All webhooks, for `for` and `async for` (API: `v1-webhook:list`).

        Args:
            page_size: webhooks that are asked for at once.
            webhook_names: with these names.
            source_names: of these services.
        """

        async def fetch(offset: int, limit: int) -> Sequence[V1Webhook]:
            found = await self.aio_list(
                limit=limit, offset=offset, webhook_names=webhook_names, source_names=source_names
            )
            return found.rows or ()

        # By name: engines give all webhooks the same id, that of nothing.
        return by_offset(self.io, fetch, lambda webhook: webhook.name, page_size=page_size)

    async def aio_get(self, webhook_name: str) -> V1Webhook:
        """One webhook (API: `v1-webhook:get`).

        Args:
            webhook_name: the webhook.

        Raises:
            NotFound: it does not exist.
        """
        return await self._send(api.webhooks.get.build(self._tenant, _named(webhook_name)))

    async def aio_update(
        self,
        webhook_name: str,
        *,
        event_key_expression: str | None = None,
        scope_expression: str | None = None,
        static_payload: Mapping[str, Any] | None = None,  # Any: JSON
        return_event_as_response_payload: bool | None = None,
    ) -> V1Webhook:
        """Change a webhook; what is not given stays (API: `v1-webhook:update`).

        Args:
            webhook_name: the webhook.
            event_key_expression: CEL over `input` and `headers` that gives the event's key.
            scope_expression: CEL that gives the event's scope.
            static_payload: laid over what the messages hold.
            return_event_as_response_payload: answer with the event; otherwise with nothing.

        Raises:
            NotFound: it does not exist.
        """
        given: dict[str, Any] = {
            "event_key_expression": event_key_expression,
            "scope_expression": scope_expression,
            "static_payload": document_or_none(static_payload, "static_payload"),
            "return_event_as_response_payload": return_event_as_response_payload,
        }
        body = models.V1UpdateWebhookRequest(**{name: value for name, value in given.items() if value is not None})
        return await self._send(api.webhooks.update.build(self._tenant, _named(webhook_name), body))

    async def aio_delete(self, webhook_name: str) -> V1Webhook:
        """Delete a webhook; what it was (API: `v1-webhook:delete`).

        Args:
            webhook_name: the webhook.

        Raises:
            NotFound: it does not exist.
        """
        found = await self.aio_get(webhook_name)  # the answer to the deletion has it, too, but may be lost
        await self._delete(api.webhooks.delete.build(self._tenant, _named(webhook_name)))
        return found

    create: Final = blocking(aio_create)
    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    update: Final = blocking(aio_update)
    delete: Final = blocking(aio_delete)


def _named(name: str) -> str:
    if not name or "/" in name:
        raise InputError(f"{name!r} is no name of a webhook, which is the end of its address: not empty, and no '/'")
    return name


def _with_auth(
    auth: V1WebhookBasicAuth | V1WebhookAPIKeyAuth | V1WebhookHMACAuth,
    common: Mapping[str, Any],  # Any: fields that the three requests have in common
) -> models.V1CreateWebhookRequestBasicAuth | models.V1CreateWebhookRequestAPIKey | models.V1CreateWebhookRequestHMAC:
    kinds = (models.V1WebhookBasicAuth, models.V1WebhookAPIKeyAuth, models.V1WebhookHMACAuth)
    if not isinstance(auth, kinds):  # pyright: ignore[reportUnnecessaryIsInstance]  # what a user may write all the same
        raise InputError(f"auth is {auth!r}; write one of {', '.join(kind.__name__ for kind in kinds)}")
    if empty := [field for field, text in auth if not text]:
        raise InputError(f"{' and '.join(empty)} of the webhook's auth must not be empty")
    if isinstance(auth, models.V1WebhookBasicAuth):
        return models.V1CreateWebhookRequestBasicAuth(auth_type="BASIC", auth=auth, **common)
    if isinstance(auth, models.V1WebhookAPIKeyAuth):
        return models.V1CreateWebhookRequestAPIKey(auth_type="API_KEY", auth=auth, **common)
    return models.V1CreateWebhookRequestHMAC(auth_type="HMAC", auth=auth, **common)
