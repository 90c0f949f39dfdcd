"""specs/LOCK.toml: which engine the specs describe, and a digest of each file, so that no edit goes unnoticed."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TypeGuard

from codegen.errors import LockError

NAME = "LOCK.toml"
UNKNOWN_ENGINE = "unknown"
RENEW = "python -m codegen lock"

# What decides how the generated code looks.
_TOOLS = ("grpcio-tools", "mypy-protobuf", "datamodel-code-generator", "openapi-python-client", "ruff")
_HEADER = f"# What specs/ holds. Written by `{RENEW}` and by `python -m codegen update-specs`; not by hand.\n"


@dataclass(frozen=True)
class Lock:
    """The content of a lock file."""

    engine: str
    """Version of the engine the specs describe, such as `v0.101.27`."""
    sha256: dict[str, str]
    """Path below specs/ → digest of the file's bytes."""
    counts: dict[str, int] = field(default_factory=dict[str, int])
    """Kind of thing, such as `operations` → how many the specs describe."""
    tools: dict[str, str] = field(default_factory=dict[str, str])
    """Distribution → version of what the generated code is made with."""

    @classmethod
    def read(cls, specs: Path) -> Lock:
        """The lock of a folder of specs; a missing or broken one is a LockError."""
        path = specs / NAME
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise LockError(f"specs/{NAME} is missing; if specs/ is as it should be, run `{RENEW}`") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise LockError(f"specs/{NAME} cannot be read ({error}); run `{RENEW} --engine VERSION`") from error
        engine, digests = data.get("engine"), data.get("sha256")
        if not isinstance(engine, str) or not _is_table(digests):
            raise LockError(f"specs/{NAME} lacks `engine` or `[sha256]`; run `{RENEW} --engine VERSION`")
        counts, tools = data.get("counts", {}), data.get("tools", {})
        if not _is_table(counts) or not _is_table(tools):
            raise LockError(f"specs/{NAME} has no tables at `[counts]` and `[tools]`; run `{RENEW}`")
        return cls(
            engine,
            {path: str(digest) for path, digest in sorted(digests.items())},
            {kind: int(str(number)) for kind, number in counts.items()},
            {tool: str(version) for tool, version in tools.items()},
        )

    @classmethod
    def of(cls, specs: Path, engine: str, counts: dict[str, int] | None = None) -> Lock:
        """The lock that fits a folder of specs as it is now."""
        files = (path for path in specs.rglob("*") if path.is_file())
        named = {path.relative_to(specs).as_posix(): path for path in files}
        # Files with a leading dot are the file browser's or the editor's, not specs.
        kept = {name: path for name, path in named.items() if name != NAME and "/." not in f"/{name}"}
        digests = {name: hashlib.sha256(kept[name].read_bytes()).hexdigest() for name in sorted(kept)}
        return cls(engine, digests, counts or {}, {tool: version(tool) for tool in _TOOLS} if counts else {})

    def write(self, specs: Path) -> None:
        """Write the lock into a folder of specs."""
        rows = "".join(f'"{path}" = "{digest}"\n' for path, digest in self.sha256.items())
        text = f'{_HEADER}engine = "{self.engine}"\n\n'
        if self.counts:
            text += "[counts]\n" + "".join(f'"{kind}" = {number}\n' for kind, number in self.counts.items()) + "\n"
        if self.tools:
            text += "[tools]\n" + "".join(f'{tool} = "{number}"\n' for tool, number in self.tools.items()) + "\n"
        text += f"[sha256]\n{rows}"
        (specs / NAME).write_text(text, encoding="utf-8", newline="\n")


def verify(specs: Path) -> Lock:
    """The lock of a folder of specs, if every file is as it says; else a LockError that names those that are not."""
    lock = Lock.read(specs)
    present = Lock.of(specs, lock.engine).sha256
    faults = [f"specs/{path} is missing" for path in lock.sha256.keys() - present.keys()]
    faults += [f"specs/{path} is not listed" for path in present.keys() - lock.sha256.keys()]
    faults += [
        f"specs/{path} was changed" for path, digest in present.items() if lock.sha256.get(path, digest) != digest
    ]
    if faults:
        listed = "\n  ".join(sorted(faults))
        raise LockError(
            f"the specs are not those that specs/{NAME} describes:\n  {listed}\nif this is meant, run `{RENEW}`"
        )
    return lock


def _is_table(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)
