"""What is committed is what the specs give, by the command that CONTRIBUTING names."""

from __future__ import annotations

import pytest

from codegen.__main__ import main


def test_what_is_committed_is_what_the_specs_give(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--check"])
    assert status == 0, "".join(capsys.readouterr())
