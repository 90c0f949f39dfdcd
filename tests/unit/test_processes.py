"""Tests that tests/processes.py runs: none is lost, none runs twice, and what goes wrong in a process is told."""

from __future__ import annotations

import re
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from tests.forking import PATIENCE, Programs

PYTEST = ("-m", "pytest", "-p", "tests.processes", "-p", "no:cacheprovider", "-rA", "--processes")
BARE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Without the plugins that are installed, which take longer to begin than these tests to run."""


class Project:
    """A folder with test files."""

    def __init__(self, programs: Programs, folder: Path) -> None:
        self._programs = programs
        self.folder = folder
        (folder / "pytest.ini").write_text("[pytest]\n")

    def write(self, **files: str) -> None:
        """Files of tests, by their names."""
        for name, text in files.items():
            (self.folder / f"{name}.py").write_text(textwrap.dedent(text))

    def run(self, *options: str, processes: int = 2) -> tuple[int, str]:
        """How pytest ended, and what it said."""
        command = [*PYTEST, str(processes), f"--rootdir={self.folder}", *options, str(self.folder)]
        program = self._programs.start(*command, folder=self.folder, environment=BARE)
        with closing(program):
            said, complained = program.communicate(PATIENCE)
            assert not complained, complained
            return program.wait(PATIENCE), said

    def marks(self) -> list[str]:
        """The files that tests have left."""
        return sorted(each.name for each in self.folder.glob("mark-*"))


@pytest.fixture
def project(programs: Programs, tmp_path: Path) -> Project:
    return Project(programs, tmp_path)


def outcomes(said: str) -> list[str]:
    """What the summary says of each test."""
    return sorted(re.findall(r"^((?:PASSED|FAILED|ERROR|SKIPPED|XFAIL)\b.*?)(?: - .*)?$", said, re.MULTILINE))


MANY = """
    import os
    from pathlib import Path
    import pytest

    @pytest.mark.parametrize("number", range(20))
    def test_it(number):
        with Path(__file__).with_name("mark-{name}").open("a") as file:
            file.write(f"{{number}} {{os.getpid()}}\\n")
"""


def test_each_test_runs_once_and_those_of_a_file_in_one_process(project: Project) -> None:
    names = [f"test_{letter}" for letter in "abcde"]
    project.write(**{name: MANY.format(name=name) for name in names})
    code, said = project.run(processes=3)
    assert (code, said.count("PASSED")) == (0, 100)
    assert "100 passed" in said
    used: set[str] = set()
    for mark in project.marks():
        rows = [line.split() for line in (project.folder / mark).read_text().splitlines()]
        assert [row[0] for row in rows] == [str(number) for number in range(20)]
        [process] = {row[1] for row in rows}
        used.add(process)
    assert len(project.marks()) == 5
    assert 2 <= len(used) <= 3


def test_each_outcome_is_told_with_what_was_printed(project: Project) -> None:
    project.write(
        test_a="""
            import logging, sys, warnings
            import pytest

            @pytest.fixture
            def broken():
                raise OSError("no fixture")

            @pytest.fixture
            def breaks():
                yield
                raise OSError("no end")

            def test_passes(): print("said in passing")
            def test_fails():
                print("out of it")
                print("beside it", file=sys.stderr)
                logging.getLogger("some").warning("in the log")
                assert [1, 2] == [1, 3]
            def test_error(broken): ...
            def test_end(breaks): ...
            def test_skipped(): pytest.skip("not today")
            @pytest.mark.xfail(reason="known")
            def test_known(): assert False
            def test_warns(): warnings.warn("take care", FutureWarning)
        """
    )
    code, said = project.run()
    assert code == 1
    assert outcomes(said) == [
        "ERROR test_a.py::test_end",
        "ERROR test_a.py::test_error",
        "FAILED test_a.py::test_fails",
        "PASSED test_a.py::test_end",
        "PASSED test_a.py::test_passes",
        "PASSED test_a.py::test_warns",
        "SKIPPED [1] test_a.py:22: not today",
        "XFAIL test_a.py::test_known",
    ]
    for words in ("out of it", "beside it", "in the log", "At index 1 diff: 2 != 3", "no fixture", "no end"):
        assert words in said
    assert re.search(r"^test_a.py::test_warns\n .*/test_a.py:25: FutureWarning: take care$", said, re.MULTILINE)
    assert re.search(r"1 failed, 3 passed, 1 skipped, 1 xfailed, \d warnings?, 2 errors", said)


@pytest.mark.parametrize(
    ("end", "how"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "was killed by SIGKILL"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was killed by SIGSEGV"),
        ("os._exit(7)", "ended with 7"),
        ("os.fork() or time.sleep(3); os._exit(0)", "ended with 0"),
    ],
)
def test_of_a_process_that_dies_one_test_fails_and_the_others_run(project: Project, end: str, how: str) -> None:
    project.write(
        test_a=f"""
            import os, resource, signal, time

            def test_before(): ...
            def test_dies():
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                {end}
            def test_after(): ...
        """,
        test_b="def test_other(): ...",
    )
    code, said = project.run("-p", "no:faulthandler")
    assert code == 1
    assert outcomes(said) == [
        "FAILED test_a.py::test_dies",
        "PASSED test_a.py::test_after",
        "PASSED test_a.py::test_before",
        "PASSED test_b.py::test_other",
    ]
    assert f"the process that ran this test {how}" in said


def test_a_run_in_which_each_process_dies_ends(project: Project) -> None:
    dies = "import os\nimport pytest\n@pytest.mark.parametrize('n', range(40))\ndef test_it(n): os._exit(1)\n"
    project.write(test_a=dies)
    code, said = project.run()
    assert code == 2
    assert "21 processes have died" in said


SESSION = """
    import os
    from pathlib import Path
    import pytest

    @pytest.fixture(scope="session")
    def shared():
        place = Path(__file__).with_name(f"mark-{{os.getpid()}}")
        place.write_text("begun")
        yield
        place.write_text(place.read_text() + " ended")
        {end}
