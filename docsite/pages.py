"""Pages that are made from the code: the reference, environment variables, commands, and the examples as they are.

mkdocs-gen-files runs this before a build; nothing of it is written into docs/.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path

import mkdocs_gen_files as made

import hatchet
from docsite.chapters import CHAPTERS
from docsite.project import start_page
from docsite.settings import settings
from hatchet._settings import variable
from hatchet.cli.words import parser
from hatchet.wire.versions import numbers
from hatchet_api.since import GRPC, REST

ROOT = Path(__file__).parents[1]
NAMES: dict[str, str] = vars(hatchet)["_WHERE"]  # made at run time, which checkers do not see
ALIASES = "Names of hatchet_sdk"


def reference() -> None:
    """A page for each chapter, and a table of all public names."""
    where: dict[str, str] = {}
    for chapter in CHAPTERS:
        with made.open(f"reference/{chapter.file}.md", "w") as page:
            print(f"# {chapter.title}\n\n{chapter.intro}\n", file=page)
            for name in chapter.names:
                where[name.rpartition(".")[2]] = chapter.file
                print(f"::: {name}\n", file=page)
    with made.open("reference/index.md", "w") as page:
        print("# Reference\n\nMade from the code. Every public name, and where it is described:\n", file=page)
        print("| name | chapter |\n| --- | --- |", file=page)
        titles = {"aliases": ALIASES, **{chapter.file: chapter.title for chapter in CHAPTERS}}
        for name in sorted(public_names()):
            print(f"| [`{name}`]({where.get(name, 'aliases')}.md) | {titles[where.get(name, 'aliases')]} |", file=page)


def public_names() -> list[str]:
    """What `from hatchet import *` gives."""
    return [name for name in NAMES if not name.startswith("_")]


def aliases() -> None:
    """The names that `hatchet_sdk` has for things, and what they are."""
    with made.open("reference/aliases.md", "w") as page:
        print(f"# {ALIASES}\n\nPrograms written for `hatchet_sdk` find these names here, too:\n", file=page)
        print("| name | the same as |\n| --- | --- |", file=page)
        for name, same in other_names().items():
            print(f"| `{name}` | `{same}` |", file=page)


def other_names() -> dict[str, str]:
    """Each alias, and what it stands for."""
    found: dict[str, str] = {}
    for node in ast.parse((ROOT / "hatchet" / "aliases.py").read_text()).body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=value)
            ):
                if value is not None and name in NAMES:
                    found[name] = ast.unparse(value)
            case _:
                pass
    return found


def environment() -> None:
    """The variables that a client reads, with their meanings, from the classes that they set."""
    with made.open("reference/environment.md", "w") as page:
        print("# Environment variables\n", file=page)
        print("Read where `ClientConfig` is not told otherwise; see [Configuration](../configuration.md).\n", file=page)
        print("| variable | meaning |\n| --- | --- |", file=page)
        for name, meaning in settings().items():
            print(f"| `{variable(name)}` | {meaning} |", file=page)


def versions() -> None:
    """What needs a newer engine than the oldest that is spoken with, from the overlay of the specs."""
    with made.open("reference/versions.md", "w") as page:
        print("# Engine versions\n", file=page)
        print(
            "What an engine has to be at least, by the names of the API. A dash is a version that is not known.",
            file=page,
        )
        print("The client looks at these before it asks an engine for something that it may not have.\n", file=page)
        print("| engine | over | what |\n| --- | --- | --- |", file=page)
        rows = [(version or "", "gRPC", name) for name, version in GRPC.items()]
        rows += [(version or "", "REST", name) for name, version in REST.items()]
        for version, api, name in sorted(rows, key=lambda row: (numbers(row[0]) or (0, 0, 0), row)):
            print(f"| {version or '-'} | {api} | `{name}` |", file=page)


def commands() -> None:
    """What `--help` says, of every word."""
    with made.open("reference/commands.md", "w") as page:
        print("# Commands\n\n`hatchet-py`, or `python -m hatchet`; see [The command line](../cli.md).\n", file=page)
        for words, one in described(parser()):
            print(f"## `{words}`\n\n```text\n{one.format_help()}```\n", file=page)


def described(of: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """A command, and the words below it."""
    yield of.prog, of
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from described(inner)


def copied() -> None:
    """What lies beside docs/: the examples, the changelog, and the pages for contributors."""
    for example in sorted((ROOT / "examples").glob("*.py")):
        if example.name != "__init__.py":
            text = example.read_text()
            summary = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
            with made.open(f"examples/{example.stem}.md", "w") as page:
                print(f"# {example.name}\n\n{summary}\n\n```python\n{text}```", file=page)
    for folder in sorted(path.parent for path in (ROOT / "examples").glob("*/__init__.py")):
        with made.open(f"examples/{folder.name}.md", "w") as page:
            print(f"# {folder.name}\n", file=page)
            for part in sorted(folder.rglob("*.py")):
                if text := part.read_text().strip():
                    print(f"## {part.relative_to(folder).as_posix()}\n\n```python\n{text}\n```\n", file=page)
    for given in sorted((ROOT / "deploy").iterdir()):
        kind = "dockerfile" if given.name == "Dockerfile" else "yaml"
        with made.open(f"deploy/{given.name}.md", "w") as page:
            print(f"# deploy/{given.name}\n\n```{kind}\n{given.read_text()}```", file=page)
    for name, file in (
        ("CHANGELOG.md", "changelog.md"),
        ("CONTRIBUTING.md", "contributing.md"),
        ("SECURITY.md", "security.md"),
    ):
        with made.open(file, "w") as page:
            page.write((ROOT / name).read_text())
    with made.open("index.md", "w") as page:
        page.write(start_page((ROOT / "README.md").read_text()))


reference()
aliases()
environment()
versions()
commands()
copied()
