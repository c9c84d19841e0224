"""A form with files, read as it comes: the token first, then text, then files that go piece by piece into sealed ones.

Nothing of a file rests in the clear, in memory longer than a piece, or on a disk at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from flask import Request, abort, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from hrd_cases.domain.typed_text import tidy
from hrd_cases.web.kernel import csrf, handling
from hrd_cases.web.kernel.site import site

PIECE = 64 * 1024
MOST_PARTS = 400
DRAINED = 256 * 1024 * 1024  # a browser shows our answer only after it has sent what it has


class Dropped(Exception):
    """The form ended before its end."""


class Receiver(Protocol):
    """One file on its way in."""

    def write(self, data: bytes, /) -> None:
        """Take the next bytes."""

    def abort(self) -> None:
        """Forget what came."""


R = TypeVar("R", bound=Receiver)


class Taker(Protocol[R]):
    """Where the files go."""

    def begin_file(self, name: str, claimed: str, /) -> R:
        """Begin the next file."""

    def finish_file(self, incoming: R, now: datetime, /) -> None:
        """Make a file safe that arrived whole."""


def drain(request: Request) -> None:
    """Read a body for a while without keeping anything, so that the browser gets to see the answer."""
    gone = 0
    try:
        while gone < DRAINED and (piece := request.stream.read(PIECE)):
            gone += len(piece)
    except (ClientDisconnected, RequestEntityTooLarge, OSError):
        return


@dataclass(kw_only=True)
class Arrival(Generic[R]):
    """One form on its way in: `fields` holds the text so far, also when something goes wrong later."""

    request: Request
    token_fits: Callable[[str], bool]
    taker: Taker[R]
    clock: Callable[[], datetime]
    most: int
    fields: dict[str, list[str]] = field(default_factory=dict)
    _name: str = ""
    _text: bytearray | None = None
    _length: int = 0
    _file: R | None = None
    _proven: bool = False

    def read(self) -> None:
        """Take the whole form; raises Dropped, RequestEntityTooLarge, and what the taker raises."""
        self.request.max_content_length = self.most
        decoder = MultipartDecoder(self._boundary(), max_form_memory_size=2 * handling.INSIDE, max_parts=MOST_PARTS)
        try:
            while True:
                piece = self._piece()
                decoder.receive_data(piece or None)
                if self._take_events(decoder):
                    return
        except ValueError:  # the parts make no form: cut off, or never one
            raise Dropped from None
        finally:
            if self._file is not None:
                self._file.abort()

    def drain(self) -> None:
        """Read on for a while without keeping anything, so that the browser gets to see the answer."""
        drain(self.request)

    def _boundary(self) -> bytes:
        boundary = self.request.mimetype_params.get("boundary", "")
        if self.request.mimetype != "multipart/form-data" or not 0 < len(boundary) <= 200:
            abort(400)
        return boundary.encode("latin-1", "replace")

    def _piece(self) -> bytes:
        try:
            return self.request.stream.read(PIECE)
        except (ClientDisconnected, OSError):
            raise Dropped from None

    def _take_events(self, decoder: MultipartDecoder) -> bool:
        """Handle what has come; True at the end of the form."""
        while True:
            event = decoder.next_event()
            if isinstance(event, Epilogue):
                return True
            if isinstance(event, NeedData):
                return False
            self._take(event)

    def _take(self, event: Event) -> None:
        if isinstance(event, Field):
            self._name, self._text = event.name or "", bytearray()
        elif isinstance(event, File):
            if not self._proven:
                abort(400)
            if event.filename:
                self._file = self.taker.begin_file(event.filename, event.headers.get("content-type", ""))
        elif isinstance(event, Data):
            self._take_data(event)

    def _take_data(self, event: Data) -> None:
        if self._file is not None:
            self._file.write(event.data)
            if not event.more_data:
                file, self._file = self._file, None
                self.taker.finish_file(file, self.clock())
        elif self._text is not None:
            self._text += event.data
            self._length += len(event.data)
            if self._length > handling.INSIDE:
                raise RequestEntityTooLarge
            if not event.more_data:
                self._take_field(bytes(self._text))

    def _take_field(self, text: bytes) -> None:
        wording = text.decode("utf-8", "replace")
        self._text = None
        if not self._proven:
            if self._name != csrf.FIELD or not self.token_fits(wording):
                abort(400)
            self._proven = True
            return
        self.fields.setdefault(self._name, []).append(tidy(wording))


def arriving(taker: Taker[R], most: int, form: str = "") -> Arrival[R]:
    """The form of this request on its way in, of at most so many bytes, from the person whose session it is.

    `form` is the path to which the form is sent by itself, when its files are sent to another address.
    """
    return Arrival(
        request=request,
        token_fits=lambda sent: csrf.fits(sent, form or request.path),
        taker=taker,
        clock=site().clock,
        most=most,
    )
