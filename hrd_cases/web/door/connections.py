"""Connections as they arrive: one that says nothing whole in ten seconds goes, and of too many the oldest such one.

gunicorn's ASGI worker with deadlines of our own, the same for TLS, plain and Unix sockets. A connection is unfinished
until its request is here whole, or shows that it belongs to a live session; only unfinished ones make way for others.
"""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Mapping
from functools import partial

from gunicorn.arbiter import Arbiter
from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers.gasgi import ASGIWorker

from hrd_cases.services.install import process_memory

HEAD = 10.0  # seconds from the first byte of a connection, TLS included, or from the last answer, to a whole head
HEAD_BYTES = 64 * 1024
MOST = 5_000
BACKLOG = 2_048
FORGET, LONGEST = 1.0, 60.0  # seconds between two clearings of memory, and how long after the last request they go on

log = logging.getLogger("hrd_cases")


class Connection(ASGIProtocol):  # type: ignore[misc]  # gunicorn has no types
    """One connection, from its arrival on."""

    def __init__(self, worker: "Worker") -> None:
        super().__init__(worker)
        self.wire: asyncio.Transport | None = None  # below TLS, where there is any
        self.gone = False
        self._begun = False
        self._early: list[bytes] = []
        self._head = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Take a place among the connections, then the handshake, where there is one, then the request."""
        self.wire = transport
        self.worker.arrived(self)
        self._expect_head()
        if self.worker.tls is None:
            self._begin(transport)
        else:
            self._securing = self.worker.loop.create_task(self._secure(transport))

    def data_received(self, data: bytes) -> None:
        """Feed the parser; who sends a head without end is cut off."""
        if not self._begun:
            self._early.append(data)
            return
        super().data_received(data)
        if self._deadline is not None:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self.cut()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place up."""
        self.gone = True
        self._head_came()
        self.worker.left(self)
        if self._begun:
            super().connection_lost(exc)

    def whole(self) -> None:
        """The request is here, or its session lives: nobody takes this connection's place."""
        self.worker.used()
        self.worker.unfinished.pop(self, None)

    def cut(self) -> None:
        """End the connection at once, whatever waits to be sent."""
        self.gone = True
        if self.wire is not None:
            self.wire.abort()

    def _begin(self, transport: asyncio.BaseTransport) -> None:
        self._begun = True
        super().connection_made(transport)
        for data in self._early:
            self.data_received(data)
        self._early.clear()

    async def _secure(self, wire: asyncio.Transport) -> None:
        try:
            secured = await self.worker.loop.start_tls(
                wire, self, self.worker.tls, server_side=True, ssl_handshake_timeout=HEAD
            )
        except OSError:  # of TLS too: whoever it was speaks something else, or went
            self.connection_lost(None)
            wire.abort()
            return
        if not self.gone:
            self._begin(secured)

    def _expect_head(self) -> None:
        self._head_came()
        self._head = 0
        self.worker.unfinished[self] = None
        self._deadline = self.worker.loop.call_later(HEAD, self._too_late)

    def _head_came(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self._begun:
            self._close_transport()
            self._request_ready.set()
        self.worker.loop.call_later(HEAD if self._begun else 0, self.cut)

    # What gunicorn calls.

    def _on_headers_complete(self) -> bool:
        self._head_came()
        return bool(super()._on_headers_complete())

    def _arm_keepalive_timer(self) -> None:
        self._expect_head()

    def _close_transport(self) -> None:
        if not self._closed:
            self.worker.loop.call_later(HEAD, self.cut)  # who does not take the rest of an answer does not stay
        super()._close_transport()

    def _build_http_scope(self, *args: object) -> dict[str, object]:
        return {**super()._build_http_scope(*args), "hrd.connection": self}


class Worker(ASGIWorker):  # type: ignore[misc]  # gunicorn has no types
    """The process that answers."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        self.unfinished: dict[Connection, None] = {}  # the oldest first
        self.connections: set[Connection] = set()
        self.tls: object = None
        self._clear_until = 0.0

    def used(self) -> None:
        """Somebody asked something: clear up after it, and after what may still be on its way."""
        self._clear_until = self.loop.time() + LONGEST

    def _clear(self) -> None:
        """Give back what requests left behind that refers to itself: keys and texts that were opened for them."""
        if self.loop.time() < self._clear_until:
            gc.collect()
        self.loop.call_later(FORGET, self._clear)

    def arrived(self, connection: Connection) -> None:
        """Count a connection in; of too many the oldest unfinished one goes."""
        self.connections.add(connection)
        if len(self.connections) > MOST:
            oldest = next(iter(self.unfinished), connection)
            self.unfinished.pop(oldest, None)
            oldest.cut()

    def left(self, connection: Connection) -> None:
        """Count a connection out."""
        self.connections.discard(connection)
        self.unfinished.pop(connection, None)

    def run(self) -> None:
        """Serve, unless somebody else does."""
        process_memory.protect()
        gc.freeze()  # what stays for good is not looked at again: clearing up after requests costs next to nothing
        if not self.asgi.alone():
            log.error("this organisation is being served already")
            sys.exit(Arbiter.APP_LOAD_ERROR)
        super().run()

    def _setup_event_loop(self) -> None:
        super()._setup_event_loop()
        self.loop.set_exception_handler(_log_kind)
        self.loop.call_later(FORGET, self._clear)
        listen = self.loop.create_server

        def create_server(_factory: Callable[[], object], **more: object) -> object:
            return listen(partial(Connection, self), **{**more, "backlog": BACKLOG})

        self.loop.create_server = create_server

    def _get_ssl_context(self) -> None:
        self.tls = super()._get_ssl_context()  # TLS begins in Connection, so that its handshake has the same deadline

    async def _shutdown(self) -> None:
        for connection in list(self.unfinished):
            connection.cut()
        await super()._shutdown()


def _log_kind(_loop: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    """What went wrong below the pages, by its kind alone: no address, no content."""
    log.error("connection: %s", type(context.get("exception")).__name__)
