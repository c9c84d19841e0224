"""References to exhibits in running text: '(прил. 5, л. 24)', '5-қосымша, 24-парақ', 'exhibit 5, p. 24'.

A page is one of the exhibit, as in the row of a fact (exhibit_references.py); the paper prints the page of the whole.
A number that may belong to a contract or a law ('приложение 3 к договору') is no reference.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from hrd_cases.domain.date_words import MONTHS
from hrd_cases.domain.exhibit_references import (
    BAD_PAGES,
    PAGE_OR_EXHIBIT,
    UNKNOWN,
    BadReference,
    read_references,
)
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.page_choices import BACKWARDS
from hrd_cases.domain.papers import PaperCase, SharedCase, W
from hrd_cases.domain.words import N_
from hrd_cases.domain.wrong_references import WrongReference

NO_SUCH_PAGE = N_("Exhibit %(label)s has no page %(page)s here: %(pages)s of its pages are printed.")
OTHER_PAGE = N_("Page %(page)s is not in exhibit %(label)s: that has the pages %(first)s to %(last)s of the paper.")
# What a built paper says of a reference is plain text: here it is a text of ours again.
REASONS: Mapping[str, str] = {
    text: text for text in (UNKNOWN, NO_SUCH_PAGE, OTHER_PAGE, PAGE_OR_EXHIBIT, BAD_PAGES, BACKWARDS)
}

_SHORT = r"(?:прил|exh|қос)\b\.?|exhibits?"
_LONG = r"приложени(?:ями|ях|ям|ем|е|я|ю|и|й)|annex|қосымша\w*"
_LATE = r"(?:\.\d{1,2}(?!\d))?"  # of a late exhibit: '12.1'
_LABEL = rf"\d{{1,3}}{_LATE}(?![\d%])|[AА]\.\s?\d{{1,3}}{_LATE}(?!\d)|[A-ZА-ЯӘҒҚҢӨҰҮҺІ]{{1,2}}(?!\w){_LATE}"
_PAGE = (
    r"(?i:лист(?:ами|ах|ам|ов|е|а|у|ы)?|л(?=[.\s\d])\.?|страниц\w{0,3}|стр(?=[.\s\d])\.?|с\."
    r"|pages?|pp?\b\.?|бет\w*|б\.|парақ\w*)"
)
_NUMBER = r"\d{1,4}(?:\s?[-–—]\s?\d{1,4})?"
_PAGES = (
    rf"(?:{_PAGE}\s*(?:№\s*)?{_NUMBER}(?!\d)(?:\s*(?:,|и|and|және)\s*{_PAGE}\s*{_NUMBER}(?!\d))*"
    rf"|{_NUMBER}\s?-\s?(?i:парақ|бет)\w*)"
)
_REST = rf"(?P<label>{_LABEL})(?:\s*[,:]?\s*(?P<pages>{_PAGES}))?"
_REFERENCE = re.compile(
    rf"(?<!\w)(?:(?:(?i:(?P<short>{_SHORT})|{_LONG})\s*(?:№\s*|(?i:no\.?)\s+)?{_REST})"
    rf"|(?P<before>\d{{1,3}})\s?-\s?(?i:қосымша)\w*(?:\s*[,:]?\s*(?P<pages_of>{_PAGES}))?)"
)
_NEXT = re.compile(rf"\s*;\s*(?:№\s*)?{_REST}")
_NUMBERS = re.compile(_NUMBER)
_OPENED, _ENDED = re.compile(r"[(\[]\s*\Z"), re.compile(r"\s*(?:[)\],.;:]|\Z)")
_OF_ANOTHER = re.compile(r"\s+(?:к|ко|to|of)\s")
_LISTED = re.compile(r"\s*(?:,|и|and|және)\s*(?P<page>\d{1,4})(?!\d)(?!\.\d)(?P<after>\s*\w*)")


@dataclass(frozen=True, kw_only=True)
class TypedReference:
    """One reference in a text: where it stands, the exhibit by id, the pages as they are typed.

    `label` and each of `numbers` are (start, end) in the text, `pages` the first and last page of each number. A
    reference with a `problem` has no exhibit.
    """

    start: int
    end: int
    label: tuple[int, int]
    numbers: tuple[tuple[int, int], ...] = ()
    pages: tuple[tuple[int, int], ...] = ()
    exhibit: str = ""
    problem: BadReference | None = None


def references_in(text: str, labels: Mapping[str, RecordId]) -> Iterator[TypedReference]:
    """The references to exhibits in a text, in its order; `labels` are the ids by label."""
    lettered = any(label.isalpha() for label in labels)
    at = 0
    while match := _REFERENCE.search(text, at):
        at = match.end()
        name = "label" if match["label"] else "before"
        alphabetic = match[name].isalpha()
        if alphabetic > lettered or not _is_ours(text, match):
            continue
        following: re.Match[str] | None = match
        while following is not None:
            reference = _read(text, following, labels)
            at = reference.end
            yield reference
            following = _following(text, at)


def renumbered(text: str, before: Mapping[str, RecordId], after: Mapping[RecordId, str]) -> str:
    """The text with every reference under its present number: `before` are the ids by label, `after` the labels by
    id."""
    for reference in reversed(tuple(references_in(text, before))):
        start, end = reference.label
        label = after.get(_exhibit(text[start:end], before), text[start:end])
        text = f"{text[:start]}{label}{text[end:]}"
    return text


def typed_in(case: PaperCase[W]) -> Iterator[tuple[str, W]]:
    """The texts of a paper in which references count, each with the path to its field."""
    filing = case.filing
    yield from (("filing.opening", text) for text in filing.opening)
    for position in filing.positions:
        yield from (("filing.positions.grounds", text) for text in position.grounds)
    for section in filing.sections:
        yield from (("filing.sections.paragraphs", text) for text in section.paragraphs)
    for answer in filing.filled:
        yield from ((f"filing.filled.{answer.key}", text) for text in answer.texts)
    yield from (("filing.requests", text) for text in filing.requests)
    yield from (("facts.text", fact.text) for fact in case.facts)


def with_texts(case: SharedCase, change: Callable[[str], str]) -> SharedCase:
    """The case with these texts as `change` has them."""

    def changed(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(change, texts))

    filing = replace(
        case.filing,
        opening=changed(case.filing.opening),
        positions=tuple(replace(each, grounds=changed(each.grounds)) for each in case.filing.positions),
        sections=tuple(replace(each, paragraphs=changed(each.paragraphs)) for each in case.filing.sections),
        filled=tuple(replace(each, texts=changed(each.texts)) for each in case.filing.filled),
        requests=changed(case.filing.requests),
    )
    return replace(case, filing=filing, facts=tuple(replace(fact, text=change(fact.text)) for fact in case.facts))


def wrong_in(
    case: SharedCase, labels: Mapping[str, RecordId], counts: Mapping[str, int] | None = None, *, edited: bool
) -> Iterator[WrongReference]:
    """The references in the texts of a paper that lead nowhere; `counts` are the printed pages of each exhibit by id,
    where they are known. `edited`: pages of a lawyer's own stand in the place of the filing."""
    for path, text in typed_in(case):
        if edited and path.startswith("filing."):
            continue
        for reference in references_in(text, labels):
            problem = reference.problem or _absent(text, reference, counts)
            if problem and text[slice(*reference.label)] not in case.earlier:
                words = text[reference.start : reference.end]
                yield WrongReference(words=words, path=path, reason=problem.text, values=_texts(problem.values))


