"""The changelog has the form of Keep a Changelog: kinds in one order, and one line for each change."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import hatchet

TEXT = (Path(__file__).parents[2] / "CHANGELOG.md").read_text()
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
LONGEST = 150
"""Characters of an entry."""
VERSIONS = re.findall(r"^## \[(.+?)\](?: - (\S+))?$", TEXT, re.MULTILINE)


def entries() -> list[str]:
    return TEXT.partition("\n## ")[2].splitlines()[1:]


def test_the_newest_release_is_the_version_of_the_package() -> None:
    assert VERSIONS[0] == ("Unreleased", "")
    assert VERSIONS[1][0] == hatchet.__version__


def test_releases_have_dates_and_stand_newest_first() -> None:
    days = [date.fromisoformat(day) for _, day in VERSIONS[1:]]
    assert days == sorted(days, reverse=True)
    assert len(VERSIONS) == len(re.findall(r"^## ", TEXT, re.MULTILINE)), "a heading of another form"


def test_kinds_stand_once_and_in_order() -> None:
    for release in TEXT.split("\n## ")[1:]:
        found = re.findall(r"^### (.+)$", release, re.MULTILINE)
        assert found == [kind for kind in KINDS if kind in found], release.partition("\n")[0]


def test_each_change_is_one_short_sentence_on_a_line() -> None:
    odd = [line for line in entries() if line and not re.match(r"- \S.*\.$|##+ ", line)]
    assert odd == [], "an entry is one line, from '- ' to its full stop"
    assert [line for line in entries() if len(line) > LONGEST] == []
