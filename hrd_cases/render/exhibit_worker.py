"""The process that opens exhibits: one file after the other from a pipe, its pages back through another.

It holds no key, opens no socket, writes no file, and does not know what sets papers. What an exhibit does to it, it
does to it alone: the parent starts another one, and the exhibit goes by its hash.
"""

import sys

from hrd_cases.render import cage, drawing, exhibits, wire
from hrd_cases.render.exhibit_process import Outcome, Task
from hrd_cases.render.exhibits import Prepared
from hrd_cases.render.failure import NotPrintable
from hrd_cases.render.parsing import limit_parsers


def main(arguments: list[str]) -> int:
    """Open files until the pipe ends."""
    source, target = cage.enter(arguments)
    limit_parsers()
    while True:
        try:
            kind, payload = wire.read_frame(source)
        except wire.Torn:
            return 0
        if kind != b"X":
            return 1
        task = wire.unpack(Task, payload)
        made, pictures = _work(task, wire.read_pieces(source))
        outcome = Outcome(count=made.count, of=made.of, reason=made.reason, notes=made.notes, sources=made.sources)
        wire.write_frame(target, b"R", wire.pack(outcome))
        wire.write_frame(target, b"W", len(pictures).to_bytes(4, "big"))
        for content in (*pictures, b"" if task.width else made.pdf or b""):
            for frame in wire.pieces((content,)):
                wire.write_frame(target, *frame)
        target.flush()


def _work(task: Task, data: bytes) -> tuple[Prepared, list[bytes]]:
    try:
        made = exhibits.prepare(task.part, data, task.dpi, task.skip)
        if made.pdf is not None and task.width:
            return made, list(drawing.previews(made.pdf, task.width, task.small))
        return exhibits.from_pixels(made, task.dpi) if task.pixels else made, []
    except MemoryError:
        return Prepared(pdf=None, count=0, reason="heavy"), []
    except NotPrintable as refused:
        return Prepared(pdf=None, count=0, reason=refused.reason), []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
