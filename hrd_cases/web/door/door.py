"""The door: a request is here whole, in memory and in time, before it takes a thread; nothing of it rests on a disk.

Small forms are collected under a least speed, within a bounded sum; strangers and live sessions have their own each.
What streams, up or down, has threads of its own, only with a cookie that names a live session, under a least speed too.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask
from werkzeug.exceptions import HTTPException

from hrd_cases.services.kernel.passphrase_slots import AT_ONCE, MOST_WAITING
from hrd_cases.web.kernel import handling

LEAST = 1_000  # bytes a second, after GRACE
GRACE = 30.0  # seconds
LONGEST = 20 * 60.0  # seconds for the form of a stranger; for a larger one as much more
THREADS, STREAMS = 6, 4  # more at once only share the processor: with 16 the slowest pages took half as long again
COMING_IN = AT_ONCE + MOST_WAITING  # who waits for the derivation of a passphrase takes no thread of a page
MOST_STRANGERS, MOST_INSIDE = 32 * 1024 * 1024, 128 * 1024 * 1024  # bytes of forms held at a moment
DISCARDED = 16 * handling.STRANGERS  # a browser shows our answer only after it has sent what it has
QUEUED = 4  # pieces of an answer on their way from a thread

Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[object], Awaitable[None]]

log = logging.getLogger("hrd_cases")


class RefusedRequest(Exception):
    """A request that is not let in; `status` is the answer, 0 when nobody is there to read one."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class FormMemory:
    """Bytes of forms in memory, of everybody of one kind together; `form`: how long one of them may be."""

    most: int
    form: int = handling.STRANGERS
    now: int = 0


@dataclass
class Pace:
    """The least speed: until when the bytes so far leave time for more; the clock runs from the first wait."""

    longest: float | None = None
    count: int = 0
    began: float | None = field(default=None)

    def until(self) -> float:
        """The moment at which what comes next must be here."""
        now = asyncio.get_running_loop().time()
        self.began = now if self.began is None else self.began
        allowed = GRACE + self.count / LEAST
        return self.began + (allowed if self.longest is None else min(allowed, self.longest))


