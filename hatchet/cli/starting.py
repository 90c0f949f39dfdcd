"""`init` begins a project; `completion` prints what shells complete."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TypeGuard

from hatchet.cli.ending import Exit, Stop
from hatchet.cli.words import PROG, parser

FILES = {
    "tasks.py": '''"""The tasks of this project: `hatchet-py dev tasks` runs them."""

from __future__ import annotations

from pydantic import BaseModel

from hatchet import Context, Hatchet

hatchet = Hatchet.from_embedded()


class Name(BaseModel):
    name: str


class Greeting(BaseModel):
    text: str


@hatchet.task(retries=2)
async def greet(input: Name, ctx: Context) -> Greeting:
    ctx.log(f"greeting {input.name}")
    return Greeting(text=f"Hello, {input.name}!")
''',
    "test_tasks.py": '''"""Tests of the tasks: `pytest`."""

from __future__ import annotations

from tasks import Greeting, Name, greet


def test_a_greeting_names_who_is_greeted() -> None:
    assert greet.mock_run(Name(name="Ada")) == Greeting(text="Hello, Ada!")
''',
    "README.md": """# A project of tasks

    hatchet-py dev tasks                                     # an engine, its page, and a worker that reloads
    hatchet-py runs trigger greet --input '{"name": "Ada"}' --wait
    pytest
""",
    ".gitignore": ".hatchet/\n__pycache__/\n",
}
"""What a new project has."""


def init(chosen: argparse.Namespace) -> Exit:
    """`init`."""
    there = [name for name in FILES if (chosen.folder / name).exists()]
    if there:
        raise Stop(Exit.USAGE, f"{chosen.folder} has {', '.join(there)} already; nothing was written")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (chosen.folder / name).write_text(text, encoding="utf-8")
        print(chosen.folder / name)
    return Exit.FINE


def completion(chosen: argparse.Namespace) -> Exit:
    """`completion`."""
    words = dict(_words(parser()))
    print({"bash": _bash, "zsh": _zsh, "fish": _fish}[chosen.shell](words))
    return Exit.FINE


def _words(of: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, list[str]]]:
    """What may follow, by the words before."""
    options = [option for action in of._actions for option in action.option_strings if option.startswith("--")]
    groups = [action.choices for action in of._actions if _is_group(action.choices)]
    yield before, [*(word for group in groups for word in group), *options]
    for group in groups:
        for word, inner in group.items():
            yield from _words(inner, f"{before} {word}".strip())


def _is_group(choices: object) -> TypeGuard[dict[str, argparse.ArgumentParser]]:
    """Whether what may be chosen are commands, each with a parser of its own."""
    return isinstance(choices, dict)


def _bash(words: dict[str, list[str]]) -> str:
    cases = "\n".join(f'    "{before}") said="{" ".join(after)}" ;;' for before, after in words.items())
    return f"""_hatchet_py() {{
  local before="" said="" word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in -*) ;; *) before="${{before:+$before }}$word" ;; esac
  done
  while :; do
    case "$before" in
{cases}
    *) case "$before" in *" "*) before="${{before% *}}"; continue ;; esac ;;
    esac
    break
  done
  COMPREPLY=($(compgen -W "$said" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _hatchet_py {PROG}"""


def _zsh(words: dict[str, list[str]]) -> str:
    return f"autoload -U +X bashcompinit && bashcompinit\n{_bash(words)}"


def _fish(words: dict[str, list[str]]) -> str:
    lines: list[str] = []
    for before, after in words.items():
        parts = before.split()
        seen = "".join(f"; and __fish_seen_subcommand_from {part}" for part in parts)
        when = "__fish_use_subcommand" if not parts else f"true{seen}"
        lines += [
            f"complete -c {PROG} -n '{when}' -l {each[2:]}"
            if each.startswith("--")
            else f"complete -c {PROG} -n '{when}' -f -a {each}"
            for each in after
        ]
    return "\n".join(lines)
