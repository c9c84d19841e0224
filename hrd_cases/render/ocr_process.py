"""Becomes Tesseract after giving up what that does not need: memory, time, files and, where it can, the network."""

import ctypes
import os
import sys

from hrd_cases.render.cage import limit

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER and CLONE_NEWNET of Linux


def main(arguments: list[str]) -> None:
    """`arguments`: memory in bytes, seconds of CPU, then the command and its arguments."""
    os.nice(10)  # reading a page takes seconds, and nobody waits for it
    if sys.platform == "linux":  # a network of its own, with nothing in it; some systems do not allow it
        ctypes.CDLL(None).unshare(NEW_USER | NEW_NETWORK)
    limit(int(arguments[0]), int(arguments[1]))
    os.execv(arguments[2], arguments[2:])  # noqa: S606  # a list from the parent, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
