"""A mail among the evidence kept as a letter: what it says fills the form, and the mail stays whole beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import OwnOrganisation
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import Text
from hrd_cases.domain.ids import NO_RECORD, CaseId, RecordId, record_id
from hrd_cases.domain.letter_chain import MOST_SUBJECT
from hrd_cases.domain.letters import ANSWER, FROM_US, TO_US, Letter, ours, unanswered
from hrd_cases.domain.mails import ReadMail, bare_subject, read_mail
from hrd_cases.domain.words import N_
from hrd_cases.render.exhibit_process import ExhibitTask
from hrd_cases.services.evidence.evidence import files_of
from hrd_cases.services.evidence.exhibit_turns import opened
from hrd_cases.services.evidence.previews import DPI, LIMITS, part_of
from hrd_cases.services.evidence.sealed_files import KeptFile
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.services.records.records import in_directory

MAIL, BY_MAIL = "message/rfc822", "email"
KINDS = frozenset({MAIL})
MOST = 400_000  # letters of a mail that are read
MOST_ADDRESSEE, MOST_WORDS = 300, Text().max  # letters that the fields of a letter hold
UNREADABLE = N_("Nothing of this mail can be read here. It is kept whole as evidence: open it and write what it says.")
NO_DAY = N_("The mail names no day that can be read. Write the day on which it came.")
LATER = N_("The mail names a day that is still to come: %(day)s. Write the day on which it came.")
CUT = N_("The mail is longer than a letter may be: you see only its beginning here. It is kept whole as evidence.")
EARLIER = N_("The answer cannot be before the letter was handed in.")
Remark = tuple[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class ProposedLetter:
    """A letter as far as its mail tells it, and what is to be said of that: a text, and what stands in it."""

    letter: Letter
    remarks: tuple[Remark, ...] = field(default=())


def proposed(ctx: Context, case: CaseId, record: RecordId, number: int) -> ProposedLetter:
    """The letter of a mail, the file `number` of an exhibit, from 1; NotFound where that is no mail."""
    vault = open_vault(ctx, Act.OPEN_FILE, case, record=record)
    files = files_of(records.read_in(ctx, vault, record, Evidence))
    if not 1 <= number <= len(files) or files[number - 1].sniffed != MAIL:
        raise NotFound
    ctx.note("read", "read a mail as a letter", vault=case, record=record, number=number)
    text = _text(ctx.runtime, case, files[number - 1])
    kept = Letter(direction=TO_US, came_by=BY_MAIL, stamped=(record,))
    if not text:
        return ProposedLetter(letter=kept, remarks=((UNREADABLE, {}),))
    mail = read_mail(text)
    came = mail.sent.astimezone(ctx.runtime.zone).date() if mail.sent and mail.sent.tzinfo else None
    day = came or (mail.sent.date() if mail.sent else None)
    from_us = _is_ours(ctx, mail.sender)
    letter = replace(
        kept,
        direction=FROM_US if from_us else TO_US,
        subject=_line(mail.subject, MOST_SUBJECT),
        addressee_name=_line(mail.reader if from_us else mail.sender, MOST_ADDRESSEE),
        handed_in=day if day and day <= ctx.today else None,
        body=mail.words[:MOST_WORDS],
        attachments="\n".join(mail.attached)[:MOST_WORDS],
        follows=NO_RECORD if from_us else _answered(ctx, case, mail),
    )
    return ProposedLetter(letter=letter, remarks=tuple(_remarks(mail, text, day, ctx.today)))


def keep(ctx: Context, case: CaseId, record: RecordId, letter: Letter) -> RecordId:
    """Keep the letter with its mail, and close the letter of ours that it answers; the id of the new one."""
    whole = replace(letter, stamped=tuple(dict.fromkeys((*letter.stamped, record))))
    if ours(whole) or not whole.follows:
        return records.create(ctx, case, whole)
    before = records.read(ctx, case, whole.follows, Letter)
    if not ours(before.value) or not unanswered(before.value):
        return records.create(ctx, case, whole)
    if before.value.handed_in and whole.handed_in and whole.handed_in < before.value.handed_in:
        raise RuleBroken(EARLIER, place="handed_in")
    created = records.create(ctx, case, replace(whole, kind=whole.kind or ANSWER))
    closed = replace(before.value, answered=whole.handed_in, answered_by=created)
    records.save(ctx, case, whole.follows, closed, before.versions)
    return created


def _remarks(mail: ReadMail, text: str, day: date | None, today: date) -> Iterator[Remark]:
    if day is None:
        yield NO_DAY, {}
    elif day > today:
        yield LATER, {"day": f"{day:%d.%m.%Y}"}
    if len(text) >= MOST or len(mail.words) > MOST_WORDS:
        yield CUT, {}


def _line(text: str, most: int) -> str:
    return " ".join(text.split())[:most]


def _is_ours(ctx: Context, sender: str) -> bool:
    """Whether the address of our letterhead sent a mail."""
    own = in_directory(ctx, record_id(ctx.runtime.organisation.directory), OwnOrganisation)
    address = sender.rpartition("<")[2].strip("> ").casefold()
    return own is not None and "@" in address and address in own.contact.casefold().replace(",", " ").split()


def _answered(ctx: Context, case: CaseId, mail: ReadMail) -> RecordId:
    """The one letter of ours of this subject that waits for an answer."""
    subject = bare_subject(mail.subject)
    cards = [card for card in records.listing(ctx, Letter, case) if ours(card.value) and unanswered(card.value)]
    found = [card.id for card in cards if subject and bare_subject(card.value.subject) == subject]
    return found[0] if len(found) == 1 else NO_RECORD


def _text(runtime: Runtime, case: CaseId, file: KeptFile) -> str:
    """The text of a mail, read in the process that opens exhibits; empty where it can not be read."""
    task = ExhibitTask(part=part_of(file), dpi=DPI, letters=MOST)
    return opened(runtime, case, file, task, LIMITS).text
