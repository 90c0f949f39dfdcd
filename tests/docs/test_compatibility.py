"""The table of docs/compatibility.md is what `make matrix` ran on, and pyproject.toml promises no more."""

from __future__ import annotations

import json
import re

from hatchet.wire import versions
from tests import matrix
from tests.docs.test_release import PYTHONS, ROOT


def test_the_table_of_compatibility_is_what_the_tests_ran_on() -> None:
    rows: list[dict[str, str]] = json.loads(matrix.RESULTS.read_text())
    found = matrix.TABLE.search(matrix.PAGE.read_text())
    assert found is not None
    assert found[0] == matrix.table(rows)
    ran = {".".join(row["python"].split(".")[:2]) for row in rows}
    assert ran >= set(PYTHONS), "classifiers promise what the tests ran on"


def test_the_oldest_versions_are_those_that_the_package_asks_for() -> None:
    [oldest] = [row for row in json.loads(matrix.RESULTS.read_text()) if row["protobuf"].startswith("6.")]
    text = (ROOT / "pyproject.toml").read_text()
    for name in ("grpcio", "protobuf", "pydantic"):
        [least] = re.findall(rf'"{name}>=([\d.]+)', text)
        assert oldest[name].startswith(least)


def test_the_page_has_the_versions_that_the_client_asks_engines_for() -> None:
    text = matrix.PAGE.read_text()
    asked = [value for value in vars(versions).values() if isinstance(value, tuple) and len(value) == 3]
    assert len(asked) > 5
    assert [versions.text(version) for version in asked if versions.text(version) not in text] == []
