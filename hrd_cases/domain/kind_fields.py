"""The fields that a form of a recipient has beyond a court filing: what fills them, and which stay empty.

What is typed is free text and what a person's file says belongs to that person, as everywhere in a paper: the gate, the
recogniser of names and the protected version treat a field of a form like the fields of the filing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from hrd_cases.domain.ids import PersonId, RecordId
from hrd_cases.domain.kind_records import FROM_RECORDS
from hrd_cases.domain.live_case import LiveCase, fixed
from hrd_cases.domain.papers import FilledField, SharedCase
from hrd_cases.domain.profiles import (
    CODED,
    COMPANIES,
    CONSENT_LETTER,
    CONSENT_PUBLIC,
    CONTENTS,
    CUSTODY,
    EXHIBIT_LIST,
    FACTS,
    HISTORY,
    PEOPLE,
    PERPETRATORS,
    STATEMENT,
    TYPED,
    FormatProfile,
    KindField,
)
from hrd_cases.domain.redaction import PersonAnswer, RecipientScope, RedactedText, Who

PARTS = {FACTS: "facts", HISTORY: "history", CUSTODY: "custody", EXHIBIT_LIST: "exhibits"}  # of every paper
AT_PRINT = frozenset({*PARTS, CONTENTS})  # written when the paper is printed


@dataclass(frozen=True, kw_only=True)
class KindAnswer:
    """What was typed or chosen in one field of the form."""

    key: str
    text: str = field(default="", repr=False)
    codes: tuple[str, ...] = ()


def filled(form: FormatProfile, answers: Iterable[KindAnswer], live: LiveCase) -> tuple[FilledField[RedactedText], ...]:
    """Every field of the form that has something in it; AT_PRINT stand in the paper as such."""
    given = {answer.key: answer for answer in answers}
    results = (
        FilledField(key=each.key, texts=_texts(each, given.get(each.key, KindAnswer(key=each.key)), live))
        for each in form.fields
        if each.source not in AT_PRINT
    )
    return tuple(result for result in results if result.texts)


def lacking(form: FormatProfile, case: SharedCase) -> tuple[str, ...]:
    """What this form requires and the paper does not hold: names of `required`, then keys of its fields."""
    holdings: dict[str, object] = {**vars(case.filing), "parties": case.parties}
    held: dict[str, object] = {each.key: each.texts for each in case.filing.filled}
    held |= {each.key: getattr(case, PARTS[each.source]) for each in form.fields if each.source in PARTS}
    fields = (each.key for each in form.fields if each.required and not held.get(each.key))
    return (*(name for name in form.required if not holdings[name]), *fields)


def _texts(declared: KindField, answer: KindAnswer, live: LiveCase) -> tuple[RedactedText, ...]:
    if declared.source == TYPED:
        return live.typed(answer.text)
    if declared.source == CODED:
        return tuple(map(fixed, filter(None, (live.word(declared.list, code) for code in answer.codes))))
    if declared.source == STATEMENT:
        return (fixed(declared.text[live.language]),)
    return tuple(_LIVE[declared.source](live))


def _people(live: LiveCase) -> Iterator[RedactedText]:
    for item in _supported(live):
        person = live.files[item]
        profile = filter(None, (live.word("genders", person.gender), live.word("age_bands", person.age_band)))
        yield RedactedText(pieces=(Who(person=item), *(f"; {word}" for word in profile)), structured=True)
        work = "; ".join(filter(None, (person.position.strip(), person.organisation.strip(), person.issues.strip())))
        if work:  # it points to its person: absent where they are hidden, and whom else it names is found
            text = live.free(work)
            yield replace(text, pieces=(f"{live.words['work_of']} ", Who(person=item), ": ", *text.pieces), owned=True)


def _perpetrators(live: LiveCase) -> Iterator[RedactedText]:
    codes = dict.fromkeys(code for incident in live.incidents for code in incident.perpetrators)
    yield from map(fixed, filter(None, (live.word("perpetrators", code) for code in codes)))
    names = (incident.perpetrator_names.strip() for incident in live.incidents)
    yield from map(live.free, filter(None, dict.fromkeys(names)))


def _companies(live: LiveCase) -> Iterator[RedactedText]:
    roles: dict[RecordId, list[str]] = {item: [] for item in live.action.companies}
    for incident in live.incidents:
        for part in incident.companies:
            roles.setdefault(part.company, []).append(live.word("company_roles", part.role))
    for item, words in roles.items():
        company = live.companies.get(item)
        if company is not None:
            number = f"{live.words['detail_registration']} {company.registration.strip()}"
            what = (company.name, number if company.registration.strip() else "", company.country.strip())
            text = live.free(", ".join(filter(None, what)))
            said = "".join(f"; {word}" for word in dict.fromkeys(filter(None, words)))
            yield replace(text, pieces=(*text.pieces, said)) if said else text


def _consent(live: LiveCase, scope: RecipientScope) -> Iterator[RedactedText]:
    answers = [live.people[item].consents.get(scope) for item in _supported(live)]
    agreed = bool(answers) and all(answer is PersonAnswer.YES for answer in answers)
    yield fixed(live.words["consent_yes" if agreed else "consent_no"])


def _supported(live: LiveCase) -> list[PersonId]:
    """The people we support in the proceeding, else those attacked in the incidents of the paper."""
    attacked = (part.person for incident in live.incidents for part in incident.attacked)
    wanted = live.action.people or tuple(attacked)
    return [item for item in dict.fromkeys(wanted) if item in live.files and item in live.people]


_LIVE: Mapping[str, Callable[[LiveCase], Iterator[RedactedText]]] = {
    PEOPLE: _people,
    PERPETRATORS: _perpetrators,
    COMPANIES: _companies,
    CONSENT_LETTER: lambda live: _consent(live, RecipientScope.UN_LETTER),
    CONSENT_PUBLIC: lambda live: _consent(live, RecipientScope.UN_REPORT),
    **FROM_RECORDS,
}
