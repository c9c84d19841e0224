"""Refuses every connection that would leave this machine, in the tests and in every Python they start.

An audit hook sees every attempt, whoever makes it, and cannot be taken out again. The tests put this folder on
PYTHONPATH, where `sitecustomize` brings the same guard into worker processes.
"""

import ipaddress
import os
import sys
from typing import Any

REPORT = "HRD_TEST_OUTWARD"  # names the file that gathers the attempts of all processes
_NAMES_OF_THIS_MACHINE = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost"})


class OutwardConnection(RuntimeError):
    """Something tried to reach beyond this machine; not an OSError, so that no retry loop swallows it."""


def report_of_this_process() -> str:
    """The file where attempts of this process, and of those it starts, are written down."""
    return os.environ[REPORT]


def stays_here(host: object) -> bool:
    """Whether a host, as the socket functions take it, is this machine itself."""
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)
    if name in _NAMES_OF_THIS_MACHINE:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _target(event: str, args: tuple[Any, ...]) -> object:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = args[1]
        # Unix sockets have a path, or bytes, where the others have a pair with the host in front.
        return address[0] if isinstance(address, tuple) else None
    return args[0]


_WATCHED = frozenset(
    {
        "socket.connect",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
    }
)


def refuse_outward(event: str, args: tuple[Any, ...]) -> None:
    """The audit hook: raises, and writes the attempt down for the test that caused it."""
    if event not in _WATCHED:
        return
    host = _target(event, args)
    if stays_here(host):
        return
    if REPORT in os.environ:
        with open(report_of_this_process(), "a", encoding="utf-8") as file:
            file.write(f"{event} {host!r}\n")
    raise OutwardConnection(f"{event} to {host!r}: no test may reach beyond this machine")


sys.addaudithook(refuse_outward)
