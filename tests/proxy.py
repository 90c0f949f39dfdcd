"""A TCP proxy in front of an engine, whose connections can be cut, frozen and moved: networks as they really are."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType


class Proxy:
    """Forwards a port to an address. Its loop runs in a thread of its own, so that tests may block."""

    def __init__(self, target: str, host: str = "127.0.0.1", port: int = 0) -> None:
        self._target_host, _, target_port = target.rpartition(":")
        self._target_port = int(target_port)
        self._host = host
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self._flows: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._frozen: set[asyncio.StreamWriter] = set()
        self.accepted: int = 0

    def __enter__(self) -> Proxy:
        self._thread.start()
        self._do(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"{self._host}:{self._port}"

    @property
    def port(self) -> int:
        """Its port."""
        return self._port

    def cut(self) -> None:
        """Break every connection; new ones are made."""
        self._do(self._cut())

    def lead_to(self, port: int) -> None:
        """Lead to another port from now on; every connection breaks."""
        self._target_port = port
        self.cut()

    def freeze(self) -> None:
        """Let every connection that there is go silent, as if a cable were pulled: half-open. New ones are made."""
        self._do(self._freeze())

    def thaw(self) -> None:
        """Deliver again what was held back."""
        self._do(self._thaw())

    def close(self) -> None:
        """Break every connection, and take no new ones."""
        self._do(self._stop())

    def reopen(self) -> None:
        """Take connections again, on the same port."""
        self._do(self._start())

    def _do(self, coroutine: object) -> None:
        assert asyncio.iscoroutine(coroutine)
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(20)

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._accept, self._host, self._port)
        self._port = int(self._server.sockets[0].getsockname()[1])

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut()

    async def _cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()
        for flow in list(self._flows):
            flow.cancel()
        if self._flows:
            await asyncio.wait(list(self._flows))

    async def _freeze(self) -> None:
        self._frozen |= self._writers

    async def _thaw(self) -> None:
        self._frozen.clear()
        self._open.set()
        self._open = asyncio.Event()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            inner_reader, inner_writer = await asyncio.open_connection(self._target_host, self._target_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, inner_writer}
        for source, sink in ((reader, inner_writer), (inner_reader, writer)):
            flow = asyncio.get_running_loop().create_task(self._forward(source, sink, (writer, inner_writer)))
            self._flows.add(flow)
            flow.add_done_callback(self._flows.discard)

    async def _forward(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, pair: tuple[asyncio.StreamWriter, ...]
    ) -> None:
        try:
            while data := await source.read(65536):
                while sink in self._frozen:
                    await self._open.wait()
                sink.write(data)
                await sink.drain()
        except OSError:
            pass  # one side has gone: the other goes too
        finally:
            for writer in pair:
                self._writers.discard(writer)
                writer.transport.abort()