def wrong_on_page(words: str, page: int, problem: BadReference) -> WrongReference:
    """The same for one on a page (from 1) of a filing that came back edited."""
    return WrongReference(words=words, page=page, reason=problem.text, values=_texts(problem.values))


def _absent(text: str, reference: TypedReference, counts: Mapping[str, int] | None) -> BadReference | None:
    last = max((last for _first, last in reference.pages), default=0)
    if counts is None or last <= counts[reference.exhibit]:
        return None
    label = text[slice(*reference.label)]
    return BadReference(NO_SUCH_PAGE, label=label, page=last, pages=counts[reference.exhibit])


def _texts(values: Mapping[str, object]) -> Mapping[str, str]:
    return {name: str(value) for name, value in values.items()}


def _is_ours(text: str, match: re.Match[str]) -> bool:
    """False for the number of an attachment of something else, as far as the words around it say so."""
    if match["pages"] or match["pages_of"] or _OPENED.search(text[: match.start()]):
        return True
    if _ENDED.match(text, match.end()):
        return True
    return bool(match["short"]) and not _OF_ANOTHER.match(text, match.end())


def _following(text: str, at: int) -> re.Match[str] | None:
    """A further reference of the same list, without the word for an exhibit: '(прил. 5, л. 24; 8)'."""
    match = _NEXT.match(text, at)
    return match if match and (match["pages"] or re.match(r"\s*[;)\]]", text[match.end() :])) else None


def _read(text: str, match: re.Match[str], labels: Mapping[str, RecordId]) -> TypedReference:
    groups = match.groupdict()
    label = "label" if groups.get("label") else "before"
    pages = "pages" if groups.get("pages") else "pages_of" if groups.get("pages_of") else ""
    numbers = tuple(each.span() for each in _NUMBERS.finditer(text, *match.span(pages))) if pages else ()
    begin = match.start(label) if match.re is _NEXT else match.start()
    reference = TypedReference(start=begin, end=match.end(), label=match.span(label), numbers=numbers)
    spans = tuple(tuple(map(int, re.findall(r"\d+", text[start:end]))) for start, end in numbers)
    try:
        if numbers and (listed := _unclear(text, match.end())):
            raise BadReference(PAGE_OR_EXHIBIT, text=listed)
        exhibit = _meant(match[label], spans, labels)
    except BadReference as bad:
        return replace(reference, problem=bad)
    return replace(reference, exhibit=exhibit, pages=tuple((span[0], span[-1]) for span in spans))


def _meant(label: str, spans: tuple[tuple[int, ...], ...], labels: Mapping[str, RecordId]) -> RecordId:
    """The exhibit that is meant, by the reader of the rows of facts; raises BadReference."""
    try:
        references = read_references(label, labels)
    except BadReference:
        raise BadReference(UNKNOWN, label=label) from None
    for span in spans:
        if span[-1] < span[0] or not span[0]:
            read_references(f"{label} p. {'-'.join(map(str, span))}", labels)
    return references[0].exhibit


def _unclear(text: str, at: int) -> str:
    """A number behind the pages of a reference that may be a further page; empty where it is a day or nothing."""
    match = _LISTED.match(text, at)
    if match is None:
        return ""
    word = match["after"].strip().casefold().replace("ё", "е")
    return "" if any(month.fullmatch(word) for _number, month in MONTHS) else match["page"]


def _exhibit(label: str, labels: Mapping[str, RecordId]) -> RecordId:
    try:
        return _meant(label, (), labels)
    except BadReference:
        return NO_RECORD