class Door:
    """The ASGI application in front of the pages; `lives` tells whether a cookie header names a live session.

    `alone` is asked once, by the process that serves: whether no other does.
    """

    def __init__(self, pages: Flask, lives: Callable[[str], bool], alone: Callable[[], bool]) -> None:
        self.alone = alone
        self._addresses = pages.url_map.bind("")
        self._lives = lives
        self._held = {False: FormMemory(MOST_STRANGERS), True: FormMemory(MOST_INSIDE, handling.INSIDE)}
        carried = _Carried(pages)
        self._pages = WSGIMiddleware(carried, workers=THREADS, send_queue_size=0)  # whole in memory: no thread waits
        self._coming_in = WSGIMiddleware(carried, workers=COMING_IN, send_queue_size=0)
        self._streams = WSGIMiddleware(carried, workers=STREAMS, send_queue_size=QUEUED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        if scope["type"] != "http":
            return
        answer = PacedResponse(scope["hrd.connection"], send)
        try:
            await self._let_in(scope, receive, answer)
        except RefusedRequest as refused:
            await answer.refuse(refused.status)
        except Exception as error:  # noqa: BLE001  # the pages answer for themselves: this is below them
            log.error("door: %s", type(error).__name__)
            await answer.fail()

    async def _let_in(self, scope: Scope, receive: Receive, answer: "PacedResponse") -> None:
        heads = {name: value.decode("latin-1") for name, value in scope["headers"]}
        length = _length(scope, heads)
        inside = self._lives(heads.get(b"cookie", ""))
        if inside:
            scope["hrd.connection"].whole()
        endpoint = self._endpoint(scope)
        if endpoint in handling.STREAMED:
            if not inside:
                raise RefusedRequest(303)
            await self._streams(scope, _in_pace(receive, length), answer.send)
            return
        parts: list[bytes] = []
        current = self._held[inside]
        try:
            if length:
                await _collect(receive, length, parts, current)
            scope["hrd.connection"].whole()
            await self._threads(endpoint, inside=inside)(scope, _again(b"".join(parts), receive), answer.send)
        finally:
            current.now -= sum(map(len, parts))

    def _threads(self, endpoint: str | None, *, inside: bool) -> WSGIMiddleware:
        if endpoint in handling.COMING_IN:
            return self._coming_in
        return self._streams if endpoint in handling.SENT and inside else self._pages

    def _endpoint(self, scope: Scope) -> str | None:
        try:
            return str(self._addresses.match(scope["path"], method=scope["method"])[0])
        except HTTPException:
            return None


class PacedResponse:
    """An answer on its way out, under the least speed; who does not take it is cut off."""

    def __init__(self, connection: Any, send: Send) -> None:  # noqa: ANN401  # a server's own
        self._connection, self._send = connection, send
        self._pace = Pace()
        self._begun = False

    async def send(self, message: Any) -> None:  # noqa: ANN401  # as ASGI has it
        """Send a piece; silent once nobody takes it, so that no thread waits for ever."""
        if self._connection.gone:
            return
        if message["type"] == "http.response.start":
            self._begun = True
            message["headers"] = [*message["headers"], (b"server", b"web")]
        try:
            async with asyncio.timeout_at(self._pace.until()):
                await self._send(message)
        except Exception:  # noqa: BLE001  # too slow, or not to be sent: a thread that waits for its place must not
            self._connection.cut()
        self._pace.count += len(message.get("body", b""))

    async def refuse(self, status: int) -> None:
        """Answer in one line, and close."""
        if not status or self._begun:
            self._connection.cut()
            return
        heads = [(b"content-length", b"0"), (b"connection", b"close"), (b"cache-control", b"no-store")]
        heads += [(b"location", b"/")] if status == 303 else []
        heads += [(b"retry-after", b"30")] if status == 503 else []
        await self.send({"type": "http.response.start", "status": status, "headers": heads})
        await self.send({"type": "http.response.body", "body": b""})

    async def fail(self) -> None:
        """Never let a part of an answer pass for the whole."""
        await self.refuse(0 if self._begun else 500)


class _Carried:
    """The pages as a2wsgi calls them: stops making an answer that nobody takes any more."""

    def __init__(self, pages: Flask) -> None:
        self._pages = pages

    def __call__(self, environ: Any, start_response: Any) -> Iterator[bytes]:  # noqa: ANN401  # as WSGI has it
        connection = environ.pop("asgi.scope")["hrd.connection"]
        body = self._pages.wsgi_app(environ, start_response)
        try:
            for piece in body:
                if connection.gone:
                    return
                yield piece
        finally:
            getattr(body, "close", lambda: None)()


def _length(scope: Scope, heads: dict[bytes, str]) -> int:
    """How long the body says it is; RefusedRequest for one that does not say, and for an address that is none."""
    if b"transfer-encoding" in heads:
        raise RefusedRequest(411)
    text = heads.get(b"content-length", "0")
    odd = not scope["query_string"].isascii() or not heads.get(b"cookie", "").isascii()
    if odd or not text.isascii() or not text.isdigit():
        raise RefusedRequest(400)
    return int(text)


async def _collect(receive: Receive, length: int, parts: list[bytes], current: FormMemory) -> None:
    """Take a form into `parts`: all of it, or nothing of one that is too long, which the pages then refuse."""
    pace = Pace(longest=LONGEST * current.form / handling.STRANGERS)
    while pace.count < length:
        piece = await _next(receive, pace)
        if length > current.form:
            if pace.count > DISCARDED:
                raise RefusedRequest(413)
            continue
        parts.append(piece)
        current.now += len(piece)
        if current.now > current.most:
            raise RefusedRequest(503)


async def _next(receive: Receive, pace: Pace) -> bytes:
    """The next piece of a body; raises RefusedRequest when it is too slow, or ends before its end."""
    try:
        async with asyncio.timeout_at(pace.until()):
            message = await receive()
    except TimeoutError:
        raise RefusedRequest(408) from None
    if message["type"] != "http.request":
        raise RefusedRequest(0)
    piece: bytes = message.get("body", b"")
    pace.count += len(piece)
    return piece


def _again(body: bytes, receive: Receive) -> Receive:
    """Hands a body that is here on to the pages."""
    said = False

    async def once() -> object:
        nonlocal said
        if said:
            return await receive()
        said = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


def _in_pace(receive: Receive, length: int) -> Receive:
    """A body as it comes, to its stated length; one that is too slow or too short ends in an error in its thread."""
    pace = Pace()

    async def piece() -> object:
        try:
            body = b"" if pace.count >= length else await _next(receive, pace)
        except RefusedRequest:
            raise ConnectionAbortedError from None
        return {"type": "http.request", "body": body, "more_body": pace.count < length}

    return piece
