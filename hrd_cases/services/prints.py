"""What a paper would print of an exhibit, before any paper is built: its files opened as for a paper, one by one."""

import threading
from dataclasses import dataclass

from hrd_cases.crypto.errors import CryptoError
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.papers import Part, PrintNote
from hrd_cases.domain.words import N_
from hrd_cases.render.exhibit_process import Altered, Outcome, Task
from hrd_cases.render.process import Limits, open_files
from hrd_cases.services.context import Context
from hrd_cases.services.evidence import files_of
from hrd_cases.services.file_types import part_kind
from hrd_cases.services.gate import open_vault
from hrd_cases.services.records import read_in
from hrd_cases.services.sealed_files import KeptFile, contents

DPI = 100
AT_ONCE = 1
LIMITS = Limits(exhibit_seconds=30.0)


@dataclass(frozen=True, kw_only=True)
class FilePrint:
    """One file, `number` from 1: the pages it prints on, or why none (a key of printing.NOT_PRINTED); what to say."""

    number: int
    file: KeptFile
    pages: int
    reason: str
    notes: tuple[PrintNote, ...]


def of_exhibit(ctx: Context, case: str, record: str) -> tuple[str, tuple[FilePrint, ...]]:
    """The title of an exhibit and what would be printed of each file; raises RuleBroken for altered bytes."""
    vault = open_vault(ctx, Act.OPEN_FILE, case, record=record)
    stored = read_in(ctx, vault, record, code="evidence")
    files = files_of(stored)
    ctx.note("read", "look at what prints", vault=case, record=record)
    tasks = ((Task(part=_part(file), dpi=DPI), contents(ctx.runtime, case, file)) for file in files)
    # One at a time: opening exhibits is the heaviest thing that a page asks for.
    slots: threading.BoundedSemaphore = ctx.runtime.caches.setdefault(
        "print_slots", threading.BoundedSemaphore(AT_ONCE)
    )
    try:
        with slots:
            outcomes = [ready.outcome for ready in open_files(tasks, LIMITS)]
    except (Altered, CryptoError):
        raise RuleBroken(
            N_("A file of this exhibit is not as it was taken in. Tell whoever looks after the server.")
        ) from None
    return str(stored.value.title), tuple(
        _print(at, *pair) for at, pair in enumerate(zip(files, outcomes, strict=True), 1)
    )


def _print(number: int, file: KeptFile, outcome: Outcome) -> FilePrint:
    return FilePrint(number=number, file=file, pages=outcome.count, reason=outcome.reason, notes=outcome.notes)


def _part(file: KeptFile) -> Part:
    return Part(id=file.blob, kind=part_kind(file.sniffed), sha256=file.sha256, length=file.length, turn=file.turn)
