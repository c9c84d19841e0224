"""A numbered transcript of a messenger's export, made as an exhibit of its own; the export stays whole beside it.

The order of day and month is told by somebody where the export leaves more than one reading.
"""

from dataclasses import dataclass
from datetime import datetime

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence, bound, with_files
from hrd_cases.domain.ids import NO_RECORD, CaseId, RecordId
from hrd_cases.domain.messenger_exports import (
    Conversation,
    DayOrder,
    NotAnExport,
    orders,
    read,
    written,
)
from hrd_cases.domain.typed_text import single
from hrd_cases.domain.words import N_
from hrd_cases.render.exhibit_process import ExhibitTask
from hrd_cases.services.evidence.evidence import files_of
from hrd_cases.services.evidence.exhibit_turns import opened
from hrd_cases.services.evidence.previews import DPI, LIMITS, part_of
from hrd_cases.services.evidence.sealed_files import KeptFile, seal_whole
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records.records import hashes_of, read_in, title
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.stored import new_record_id

KINDS = frozenset({"text/plain", "text/html", "application/zip"})
NAME = "transcript.txt"
TRANSCRIPT = "transcript"
NO_EXPORT = N_(
    "This file is no export of WhatsApp or Signal (text, or the archive with it) or of Telegram (JSON, HTML, or the"
    " archive with it) that we can read."
)
CHOOSE = N_("Say in which order this export writes the parts of a day.")
LONGEST = 200  # characters of a title, as a line of a form
LOST = N_("Some lines of the export would be in no message. Nothing was made: tell the server operator.")


@dataclass(frozen=True, kw_only=True)
class ExportView:
    """An export of a messenger: the orders in which its days can be read, and its messages in one of them.

    `conversation` is None while more than one order is possible and none was chosen: then `samples` has one of each.
    """

    title: str
    orders: tuple[DayOrder, ...]
    order: DayOrder | None
    conversation: Conversation | None
    samples: tuple[tuple[DayOrder, Conversation], ...]


@dataclass(frozen=True, kw_only=True)
class MadeTranscript:
    """A transcript as evidence of its own, and the messages that it numbers."""

    record: RecordId
    conversation: Conversation


def view(ctx: Context, case: CaseId, record: RecordId, number: int, order: str) -> ExportView:
    """One file of an exhibit read as an export, `number` from 1; raises RuleBroken where it is none."""
    _vault, stored, file = _opened(ctx, case, record, number)
    text = _text(ctx.runtime, case, file)
    possible = _orders(text)
    chosen = _chosen(possible, order)
    ctx.note("read", "look at a messenger export", vault=case, record=record, number=number)
    return ExportView(
        title=title(stored),
        orders=possible,
        order=chosen,
        conversation=read(text, chosen) if chosen else None,
        samples=() if chosen else tuple((one, read(text, one)) for one in possible),
    )


def make(  # one form
    runtime: Runtime,
    session: Session,
    now: datetime,
    case: CaseId,
    record: RecordId,
    number: int,
    order: str,
    called: str,
) -> MadeTranscript:
    """Make the numbered transcript, an exhibit with the title `called`; the same one, if it was made before."""
    title_line = single(called, "title", LONGEST)
    with runtime.reading(session, now) as ctx:
        file = _opened(ctx, case, record, number)[2]
    text = _text(runtime, case, file)
    chosen = _chosen(_orders(text), order)
    if chosen is None:
        raise RuleBroken(CHOOSE)
    conversation = read(text, chosen)
    if not conversation.accounted:
        raise RuleBroken(LOST)
    lines = written(conversation).encode()
    kept = seal_whole(runtime, case, lines, name=NAME, at=now, by=session.actor.user)
    with runtime.writing(session, now) as ctx:
        vault = _opened(ctx, case, record, number)[0]
        before = _made_before(ctx, vault, record, kept)
        transcript = before or _keep(ctx, vault, record, kept, title_line)
    return MadeTranscript(record=transcript, conversation=conversation)


def _keep(ctx: Context, vault: OpenVault, source: RecordId, file: KeptFile, called: str) -> RecordId:
    value = bound(Evidence(title=called, made_from=source, made_how=TRANSCRIPT), hashes_of(ctx, vault, source))
    record = new_record_id()
    ctx.work.files.add(file.row(vault.id, ctx.today))
    ctx.work.records.add(vault, ctx.author, record, with_files(value, [file.entry()]), ctx.today)
    ctx.note("write", "new evidence", vault=vault.id, record=record)
    return record


def _made_before(ctx: Context, vault: OpenVault, source: str, file: KeptFile) -> RecordId:
    """The transcript with the same bytes that was made of this exhibit before; nothing where there is none."""
    for stored in of_class(ctx.work.records.all(vault), Evidence):
        hashes = {str(entry["sha256"]) for entry in stored.value.files or ()}
        if stored.value.made_from == source and file.sha256 in hashes:
            return stored.id
    return NO_RECORD


def _opened(ctx: Context, case: CaseId, record: RecordId, number: int) -> tuple[OpenVault, Stored[Evidence], KeptFile]:
    vault = open_vault(ctx, Act.ADD_EVIDENCE, case, record=record)
    stored = read_in(ctx, vault, record, Evidence)
    files = files_of(stored)
    if not 1 <= number <= len(files):
        raise NotFound
    return vault, stored, files[number - 1]


def _orders(text: str) -> tuple[DayOrder, ...]:
    try:
        possible = orders(text)
    except NotAnExport:
        possible = ()
    if not possible:
        raise RuleBroken(NO_EXPORT)
    return possible


def _chosen(possible: tuple[DayOrder, ...], order: str) -> DayOrder | None:
    """The order that was chosen, or the only one that is possible."""
    if len(possible) == 1:
        return possible[0]
    return next((one for one in possible if one.value == order), None)


def _text(runtime: Runtime, case: CaseId, file: KeptFile) -> str:
    """The text of an export, unpacked in the process that opens exhibits; raises RuleBroken."""
    if file.sniffed not in KINDS:
        raise RuleBroken(NO_EXPORT)
    task = ExhibitTask(part=part_of(file), dpi=DPI, export=True)
    text = opened(runtime, case, file, task, LIMITS).text
    if not text:
        raise RuleBroken(NO_EXPORT)
    return text
