"""Where settings come from: arguments, the environment, dotenv files; each value with its source for the errors."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from hatchet import _foreign
from hatchet.errors import ConfigError

PREFIX = "HATCHET_CLIENT_"
DOTENV_FILES = (".env", ".env.hatchet", ".env.dev", ".env.local")  # later ones win


class Sources:
    """Settings by name, and where each came from."""

    def __init__(self, given: Mapping[str, object], *, outside: bool = True) -> None:
        """`outside` tells whether the environment and dotenv files are read."""
        self.given: Mapping[str, object] = given
        self._from: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._parts: dict[str, tuple[object, str]] = {}
        for name, value, source in _environment() if outside else ():
            self._values[name] = value
            self._from[name] = source
        self._read: set[str] = {"tls_strategy", "tls_cert_file", "tls_key_file", "tls_root_ca_file", "tls_server_name"}

    def take(self, part: object, prefix: str, *names: str, **more: object) -> None:
        """Fields of an object of the program come before the settings of their names, behind a prefix; None does not.

        Args:
            part: the object.
            prefix: what the names of the settings begin with.
            names: the fields.
            more: further values, by the names of their settings without the prefix.
        """
        source = f"an argument of {type(part).__name__}"
        values = {name: getattr(part, name) for name in names} | more
        self._parts.update({prefix + name: (value, source) for name, value in values.items() if value is not None})

    def where(self, name: str, absent: str = "nowhere") -> str:
        """Where a setting came from, in words; `absent` is where it came from if it was set nowhere."""
        if name in self._parts:
            return self._parts[name][1]
        if name in self.given:
            return "an argument of ClientConfig"
        if name in ("host_port", "server_url", "tenant_id"):
            absent = "the token"
        return self._from.get(name, absent) if self._values.get(name, "").strip() else absent

    def raw(self, name: str) -> object:
        self._read.add(name)
        if name in self._parts:
            return self._parts[name][0]
        return self.given.get(name, self._values.get(name))

    def text(self, name: str) -> str:
        value = self.raw(name)
        return "" if value is None else str(value).strip()

    def flag(self, name: str, default: bool) -> bool:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        text = str(value).strip().lower()
        if text not in ("true", "1", "yes", "on", "false", "0", "no", "off", ""):
            raise self.error(name, f"{value!r} is neither true nor false", "Write true or false.")
        return text in ("true", "1", "yes", "on")

    def number(self, name: str, default: int) -> int:
        number = self._whole(name, default, "Write a number above 0.")
        if number <= 0:
            raise self.error(name, f"{number} is too small", "Write a number above 0.")
        return number

    def port(self, name: str, default: int) -> int:
        """A port; 0 takes any free one."""
        if self.raw(name) == "":
            return default
        remedy = "Write 0 to 65535; 0 takes any free one."
        port = self._whole(name, default, remedy)
        if not 0 <= port < 65536:
            raise self.error(name, f"{port} is no port", remedy)
        return port

    def _whole(self, name: str, default: int, remedy: str) -> int:
        value = self.raw(name)
        try:
            number = default if value is None else int(cast(Any, value))  # Any: a text or a number; int() says if not
            if isinstance(value, float) and not value.is_integer():
                raise ValueError(value)
        except (TypeError, ValueError, OverflowError):
            raise self.error(name, f"{value!r} is not a whole number", remedy) from None
        return number

    def optional_number(self, name: str) -> int | None:
        return None if self.raw(name) in (None, "") else self.number(name, 0)

    def seconds(self, name: str, default: float) -> float:
        """A length of time above 0, written `5` or `5s`."""
        value = self.raw(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = float(value)
        else:
            match = re.fullmatch(r"(\d+(?:\.\d+)?)s?", "" if value is None else str(value).strip())
            seconds = default if value is None else float(match[1]) if match else 0.0
        if not 0 < seconds < float("inf"):
            raise self.error(name, f"{value!r} is no number of seconds above 0", "Write for example 5 or 0.5.")
        return seconds

    def mapping(self, name: str) -> dict[str, str]:
        value = self.raw(name)
        try:
            parsed: object = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            parsed = value
        if parsed is None:
            return {}
        if not isinstance(parsed, Mapping):
            raise self.error(name, f"{value!r} is not a JSON object", 'Write for example {"pool": "gpu"}.')
        return {str(key): str(item) for key, item in cast(Mapping[object, object], parsed).items()}

    def error(self, name: str, problem: str, remedy: str) -> ConfigError:
        return ConfigError(variable(name), problem, source=self.where(name), remedy=remedy)

    def refuse_unknown(self, *, embedded: bool) -> None:
        """Refuse settings that nobody has read; those of `hatchet_sdk` are warned of.

        Args:
            embedded: whether there is an embedded engine, to which settings of one could apply.
        """
        unused: list[tuple[str, str]] = []
        for name, source in self._from.items():
            if name in self._read:
                continue
            if not _foreign.is_foreign(name):
                raise unknown_option(name, sorted(self._read), source)
            instead = _foreign.ignored(name, self._values[name])
            if instead is not None and (embedded or not name.startswith("embedded_")):
                unused.append((variable(name), instead))
        _foreign.warn(sorted(unused))


def _environment() -> list[tuple[str, str, str]]:
    """Settings outside the program, weakest first: (name, value, source)."""
    found: list[tuple[str, str, str]] = []
    for file in DOTENV_FILES:
        if Path(file).is_file():
            from dotenv import dotenv_values  # only where such a file exists: most programs never need it

            found += [(key, value or "", f"the file {file}") for key, value in dotenv_values(file).items()]
    found += [(key, value, "the environment") for key, value in os.environ.items()]
    return [(key.removeprefix(PREFIX).lower(), value, src) for key, value, src in found if key.startswith(PREFIX)]


def variable(name: str) -> str:
    return PREFIX + name.upper()


def unknown_option(name: str, known: list[str], source: str) -> ConfigError:
    import difflib  # only to word an error

    close = difflib.get_close_matches(name, known)
    hint = f"Did you mean {close[0]} ({variable(close[0])})?" if close else f"Known are: {', '.join(known)}."
    return ConfigError(name, "there is no such setting", source=source, remedy=hint)
