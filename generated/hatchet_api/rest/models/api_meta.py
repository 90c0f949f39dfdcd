# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .api_meta_auth import APIMetaAuth
from .api_meta_posthog import APIMetaPosthog


class APIMeta(Model):
    """
    How a server is set up, readable without a token.
    """

    auth: APIMetaAuth | None = None
    """
    Ways to sign in.
    """

    pylon_app_id: Annotated[str | None, Field(alias="pylonAppId")] = None
    """
    Id of the support widget; absent where there is none.
    """

    posthog: APIMetaPosthog | None = None
    """
    Where a browser reports usage; absent where analytics are off.
    """

    allow_signup: Annotated[bool | None, Field(alias="allowSignup")] = None
    """
    Whether people can register by themselves.
    """

    allow_invites: Annotated[bool | None, Field(alias="allowInvites")] = None
    """
    Whether members can invite others.
    """

    allow_create_tenant: Annotated[bool | None, Field(alias="allowCreateTenant")] = None
    """
    Whether people can create tenants.
    """

    allow_change_password: Annotated[bool | None, Field(alias="allowChangePassword")] = None
    """
    Whether people can change their password here.
    """

    observability_enabled: Annotated[bool | None, Field(alias="observabilityEnabled")] = None
    """
    Whether the server stores traces.
    """

    prometheus_server_enabled: Annotated[bool | None, Field(alias="prometheusServerEnabled")] = None
    """
    Whether metrics in the Prometheus format can be fetched.
    """

    auth_disabled: Annotated[bool | None, Field(alias="authDisabled")] = None
    """
    Whether the server asks for no credentials at all, as on a developer's machine.
    """

    auth_disabled_token: Annotated[str | None, Field(alias="authDisabledToken")] = None
    """
    API token to use where the server asks for no credentials.
    """

    embedded: bool | None = None
    """
    Whether the engine runs inside of another program, or was started by one for itself. The version
    that brought it is not known.
    """
