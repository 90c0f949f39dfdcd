"""What every step hands over (a tree of files), and how it reaches the disk: formatted, headed, written or compared."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from wirewright.errors import GeneratorFault, ToolError

Tree: TypeAlias = dict[str, bytes]
"""Path below the folder of the package, with forward slashes → content."""

LINE_LENGTH = 120

# Python writes these beside the sources; they are nobody's output.
_IGNORED_FOLDERS = frozenset({"__pycache__"})


def merge(*trees: Tree) -> Tree:
    """One tree of several that name no file twice."""
    merged: Tree = {}
    for tree in trees:
        for path, content in tree.items():
            if path in merged:
                raise GeneratorFault(f"two steps of the generator both write {path}; rename one of its sources")
            merged[path] = content
    return merged


def finished(tree: Tree, header: str) -> Tree:
    """The tree as it is committed: Python sources formatted, each with the header as a comment, in sorted order."""
    first = f"# {header}\n".encode()
    with tempfile.TemporaryDirectory(prefix="wirewright-") as folder:
        root = Path(folder)
        for path, content in tree.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(first + content if _is_python(path) else content)
        _ruff("format", root)
        return {path: (root / path).read_bytes() for path in sorted(tree)}


def tidied(tree: Tree) -> Tree:
    """The tree without imports that nobody uses, and with the others in order."""
    with tempfile.TemporaryDirectory(prefix="wirewright-") as folder:
        root = Path(folder)
        write(tree, root)
        _ruff("check", root, "--select", "F401,I", "--fix-only", "--quiet")
        return {path: (root / path).read_bytes() for path in tree}


def write(tree: Tree, root: Path) -> list[str]:
    """Make `root` hold exactly the tree, and name what was written or removed; files that agree are not touched."""
    touched: list[str] = []
    for path in _present(root):
        if path not in tree:
            (root / path).unlink()
            touched.append(path)
    for path, content in tree.items():
        target = root / path
        if target.is_file() and target.read_bytes() == content:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        touched.append(path)
    _drop_empty_folders(root)
    return sorted(touched)


def compare(tree: Tree, root: Path) -> list[str]:
    """One line for each file below `root` that differs from the tree, is missing, or is not the generator's."""
    present = set(_present(root))
    lines = [f"missing: {path}" for path in tree.keys() - present]
    lines += [f"extra: {path}" for path in present - tree.keys()]
    lines += [f"differs: {path}" for path in tree.keys() & present if (root / path).read_bytes() != tree[path]]
    return sorted(lines, key=lambda line: line.partition(": ")[2])


def _is_python(path: str) -> bool:
    return path.endswith((".py", ".pyi"))


def _present(root: Path) -> Iterator[str]:
    if not root.is_dir():
        return
    for path in sorted(root.rglob("*")):
        if path.is_file() and _IGNORED_FOLDERS.isdisjoint(path.relative_to(root).parts):
            yield path.relative_to(root).as_posix()


def _drop_empty_folders(root: Path) -> None:
    for folder in sorted((path for path in root.rglob("*") if path.is_dir()), reverse=True):
        if folder.name not in _IGNORED_FOLDERS and not any(folder.iterdir()):
            folder.rmdir()


def _ruff(command: str, root: Path, *options: str) -> None:
    # Isolated: the output must not depend on the settings of the folder one happens to stand in.
    called = [sys.executable, "-P", "-m", "ruff", command, "--isolated", "--no-cache", *options]
    called += ["--line-length", str(LINE_LENGTH), "--target-version", "py311", str(root)]
    result = subprocess.run(called, capture_output=True, text=True, encoding="utf-8", check=False)
    if result.returncode:
        raise ToolError(f"ruff {command}", result.stderr.replace(f"{root}/", ""))
