"""Evidence.

The original byte for byte with its hash at intake, and the exhibit it becomes (Berkeley Protocol, OHCHR 2020).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import Coded, Hidden, Link, Rows, RuleRows, Text, TextLine, When, declare, entity
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.vaults import CORE, IDENTITY, SOURCE
from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class CustodyStep:
    """Who had the original, from when, and what was done."""

    on: PartialDate | None = declare(When(past=True), N_("When"))
    colleague: str = declare(Link(to="colleague"), N_("Our colleague"))
    who: str = declare(TextLine(), N_("Or somebody else"))
    what: str = declare(TextLine(max=300), N_("What was done"))


@entity(
    "evidence",
    letter="e",
    vault="case",
    label=N_("Evidence"),
    plural=N_("Evidence"),
    new=N_("Add evidence"),
    title=lambda item: item.title,
    dated="dated",
    as_entered=True,
    in_case=True,
)
@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One exhibit.

    One or several files in order (ten photos of one paper are one exhibit). `files` is written by the upload.
    """

    title: str = declare(TextLine(), N_("What it is"), at=IDENTITY, required=True, card=True, search=True)
    kind: str = declare(Coded(list="evidence_kinds"), N_("Kind"), at=CORE, card=True)
    dated: PartialDate | None = declare(When(past=True), N_("Date of the document"), at=CORE, card=True)
    author: str = declare(TextLine(), N_("Author"), at=IDENTITY, search=True)
    language: str = declare(Coded(list="languages"), N_("Language"), at=CORE, card=True)
    got_from: str = declare(
        TextLine(max=300), N_("Received from"), at=SOURCE, names="source", printed=False, search=True
    )
    got_on: PartialDate | None = declare(When(past=True), N_("Received on"), at=CORE)
    got_how: str = declare(Coded(list="intake_channels"), N_("How it reached us"), at=CORE)
    may_name_source: str = declare(
        Coded(list="yes_no_unknown"), N_("The source may be named in papers"), at=SOURCE, printed=False
    )
    translation_of: RecordId = declare(Link(to="evidence"), N_("Translation of"), at=CORE, card=True)
    translator: str = declare(TextLine(), N_("Translator"), at=IDENTITY, search=True)
    made_from: RecordId = declare(
        Link(to="evidence"),
        N_("Made from"),
        at=CORE,
        card=True,
        printed=False,
        hint=N_("The exhibit of which this is a copy, an excerpt or a transcript"),
    )
    made_how: str = declare(Coded(list="derivations"), N_("What was made of it"), at=CORE, card=True, printed=False)
    transcript: str = declare(
        Text(rows=8), N_("Text of the exhibit, typed off"), at=IDENTITY, printed=False, search=True
    )
    custody: tuple[CustodyStep, ...] = declare(Rows(item=CustodyStep), N_("Where the original has been"), at=IDENTITY)
    notes: str = declare(Text(rows=3), N_("Checks made, doubts"), at=IDENTITY, printed=False, search=True)
    files: RuleRows = declare(Hidden(default=(), texts=("name",)), N_("Files"), at=IDENTITY, search=True)
    count: int = declare(Hidden(default=0), N_("Number of files"), at=CORE, card=True)
    hashes: str = declare(Hidden(default=""), N_("Hashes of the files, in part"), at=IDENTITY, card=True)
    made_of: str = declare(
        Hidden(default=""), N_("Hashes of the files it was made from, in part"), at=IDENTITY, card=True, printed=False
    )
    redactions: RuleRows = declare(Hidden(default=()), N_("Places to redact"), at=IDENTITY, printed=False)
    copies: RuleRows = declare(Hidden(default=()), N_("Redacted copies"), at=IDENTITY, printed=False)


def brief(sha256: str) -> str:
    """The part of a file's SHA-256 (hex) that lists compare."""
    return sha256[:32]


def bound(value: Evidence, original: str, before: Evidence | None = None) -> Evidence:
    """The exhibit with the hashes of what it was made from, as they were when that was first said; `original` are
    those of now."""
    same = before.made_of if before is not None and before.made_from == value.made_from else ""
    return replace(value, made_of=(same or original) if value.made_from else "")


def still_original(made_of: str, original: str) -> bool:
    """True when every file that an exhibit was made from is still among those of its original."""
    return set(made_of.split()) <= set(original.split())


def with_files(value: Evidence, entries: Sequence[Mapping[str, object]]) -> Evidence:
    """The exhibit with these files, each as its record holds it."""
    hashes = " ".join(brief(str(entry["sha256"])) for entry in entries)
    return replace(value, files=tuple(entries), count=len(entries), hashes=hashes)
