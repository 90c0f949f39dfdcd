# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing_extensions import TypeAliasType

from .api_meta_integration import APIMetaIntegration

ListAPIMetaIntegration = TypeAliasType("ListAPIMetaIntegration", list[APIMetaIntegration])
"""
The integrations of a server.
"""
