"""The words and options of the command, frozen in words.txt: what programs and fingers rely on."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

from hatchet.cli.words import WORDS, parser

FROZEN = Path(__file__).parent / "words.txt"
RENEW = "python -m tests.unit.test_words"
SAID = ("dest", "nargs", "default", "choices", "metavar", "required", "help")


def is_group(choices: object) -> TypeGuard[dict[str, argparse.ArgumentParser]]:
    """Whether what may be chosen are commands."""
    return isinstance(choices, dict)


def inner(made: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands below a command."""
    groups = [each.choices for each in made._actions if is_group(each.choices)]
    return {word: below for group in groups for word, below in group.items()}


def text(made: argparse.ArgumentParser) -> str:
    """All that a command takes and those below it, and what it says of it."""
    lines = [f"{made.prog}: {made.description} -> {made.get_default('run')}"]
    for each in made._actions[1:]:  # after --help
        shown = {name: getattr(each, name) for name in SAID}
        if is_group(each.choices):
            shown["choices"] = {choice.dest: choice.help for choice in vars(each)["_choices_actions"]}
        kind = "" if each.type is None else f" {getattr(each.type, '__name__', '')}"
        told = " ".join(f"{name}={value!s}" for name, value in shown.items() if value not in (None, False, []))
        lines.append(f"  {' '.join(each.option_strings)}{kind} {type(each).__name__}: {told}")
    return "\n".join(lines) + "\n" + "".join(map(text, inner(made).values()))


def test_words_and_options_are_what_was_frozen() -> None:
    assert text(parser()) == FROZEN.read_text(encoding="utf-8"), f"if this is meant: {RENEW}"


def runs(made: argparse.ArgumentParser) -> Iterator[str]:
    """What the words of a command run."""
    below = inner(made)
    for each in below.values():
        yield from runs(each)
    if not below:
        yield made.get_default("run")


def test_what_each_word_runs_is_there() -> None:
    for run in runs(parser()):
        module, _, name = run.partition(":")
        assert callable(getattr(importlib.import_module(f"hatchet.cli.{module}"), name))


@pytest.mark.parametrize(("word", "filled"), [*((word, {word}) for word in WORDS), ("", set[str]()), (None, {*WORDS})])
def test_of_the_other_words_nothing_is_built(word: str | None, filled: set[str]) -> None:
    words = inner(parser(word))
    assert [*words] == [*WORDS]
    assert {name for name, each in words.items() if len(each._actions) > 1} == filled  # more than --help


if __name__ == "__main__":
    FROZEN.write_text(text(parser()), encoding="utf-8")
