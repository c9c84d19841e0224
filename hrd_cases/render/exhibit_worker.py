"""The process that opens exhibits: one file after the other from a pipe, its pages back through another.

It holds no key, opens no socket, writes no file, and does not know what sets papers. What an exhibit does to it, it
does to it alone: the parent starts another one, and the exhibit goes by its hash.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace

from hrd_cases.render import burning, cage, drawing, exhibits, file_texts, messenger_archive, page_words, wire
from hrd_cases.render.exhibit_process import MOST_SCANS, ExhibitTask, Outcome
from hrd_cases.render.exhibits import Prepared
from hrd_cases.render.failure import NotPrintable
from hrd_cases.render.parsing import limit_parsers

UNDRAWN = Prepared(pdf=None, count=0)


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
        task = wire.unpack(ExhibitTask, payload)
        data = wire.read_pieces(source)
        text, blank = _text(task, data)
        unread = replace(UNDRAWN, count=blank)
        prepared_exhibit, pictures = (unread, list[bytes]()) if task.letters or task.export else _work(task, data)
        outcome = Outcome(
            count=prepared_exhibit.count,
            of=prepared_exhibit.of,
            reason=prepared_exhibit.reason,
            notes=prepared_exhibit.notes,
            sources=prepared_exhibit.sources,
        )
        wire.write_frame(target, b"R", wire.pack(outcome))
        wire.write_frame(target, b"W", len(pictures).to_bytes(4, "big"))
        pdf = b"" if task.width or task.words or task.scans else prepared_exhibit.pdf or b""
        for content in (*pictures, pdf, text.encode("utf-8", "replace")):
            for frame in wire.pieces((content,)):
                wire.write_frame(target, *frame)
        target.flush()


def _text(task: ExhibitTask, data: bytes) -> tuple[str, int]:
    if task.export:
        return messenger_archive.text_of(data), 0
    return file_texts.text_of(task.part.kind, data, task.letters) if task.letters else ("", 0)


def _pages(task: ExhibitTask, pdf: bytes) -> Iterator[bytes]:
    if task.words:
        return map(wire.pack, page_words.layers(pdf))
    return drawing.scans(pdf, task.dpi, file_texts.FEW_LETTERS, MOST_SCANS)


def _work(task: ExhibitTask, data: bytes) -> tuple[Prepared, list[bytes]]:
    try:
        prepared_exhibit = exhibits.prepare(task.part, data, task.dpi, task.skip)
        if prepared_exhibit.pdf is not None and task.width:
            return prepared_exhibit, list(drawing.previews(prepared_exhibit.pdf, task.width, task.small))
        if prepared_exhibit.pdf is not None and (task.words or task.scans):
            return prepared_exhibit, list(_pages(task, prepared_exhibit.pdf))
        if task.redacted:
            return burning.burnt(prepared_exhibit, task.redacted, task.dpi), []
        return exhibits.from_pixels(prepared_exhibit, task.dpi) if task.pixels else prepared_exhibit, []
    except MemoryError:
        return Prepared(pdf=None, count=0, reason="heavy"), []
    except NotPrintable as refused:
        return Prepared(pdf=None, count=0, reason=refused.reason), []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
