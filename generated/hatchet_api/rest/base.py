# Generated from specs/ by `python -m codegen`; do not edit.
"""What every model and enum of the REST API has in common."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from typing_extensions import Self

_SECRET = ("token", "secret", "password", "api_key")


class Model(BaseModel):
    """A value that is sent to the engine or comes from it.

    Fields are given by name or by the engine's spelling. Fields that a newer engine adds are ignored.
    """

    # Validators are built on first use: there are hundreds of models, and a program uses a few. A number that JSON does
    # not have is refused where it is sent, instead of becoming null here.
    model_config: ClassVar[ConfigDict] = ConfigDict(
        defer_build=True,
        populate_by_name=True,
        extra="ignore",
        protected_namespaces=(),
        ser_json_inf_nan="constants",
    )

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:  # Any: as in the base class
        """What `repr` and `str` show: of secrets, only that there is one."""
        for name, value in super().__repr_args__():
            secret = name is not None and name.endswith(_SECRET) and isinstance(value, str)
            yield name, "…" if secret else value


class OpenEnum(StrEnum):
    """Values of which a newer engine may know more: an unknown one is kept as it came."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        # Not remembered: what a server sends must not fill a table of ours.
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the package lists the value."""
        return any(self is member for member in type(self))
