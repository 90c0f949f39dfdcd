# Generated from specs/ by `python -m codegen`; do not edit.
"""Ids as they are given."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from uuid import UUID

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class _AsText:
    """Takes a UUID or its text, and gives the text in its usual spelling."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[str], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            _text, core_schema.uuid_schema(), serialization=core_schema.to_string_ser_schema()
        )


def _text(value: UUID) -> str:
    return str(value)


Id: TypeAlias = Annotated[str, _AsText]
"""An id that is given to the engine."""