"""


def test_a_fixture_of_the_session_lives_as_long_as_its_process(project: Project) -> None:
    project.write(
        conftest=SESSION.format(end=""),
        **{f"test_{name}": "def test_one(shared): ...\ndef test_two(shared): ..." for name in "abcdef"},
    )
    code, _ = project.run()
    assert code == 0
    assert 1 <= len(project.marks()) <= 2
    assert {(project.folder / mark).read_text() for mark in project.marks()} == {"begun ended"}


@pytest.mark.parametrize(
    ("end", "words"),
    [("raise OSError('it cannot end')", "OSError: it cannot end"), ("os._exit(3)", "a process ended with 3")],
)
def test_a_fixture_of_the_session_that_fails_at_its_end_is_told(project: Project, end: str, words: str) -> None:
    project.write(conftest=SESSION.format(end=end), test_a="def test_it(shared): ...")
    code, said = project.run()
    assert code == 1
    assert outcomes(said) == ["FAILED the fixtures of a session", "PASSED test_a.py::test_it"]
    assert words in said


def test_a_run_that_ends_at_the_first_failure_leaves_the_rest_alone(project: Project) -> None:
    project.write(
        test_a="def test_fails(): assert False",
        test_b="from pathlib import Path\ndef test_never(): Path(__file__).with_name('mark-b').touch()",
    )
    for _ in range(5):  # the other test must not even begin
        code, said = project.run("-x", processes=1)
        assert (code, project.marks()) == (1, [])
        assert "stopping after 1 failures" in said


def test_temporary_folders_are_each_of_one_process(project: Project) -> None:
    text = """
        from pathlib import Path
        def test_it(tmp_path, tmp_path_factory):
            (tmp_path / "own").touch()
            place = Path(__file__).with_suffix(".place")
            place.write_text(f"{tmp_path}\\n{tmp_path_factory.mktemp('more')}")
    """
    project.write(**{f"test_{name}": text for name in "abcd"})
    code, _ = project.run(f"--basetemp={project.folder / 'temporary'}")
    assert code == 0
    places = [line for each in project.folder.glob("*.place") for line in each.read_text().splitlines()]
    assert len(set(places)) == 8
    below = {Path(each).parent.relative_to(project.folder).as_posix() for each in places}
    assert below in ({"temporary/process-0"}, {"temporary/process-1"}, {"temporary/process-0", "temporary/process-1"})


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [("def test_it(: ...", 2, "SyntaxError"), ("", 5, "collected 0 items"), ("raise OSError('no')", 2, "OSError: no")],
)
def test_what_cannot_be_collected_is_told(project: Project, text: str, code: int, words: str) -> None:
    project.write(test_a=text)
    ended, said = project.run()
    assert (ended, words in said) == (code, True)


def test_it_only_collects_where_that_is_asked(project: Project) -> None:
    project.write(test_a="def test_it(): raise OSError")
    code, said = project.run("--collect-only", "-q")
    assert (code, "test_a.py::test_it" in said) == (0, True)
