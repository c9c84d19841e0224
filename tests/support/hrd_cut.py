"""A line between a client and a server on this machine, which can be cut at a chosen point of a form."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from hrd_served import everything

BEFORE, MIDDLE, AFTER = "before", "middle", "after"
CUTS = (BEFORE, MIDDLE, AFTER)
HEAD_END = b"\r\n\r\n"


@dataclass
class Line:
    """A listening line to `server`; `cut` is where forms break off, as long as it stands there."""

    server: int
    cut: str = ""
    share: float = 0.5  # of the body that arrives when it is cut in the middle
    answers: list[bytes] = field(default_factory=list)  # what the server said and nobody read
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=64))

    @property
    def port(self) -> int:
        """Where the client connects."""
        return int(self.listening.getsockname()[1])

    def serve(self) -> None:
        """Carry connections until the line is closed."""
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            head, body = _request(client)
            cut = self.cut if head.startswith(b"POST ") else ""
            if cut == BEFORE or not head:
                _reset(client)
                return
            with socket.create_connection(("127.0.0.1", self.server), timeout=60) as server:
                if cut == MIDDLE:
                    server.sendall(_closing(head) + body[: int(len(body) * self.share)])
                    server.shutdown(socket.SHUT_WR)
                    everything(server)
                    _reset(client)
                    return
                server.sendall(_closing(head) + body)
                answer = everything(server)
            if cut == AFTER:
                self.answers.append(answer)
                _reset(client)
                return
            client.sendall(answer)


@contextmanager
def line_to(server: int) -> Iterator[Line]:
    """A line to the server at this port, which ends with the test."""
    created = Line(server)
    thread = threading.Thread(target=created.serve, daemon=True)
    thread.start()
    yield created
    created.listening.shutdown(socket.SHUT_RDWR)
    created.listening.close()
    thread.join(5)


def _request(client: socket.socket) -> tuple[bytes, bytes]:
    """The head and the body of the one request of a connection; empty when nobody asks."""
    data = b""
    while HEAD_END not in data:
        piece = client.recv(1 << 16)
        if not piece:
            return b"", b""
        data += piece
    head, _, body = data.partition(HEAD_END)
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < sum(map(int, lengths)):
        body += client.recv(1 << 16)
    return head + HEAD_END, body


def _closing(head: bytes) -> bytes:
    """The head for a connection of one request."""
    lines = head.removesuffix(HEAD_END).split(b"\r\n")
    stay = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*stay, b"Connection: close"]) + HEAD_END


def _reset(client: socket.socket) -> None:
    """End a connection as a lost line does: by a reset, with nothing answered."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
