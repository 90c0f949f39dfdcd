"""Runs programs as Python does, each in a child of one process that has loaded what they all load.

They are `python FILE`, `python -m MODULE` and `python -c TEXT`. Loading pydantic, gRPC and this package takes five
times as long as most programs of the tests.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import types
from collections.abc import Mapping
from importlib.abc import InspectLoader
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

ROOT: Final = Path(__file__).parents[1]
PATIENCE: Final = 90  # s for one program
PATH: Final = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'generated'}"}
NONE: Final[Mapping[str, str]] = types.MappingProxyType({})
COMMON: Final = """
import fastapi, pytest, uvicorn
from pydantic import BaseModel
from hatchet import Context, Hatchet
hatchet = Hatchet.from_embedded(None)
class Name(BaseModel):
    name: str
@hatchet.task()
async def greet(input: Name, ctx: Context) -> str:
    return input.name
with hatchet.worker("first", workflows=[greet]):
    greet.run(Name(name="Ada"))
"""
"""What it loads, nearly all load."""


class Ended(NamedTuple):
    """How a program ended."""

    code: int
    said: str
    complained: str


def _started(*files: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.forking", *(str(file.fileno()) for file in files)],
        cwd=ROOT,
        env={name: os.environ[name] for name in os.environ if not name.startswith("HATCHET_")} | PATH,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,  # of the kind that the programs have
        pass_fds=[file.fileno() for file in files],
    )


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.wait(PATIENCE)
    assert process.stdout is not None
    process.stdout.close()


class Common:
    """What the processes of one run of the tests share: it loads once, when the first of them asks, and forks for each.

    Args:
        address: a path for its socket.
    """

    def __init__(self, address: Path) -> None:
        self._lives, other = socket.socketpair()
        with other, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(address))
            listener.listen(64)
            self._process = _started(other, listener)

    def close(self) -> None:
        """End it; those that it has forked end with who uses them."""
        self._lives.close()
        _ended(self._process)


class Programs:
    """The process that is forked; it ends with the socket that it is asked by, and ends then what it has started.

    Args:
        address: that of a `Common` to use, or none to load what all load.
    """

    def __init__(self, address: str | None = None) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if address is not None:
            self._socket = socket.socket(socket.AF_UNIX)
            try:
                self._socket.connect(address)
            except OSError:
                self._socket.close()
                raise
        else:
            self._socket, other = socket.socketpair()
            with other:
                self._process = _started(other)
        self._socket.settimeout(PATIENCE)

    def start(
        self, *command: str, folder: Path = ROOT, environment: Mapping[str, str] = NONE, stderr: int | None = None
    ) -> Program:
        """Start `python COMMAND` in a folder, with what is added to the environment of the tests.

        It has pipes; that of its errors ends at once where they go to another file. What `PYTHON…` variables tell an
        interpreter as it begins, the process that is forked was told.
        """
        ours, theirs = zip(*(os.pipe() for _ in range(3)), strict=True)
        request = {
            "command": command,
            "folder": str(folder),
            "environment": {
                **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
                **environment,
                **PATH,
            },
        }
        try:
            pid = self._ask(request, (theirs[0], theirs[1] if stderr is None else stderr, theirs[2]))
        except BaseException:
            for each in ours:
                os.close(each)
            raise
        finally:
            for each in theirs:
                os.close(each)
        return Program(self, command, pid, *ours)

    def run(self, *command: str, folder: Path = ROOT) -> Ended:
        """Run `python COMMAND` in a folder, to its end."""
        program = self.start(*command, folder=folder)
        try:
            said, complained = program.communicate(PATIENCE)
        finally:
            program.close()
        return Ended(program.wait(0), said, complained)

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to a program, if it has not ended; who waits for it is the one who knows."""
        self._ask({"pid": pid, "signal": number}, ())

    def _ask(self, request: dict[str, Any], files: tuple[int, ...]) -> int:  # Any: of JSON
        message = json.dumps(request).encode()
        assert socket.send_fds(self._socket, [message, b"\n"], files) == len(message) + 1
        answer = self._socket.recv(64)
        assert answer, "the process that runs programs has ended"
        return int(answer)

    def close(self) -> None:
        """End it."""
        self._socket.close()
        if self._process is not None:
            _ended(self._process)


