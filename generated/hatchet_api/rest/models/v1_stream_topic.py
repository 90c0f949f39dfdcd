# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field


class V1StreamTopic(Model):
    """
    A topic of a durable stream. Since v0.120.0.
    """

    namespace: str
    """
    Namespace of the topic.
    """

    topic: str
    """
    Name of the topic.
    """

    created_at: Annotated[AwareDatetime, Field(alias="createdAt")]
    """
    When the topic was first published to.
    """

    last_published_at: Annotated[AwareDatetime, Field(alias="lastPublishedAt")]
    """
    When the last message was published.
    """

    message_count: Annotated[int, Field(alias="messageCount")]
    """
    Number of messages that are still kept.
    """
