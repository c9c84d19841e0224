"""What stands in the places of our own templates: lines of a paper or a letter, as their audience may see them."""

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence

from hrd_cases.domain.papers import Cited, DossierRequest, LegalSource, LetterRequest, SharedCase
from hrd_cases.domain.profiles import FormatProfile
from hrd_cases.render.kind_fields import Line, custody_line, fact_line, lines_of, printed_fields, step_line
from hrd_cases.render.own_template import filled
from hrd_cases.render.words import PaperWords

Cites = Callable[[tuple[Cited, ...]], str]
Values = dict[str, list[str]]


def filing(
    request: DossierRequest, profile: FormatProfile, words: PaperWords, attachments: Sequence[str], cites: Cites
) -> bytes:
    """The filing in the template that its request carries."""
    values = of_filing(request, profile, words, attachments, cites)
    return filled(b64decode(request.template), values, request.case.filing.title, request.built_at)


def letter(request: LetterRequest, words: PaperWords) -> bytes:
    """The letter in the template that its request carries."""
    title = request.subject or words["letter"]
    return filled(b64decode(request.template), of_letter(request, words), title, request.built_at)


def of_filing(
    request: DossierRequest, profile: FormatProfile, words: PaperWords, attachments: Sequence[str], cites: Cites
) -> Values:
    """The lines of every place that a template of this form may have."""
    case, text = request.case, request.case.filing
    single = {
        "court": text.court,
        "court_address": text.court_address,
        "case_number": text.case_number,
        "registration_number": text.registration_number,
        "filed_by": text.filed_by,
        "contacts": text.contacts,
        "authority": text.authority,
        "title": text.title,
        "subtitle": text.subtitle,
        "place": text.place,
        "day": words.day(text.day),
        "signatory": text.signatory,
        "signatory_capacity": text.signatory_capacity,
    }
    fields = ((each.key, lines_of(each, profile, case, words)) for each in profile.fields)
    return {
        **{f"filing.{name}": _present([value]) for name, value in single.items()},
        "filing.body": list(_body(case, profile, words, cites)),
        "filing.requests": numbered(text.requests),
        "filing.attachments": numbered(ended(attachments)),
        "filing.copies_for": numbered(ended(text.copies_for)),
        "case.parties": [
            _joined(f"{party.role}: {party.name}", party.address, *party.details) for party in case.parties
        ],
        "case.claims": [_joined(head.text, head.against, head.basis, head.edition) for head in case.heads],
        "case.facts": [_cited(fact_line(fact, words), cites) for fact in case.facts],
        "case.history": [_cited(step_line(step, words), cites) for step in case.history],
        "case.custody": [_cited(custody_line(item, words), cites) for item in case.custody],
        "case.law": [_source(source) for source in case.authorities],
        "paper.number": [request.paper_number],
        **{f"form.{key}": _lines(lines, cites) for key, lines in fields},
    }


def of_letter(request: LetterRequest, words: PaperWords) -> Values:
    """The lines of every place that a template of a letter may have."""
    return {
        "letter.sender": list(request.letterhead),
        "letter.addressee": list(request.addressee),
        "letter.applicants": list(request.applicants),
        "letter.our_number": _present([request.our_number]),
        "letter.their_number": _present([request.their_number]),
        "letter.day": _present([words.day(request.day)]),
        "letter.subject": _present([request.subject]),
        "letter.body": list(request.body),
        "letter.attachments": numbered(ended(request.attachments)),
        "letter.signatory": _present([request.signatory]),
    }


def numbered(lines: Iterable[str]) -> list[str]:
    """Lines with typed numbers: a court quotes them, and they must not move while somebody edits."""
    return [f"{at}. {line}" for at, line in enumerate(lines, start=1)]


def ended(lines: Sequence[str]) -> list[str]:
    """The lines of a list as one sentence."""
    return [f"{line}{'.' if at == len(lines) else ';'}" for at, line in enumerate(lines, start=1)]


def _body(case: SharedCase, profile: FormatProfile, words: PaperWords, cites: Cites) -> Iterator[str]:
    """The text of the filing in the order in which our own layout has it."""
    text = case.filing
    yield from text.opening
    for printed in printed_fields(case, profile, words):
        yield printed.heading
        yield from (_cited(line, cites) for line in printed.lines)
    for at, position in enumerate(text.positions, start=1):
        yield f"{at}. {position.head or words['claim_head']}"
        yield words[f"stance_{position.stance.value}"]
        yield from position.grounds
        if position.law:
            yield f"{words['law_relied']} {'; '.join(position.law)}."
        yield from _evidence(position.exhibits, words, cites)
    for section in text.sections:
        yield section.heading
        yield from section.paragraphs
        yield from _evidence(section.exhibits, words, cites)


def _evidence(exhibits: tuple[Cited, ...], words: PaperWords, cites: Cites) -> Iterator[str]:
    if exhibits:
        yield f"{words['evidence']} {cites(exhibits)}."


def _lines(lines: Iterable[Line], cites: Cites) -> list[str]:
    return [_cited(line, cites) for line in lines]


def _cited(line: Line, cites: Cites) -> str:
    text, exhibits = line
    return f"{text} ({cites(exhibits)})" if exhibits else text


def _source(source: LegalSource[str]) -> str:
    return _joined(source.title, source.citation, source.edition, source.passage)


def _joined(*pieces: str | None) -> str:
    return ", ".join(filter(None, pieces))


def _present(lines: Iterable[str | None]) -> list[str]:
    return [line for line in lines if line]
