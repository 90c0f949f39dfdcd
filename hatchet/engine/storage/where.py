"""What a query over SQLite chooses by, gathered condition by condition."""

from __future__ import annotations

from collections.abc import Sequence

Value = str | int | float


class Where:
    """Conditions, all of which must hold, and the values for their marks."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.values: list[Value] = []

    @property
    def sql(self) -> str:
        """As SQL; without conditions everything is chosen."""
        return " AND ".join(f"({part})" for part in self._parts) or "1"

    def add(self, part: str, *values: Value) -> None:
        """One more condition."""
        self._parts.append(part)
        self.values.extend(values)

    def among(self, column: str, wanted: Sequence[Value], inside: str = "{}") -> None:
        """A column must have one of the values, as part of the condition `inside`; no values stand for all."""
        if wanted:
            self.add(inside.format(f"{column} IN ({','.join('?' * len(wanted))})"), *wanted)
