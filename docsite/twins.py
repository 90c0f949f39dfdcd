"""An extension of griffe, which reads the code for the reference: blocking twins are shown as what they are."""

from __future__ import annotations

import re
from typing import Any

import griffe

_TWIN = re.compile(r"blocking\((?:self\.)?(\w+)\)")


class Twins(griffe.Extension):
    """`run = blocking(aio_run)` is a method with the same parameters, which blocks."""

    def on_attribute_instance(self, *, attr: griffe.Attribute, **kwargs: Any) -> None:  # Any: as griffe calls it
        """Say of an attribute that it is a twin."""
        found = _TWIN.fullmatch(str(attr.value or ""))
        if found is not None and attr.docstring is None:
            attr.docstring = griffe.Docstring(
                f"As `{found[1]}`, with the same arguments; blocks until it is done.", parent=attr
            )
            attr.value = attr.annotation = None
            attr.labels.discard("instance-attribute")
