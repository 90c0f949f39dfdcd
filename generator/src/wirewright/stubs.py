"""mypy-protobuf as it is, but that it also says what the parts are for that every message and enum has.

Runs in a process of its own, as protoc would call it: `python -m wirewright.stubs`.
"""

from __future__ import annotations

import re
from typing import Any

from mypy_protobuf import main as plugin  # type: ignore[import-untyped]  # it has no types of its own

# What the plugin writes → what it says about it; the one line of a body is the docstring then.
_METHODS = {
    "def HasField(": "Whether a field is set; of a oneof, whether one of its fields is.",
    "def ClearField(": "Set a field back to its default; of a oneof, the field that is set.",
    "def WhichOneof(": "The name of the field of a oneof that is set, or None.",
    ") -> None:": "Make the message; what is not given has its default.",
}
_BODY = ": ..."
_NUMBER = re.compile(r"(?P<field>\w+)_FIELD_NUMBER: ")
_ALIAS = re.compile(r"Global___(?P<name>\w+): ")
_HELPER = re.compile(r"class _(?P<name>\w+?)(?P<wrapper>EnumTypeWrapper\(.*)?:$")


class _Writer(plugin.PkgWriter):  # type: ignore[misc]
    def _write_line(self, line: str, *args: Any) -> None:  # Any: as in the plugin
        text = line.format(*args) if args else line
        said = next((doc for start, doc in _METHODS.items() if text.startswith(start)), None)
        if said is not None and text.endswith(_BODY):
            super()._write_line(text.removesuffix(" ..."))
            self._write_doc(said, inside=True)
            return
        super()._write_line(text)
        if match := _NUMBER.match(text):
            self._write_doc(f"Number of the field `{match['field'].lower()}`.")
        elif match := _ALIAS.match(text):
            self._write_doc(f"{match['name']}, where a name of its own hides it.")
        elif match := _HELPER.match(text):
            what = "The enum class behind" if match["wrapper"] else "What holds the type of the values of"
            self._write_doc(f"{what} {match['name']}.", inside=True)
        elif text.startswith("DESCRIPTOR: "):
            self._write_doc("What protobuf knows about this.")

    def _write_doc(self, text: str, *, inside: bool = False) -> None:
        super()._write_line(f'{"    " * inside}"""{text}"""')


if __name__ == "__main__":
    plugin.PkgWriter = _Writer  # the plugin has no other place for a writer of one's own
    plugin.main()