class Program:
    """A program that was started: what `subprocess.Popen` is for one, with pipes of text."""

    def __init__(self, programs: Programs, command: tuple[str, ...], pid: int, out: int, err: int, status: int) -> None:
        self.args, self.pid = command, pid
        self.returncode: int | None = None
        """That of `subprocess.Popen`: below zero for a signal."""
        self.stdout, self.stderr = os.fdopen(out), os.fdopen(err)
        self._programs, self._status = programs, os.fdopen(status)
        self._read: list[list[str]] = [[], []]
        self._readers = [
            threading.Thread(target=_read, args=each, daemon=True)
            for each in zip((self.stdout, self.stderr), self._read, strict=True)
        ]

    def poll(self) -> int | None:
        """The code, if it has ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait for its end: the code."""
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._status, selectors.EVENT_READ)
                if not selector.select(timeout):
                    raise subprocess.TimeoutExpired(self.args, timeout)
            said = self._status.read()
            assert said, "the process that runs programs has ended before one of them"
            self.returncode = int(said)
        return self.returncode

    def communicate(self, timeout: float) -> tuple[str, str]:
        """Read what it says until its end; once more, when the time was too short."""
        until = time.monotonic() + timeout
        for reader in self._readers:
            if reader.ident is None:
                reader.start()
        for reader in self._readers:
            reader.join(max(until - time.monotonic(), 0))
            if reader.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout)
        self.wait(max(until - time.monotonic(), 0))
        said, complained = ("".join(read) for read in self._read)
        return said, complained

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        self._programs.signal(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """End it, should it live, and leave nothing open."""
        if self.poll() is None:
            self.kill()
        self.communicate(PATIENCE)
        for file in (self.stdout, self.stderr, self._status):
            file.close()


def _read(file: TextIO, into: list[str]) -> None:
    into.append(file.read())


# -- in the process that is forked


def _load_what_all_load() -> None:
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        exec(compile(COMMON, "common", "exec"), {"__name__": "__main__"})
        os.write(writer, json.dumps(list(sys.modules)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as names:
        loaded: list[str] = json.load(names)
    os.waitpid(child, 0)
    for name in loaded:
        with contextlib.suppress(ImportError):  # modules that were made, and not loaded
            importlib.import_module(name)
    assert threading.active_count() == 1, "a process with threads is forked"
    gc.collect()
    gc.freeze()  # children leave the memory alone where it is


class _Server:
    """Forks for each request, and tells how each child ended."""

    def __init__(self, asked: socket.socket) -> None:
        self._socket = asked
        self._statuses: dict[int, int] = {}  # the pipe for the end of each child
        self._woken, self._wake = socket.socketpair()
        self._wake.setblocking(False)
        self._selector = selectors.DefaultSelector()
        for each in (self._socket, self._woken):
            self._selector.register(each, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends when the tests do

    def serve(self) -> dict[str, Any] | None:  # Any: of JSON
        """Fork for each request; gives the request, in the child."""
        while True:
            ready = [key.fileobj for key, _ in self._selector.select()]
            if self._woken in ready:
                self._woken.recv(4096)
                for pid in list(self._statuses):
                    self._look_after(pid, os.WNOHANG)
            if self._socket in ready:
                message, files, _, _ = socket.recv_fds(self._socket, 1 << 16, 3)
                while message and not message.endswith(b"\n"):
                    message += self._socket.recv(1 << 16)
                if not message:
                    self._end()
                    return None
                request = json.loads(message)
                answer = 0
                if "signal" in request:
                    if request["pid"] in self._statuses:
                        os.kill(request["pid"], request["signal"])
                elif (answer := os.fork()) == 0:
                    self._leave(*files)
                    return dict(request)
                else:
                    *streams, self._statuses[answer] = files
                    for each in streams:
                        os.close(each)
                self._socket.sendall(str(answer).encode())

    def _look_after(self, pid: int, how: int) -> None:
        ended, status = os.waitpid(pid, how)
        if ended:
            pipe = self._statuses.pop(pid)
            with contextlib.suppress(BrokenPipeError):  # nobody waits for it any more
                os.write(pipe, str(os.waitstatus_to_exitcode(status)).encode())
            os.close(pipe)

    def _end(self) -> None:
        for pid in list(self._statuses):
            os.kill(pid, signal.SIGKILL)
            self._look_after(pid, 0)

    def _leave(self, out: int, err: int, status: int) -> None:
        """Be a child, with nothing of this process but what was loaded."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for each in (self._socket, self._woken, self._wake):
            each.close()
        os.dup2(out, 1)
        os.dup2(err, 2)
        for file in (out, err, status, *self._statuses.values()):
            os.close(file)
        self._statuses.clear()


def _become(request: dict[str, Any]) -> tuple[types.CodeType, dict[str, Any]]:  # Any: of JSON, and of a module
    """Be the process of a program: its environment, folder, arguments and `__main__`; gives its code and globals."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    what, *arguments = request["command"]
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    if what == "-m":
        sys.path[0] = os.getcwd()
        name, *arguments = arguments
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(name := f"{name}.__main__")
        assert spec is not None
        assert isinstance(spec.loader, InspectLoader)
        code = spec.loader.get_code(name)
        assert code is not None
        assert spec.origin is not None
        what = main.__file__ = spec.origin
        main.__spec__, main.__loader__, main.__package__ = spec, spec.loader, spec.parent
    elif what == "-c":
        sys.path[0] = ""
        text, *arguments = arguments
        code = compile(text, "<string>", "exec")
    else:
        main.__file__ = os.path.abspath(what)
        sys.path[0] = os.path.dirname(os.path.realpath(what))
        code = compile(Path(what).read_bytes(), main.__file__, "exec")
    sys.argv = [what, *arguments]
    return code, main.__dict__


def _serve(file: int, listening: int | None = None) -> dict[str, Any] | None:  # Any: of JSON
    asked = socket.socket(fileno=file)
    if listening is None:
        _load_what_all_load()
    elif (found := _accepted(asked, socket.socket(fileno=listening))) is None:
        return None
    else:
        asked = found
    return _Server(asked).serve()


def _accepted(lives: socket.socket, listener: socket.socket) -> socket.socket | None:
    """Fork for each that connects; gives its socket, in the child. Ends when nobody lives who might."""
    is_loaded = False
    with lives, listener:
        while True:
            ready, _, _ = select.select([lives, listener], [], [])
            if lives in ready:
                return None
            if not is_loaded:
                _load_what_all_load()
                is_loaded = True
            asked, _ = listener.accept()
            if os.fork() == 0:
                return asked
            asked.close()


if __name__ == "__main__" and (given := _serve(*map(int, sys.argv[1:]))) is not None:
    exec(*_become(given))
