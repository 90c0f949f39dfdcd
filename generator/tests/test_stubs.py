"""What stubs say of the parts that every message and enum has."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from mypy_protobuf import main as plugin  # type: ignore[import-untyped]  # it has no types of its own

from wirewright import stubs


@pytest.mark.parametrize(
    ("given", "line", "said"),
    [
        (
            ("def HasField(self, name: {}) -> bool: ...", "str"),
            "def HasField(self, name: str) -> bool:",
            "    Whether a field is set; of a oneof, whether one of its fields is.",
        ),
        (
            ("def ClearField(self) -> None: ...",),
            "def ClearField(self) -> None:",
            "    Set a field back to its default; of a oneof, the field that is set.",
        ),
        (
            ("def WhichOneof(self) -> str | None: ...",),
            "def WhichOneof(self) -> str | None:",
            "    The name of the field of a oneof that is set, or None.",
        ),
        ((") -> None: ...",), ") -> None:", "    Make the message; what is not given has its default."),
        ((") -> None:",), ") -> None:", ""),
        (("def Other(self) -> None: ...",), "def Other(self) -> None: ...", ""),
        (("A_B_FIELD_NUMBER: int",), "A_B_FIELD_NUMBER: int", "Number of the field `a_b`."),
        (("Global___Mood: {}", "Alias"), "Global___Mood: Alias", "Mood, where a name of its own hides it."),
        (("class _Mood:",), "class _Mood:", "    What holds the type of the values of Mood."),
        (
            ("class _MoodEnumTypeWrapper(metaclass=X):",),
            "class _MoodEnumTypeWrapper(metaclass=X):",
            "    The enum class behind Mood.",
        ),
        (("class Mood:",), "class Mood:", ""),
        (("DESCRIPTOR: {}.Descriptor", "d"), "DESCRIPTOR: d.Descriptor", "What protobuf knows about this."),
        (("a{b}",), "a{b}", ""),
        (("",), "", ""),
    ],
)
def test_a_line_is_followed_by_what_it_says(given: tuple[str, ...], line: str, said: str) -> None:
    no = False
    descriptors = plugin.Descriptors(plugin.plugin_pb2.CodeGeneratorRequest())
    writer: Any = stubs._Writer(FileDescriptorProto(), descriptors, no, no, no, no, no)  # Any: the plugin has no types
    writer._write_line(*given)
    indent = said[: len(said) - len(said.lstrip())]
    assert writer.lines == [line, *([f'{indent}"""{said.strip()}"""'] if said else [])]
