"""What can go wrong while generating, each with the file, the place and the reason."""

from __future__ import annotations


class GeneratorFault(Exception):
    """A fault that stops the generator before it has written anything."""


class SpecError(GeneratorFault):
    """A fault in a spec: which file, where in it (a line or a JSON pointer), and why it cannot be used."""

    def __init__(self, file: str, place: str, reason: str) -> None:
        super().__init__(f"{file}: {place}: {reason}" if place else f"{file}: {reason}")
        self.file = file
        self.place = place
        self.reason = reason


class LockError(GeneratorFault):
    """The specs are not the ones that LOCK.toml describes."""


class ToolError(GeneratorFault):
    """A compiler or formatter the generator calls ended with an error of its own."""

    def __init__(self, tool: str, output: str) -> None:
        super().__init__(f"{tool} failed:\n{output.strip()}")
        self.tool = tool
        self.output = output
