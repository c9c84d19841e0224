"""The fields of a recipient's form as they are printed, in the PDF and in the DOCX alike."""

from collections.abc import Iterator
from dataclasses import dataclass

from hrd_cases.domain.papers import Cited, Custody, Exhibit, Fact, HistoryStep, SharedCase
from hrd_cases.domain.profiles import CONTENTS, CUSTODY, EXHIBIT_LIST, FACTS, HISTORY, FormatProfile, KindField
from hrd_cases.render.words import PaperWords

Line = tuple[str, tuple[Cited, ...]]  # a paragraph, and the exhibits that show it
OURS = frozenset({CONTENTS, HISTORY, CUSTODY, EXHIBIT_LIST})  # what we put together ourselves
PARTS_OF_BUNDLE = {FACTS: "chronology", HISTORY: "history", CUSTODY: "custody"}


@dataclass(frozen=True, kw_only=True)
class PrintedField:
    """One field: its number and heading, and what stands under it."""

    heading: str
    lines: tuple[Line, ...]
    typed: bool = False  # its texts were typed: references in them count


def in_form(profile: FormatProfile) -> tuple[str, ...]:
    """The parts of the bundle that stand in the form itself: they are not printed twice."""
    return tuple(PARTS_OF_BUNDLE[each.source] for each in profile.fields if each.source in PARTS_OF_BUNDLE)


def printed_fields(case: SharedCase, profile: FormatProfile, words: PaperWords) -> tuple[PrintedField, ...]:
    """Every field with something in it, numbered as it stands on the paper."""
    pairs = [
        (each.labels[words.language.value], tuple(lines_of(each, profile, case, words))) for each in profile.fields
    ]
    contents = tuple((label, ()) for label, lines in pairs if lines)
    sources = [each.source for each in profile.fields]
    filled = (
        (label, contents if source == CONTENTS else lines, source not in OURS)
        for (label, lines), source in zip(pairs, sources, strict=True)
    )
    written = [each for each in filled if each[1]]
    return tuple(
        PrintedField(heading=f"{number}. {label}", lines=lines, typed=typed)
        for number, (label, lines, typed) in enumerate(written, 1)
    )


def lines_of(declared: KindField, profile: FormatProfile, case: SharedCase, words: PaperWords) -> Iterator[Line]:
    """What stands in one field, without its number and heading; a table of contents is not there yet."""
    if declared.source == FACTS:
        yield from (fact_line(fact, words) for fact in case.facts)
    elif declared.source == HISTORY:
        yield from (step_line(step, words) for step in case.history)
    elif declared.source == CUSTODY:
        yield from (custody_line(item, words) for item in case.custody)
    elif declared.source == EXHIBIT_LIST:
        for exhibit in case.exhibits:
            yield from _files(exhibit, profile)
    else:
        texts = (each.texts for each in case.filing.filled if each.key == declared.key)
        yield from ((text, ()) for text in next(texts, ()) if text)


def _files(exhibit: Exhibit[str], profile: FormatProfile) -> Iterator[Line]:
    for part in exhibit.parts:
        yield f"{profile.label(exhibit.number, exhibit.late)}. {exhibit.title}; {part.format}", ()
        yield f"SHA-256 {part.sha256}", ()


def fact_line(fact: Fact[str], words: PaperWords) -> Line:
    """A fact with its day."""
    disputed = f" ({words['disputed']})" if fact.disputed else ""
    when = words.when(fact.when)
    return f"{when[:1].upper()}{when[1:]}: {fact.text}{disputed}", fact.exhibits


def step_line(step: HistoryStep[str], words: PaperWords) -> Line:
    """One step of the proceeding."""
    when = f"{words.when(step.when)}: " if step.when else ""
    parts = (step.step, step.forum, f"{words['number_sign']} {step.number}" if step.number else "", step.result)
    return when + "; ".join(filter(None, parts)), step.exhibits


def custody_line(item: Custody[str], words: PaperWords) -> Line:
    """A measure with its period."""
    end = f" — {words.when(item.end)}" if item.end else ""
    period = f"{words.when(item.start)}{end}" if item.start or item.end else ""
    review = f"{words['next_review']}: {words.day(item.next_review)}" if item.next_review else ""
    return f"{item.person}: {'; '.join(filter(None, (item.measure, period, item.authority, item.basis, review)))}", ()
