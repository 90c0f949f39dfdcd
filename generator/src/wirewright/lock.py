"""LOCK.toml: which version of the API the specs describe, and a digest of each file, so that no edit goes unnoticed."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TypeGuard

from wirewright.errors import LockError
from wirewright.settings import COMMAND

NAME = "LOCK.toml"
UNKNOWN = "unknown"

# What decides how the generated code looks.
_TOOLS = ("wirewright", "grpcio-tools", "mypy-protobuf", "datamodel-code-generator", "openapi-python-client", "ruff")
_HEADER = "# What these specs hold. Written by `{0} lock` and by `{0} update-specs`; not by hand.\n"


@dataclass(frozen=True)
class Lock:
    """The content of a lock file."""

    version: str
    """Version of the API that the specs describe, such as `v0.101.27`."""
    sha256: dict[str, str]
    """Path below the folder → digest of the file's bytes."""
    counts: dict[str, int] = field(default_factory=dict[str, int])
    """Kind of thing, such as `operations` → how many the specs describe."""
    tools: dict[str, str] = field(default_factory=dict[str, str])
    """Distribution → version of what the generated code is made with."""

    @classmethod
    def read(cls, folder: Path, command: str = COMMAND) -> Lock:
        """The lock of a folder of specs; a missing or broken one is a LockError that names the command to run."""
        path, name, renew = folder / NAME, f"{folder.name}/{NAME}", f"{command} lock"
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise LockError(f"{name} is missing; if {folder.name}/ is as it should be, run `{renew}`") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise LockError(f"{name} cannot be read ({error}); run `{renew} --describes VERSION`") from error
        described, digests = data.get("version"), data.get("sha256")
        if not isinstance(described, str) or not _is_table(digests):
            raise LockError(f"{name} lacks `version` or `[sha256]`; run `{renew} --describes VERSION`")
        counts, tools = data.get("counts", {}), data.get("tools", {})
        if not _is_table(counts) or not _is_table(tools):
            raise LockError(f"{name} has no tables at `[counts]` and `[tools]`; run `{renew}`")
        return cls(
            described,
            {path: str(digest) for path, digest in sorted(digests.items())},
            {kind: int(str(number)) for kind, number in counts.items()},
            {tool: str(version) for tool, version in tools.items()},
        )

    @classmethod
    def of(cls, specs: Path, described: str, counts: dict[str, int] | None = None) -> Lock:
        """The lock that fits a folder of specs as it is now."""
        files = (path for path in specs.rglob("*") if path.is_file())
        named = {path.relative_to(specs).as_posix(): path for path in files}
        # Files with a leading dot are the file browser's or the editor's, not specs.
        kept = {name: path for name, path in named.items() if name != NAME and "/." not in f"/{name}"}
        digests = {name: hashlib.sha256(kept[name].read_bytes()).hexdigest() for name in sorted(kept)}
        return cls(described, digests, counts or {}, {tool: version(tool) for tool in _TOOLS} if counts else {})

    def write(self, specs: Path, command: str = COMMAND) -> None:
        """Write the lock into a folder of specs; it says by which command it was written."""
        rows = "".join(f'"{path}" = "{digest}"\n' for path, digest in self.sha256.items())
        text = f'{_HEADER.format(command)}version = "{self.version}"\n\n'
        if self.counts:
            text += "[counts]\n" + "".join(f'"{kind}" = {number}\n' for kind, number in self.counts.items()) + "\n"
        if self.tools:
            text += "[tools]\n" + "".join(f'{tool} = "{number}"\n' for tool, number in self.tools.items()) + "\n"
        text += f"[sha256]\n{rows}"
        (specs / NAME).write_text(text, encoding="utf-8", newline="\n")


def verify(folder: Path, command: str = COMMAND) -> Lock:
    """The lock of a folder of specs, if every file is as it says; else a LockError that names those that are not."""
    lock, name = Lock.read(folder, command), folder.name
    present = Lock.of(folder, lock.version).sha256
    faults = [f"{name}/{path} is missing" for path in lock.sha256.keys() - present.keys()]
    faults += [f"{name}/{path} is not listed" for path in present.keys() - lock.sha256.keys()]
    faults += [
        f"{name}/{path} was changed" for path, digest in present.items() if lock.sha256.get(path, digest) != digest
    ]
    if faults:
        listed = "\n  ".join(sorted(faults))
        raise LockError(
            f"the specs are not those that {name}/{NAME} describes:\n  {listed}\nif this is meant, run `{command} lock`"
        )
    return lock


def _is_table(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)
