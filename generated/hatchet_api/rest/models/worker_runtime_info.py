# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .worker_runtime_sd_ks import WorkerRuntimeSDKs


class WorkerRuntimeInfo(Model):
    """
    What a worker told about its process when it registered.
    """

    sdk_version: Annotated[str | None, Field(alias="sdkVersion")] = None
    """
    Version of the SDK.
    """

    language: WorkerRuntimeSDKs | None = None
    """
    Language of the SDK.
    """

    language_version: Annotated[str | None, Field(alias="languageVersion")] = None
    """
    Version of the language's runtime.
    """

    os: str | None = None
    """
    Operating system.
    """

    runtime_extra: Annotated[str | None, Field(alias="runtimeExtra")] = None
    """
    Anything else the SDK told about itself.
    """
