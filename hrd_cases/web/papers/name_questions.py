"""The page Who is named: places in groups, answered once or one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import CaseId, NamedId, RecordId
from hrd_cases.domain.names.finding import Beside, How
from hrd_cases.domain.names.questions import NOBODY, OTHER, NameAnswer, PlaceGroup, Spot
from hrd_cases.domain.redaction import PersonInPaper
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.name_questions import PARTS, NamesInPaper
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.layout import _

FIRST = 2  # lines of a group that are shown unfolded
WRITTEN: Mapping[How, str] = {
    How.FULL: N_("several parts of the name"),
    How.INITIALS: N_("surname with initials"),
    How.SURNAME: N_("surname alone"),
    How.GIVEN: N_("given name alone"),
    How.PATRONYMIC: N_("father's name alone"),
    How.WORD: N_("may be a word"),
    How.NUMBER: N_("number"),
    How.MARK: N_("address or other mark"),
}
NEAR: Mapping[Beside, str] = {
    Beside.OTHER: N_("another name is beside it"),
    Beside.KIN: N_("a relative, or what is called after somebody"),
}


@dataclass(frozen=True, kw_only=True)
class PlaceChoice:
    """One place: where it stands, the words around it, and what is chosen for it alone."""

    key: str
    where: str
    before: str
    words: str
    after: str
    chosen: str


@dataclass(frozen=True, kw_only=True)
class NameQuestion:
    """One group as the page shows it."""

    id: str
    seen: str
    name: str
    kinds: tuple[str, ...]
    lines: tuple[PlaceChoice, ...]
    whole: tuple[tuple[str, str, bool], ...]  # for all its places: value, label, chosen
    single: tuple[tuple[str, str], ...]  # for one place: value, label
    answered: NameAnswer | None

    @property
    def first(self) -> tuple[PlaceChoice, ...]:
        """The lines that are always shown."""
        return self.lines[:FIRST]


def page(
    case: CaseId,
    record: RecordId,
    names: NamesInPaper,
    people: Mapping[NamedId, PersonInPaper],
    *,
    colleagues: Mapping[str, str],
    steps: bool,
    kicker: str,
) -> str:
    """The page for the texts of one record, of whichever blueprint is asked; `people` are those it may name."""
    called: dict[str, str] = {item: f"{person.pseudonym('')} ({person.name('')})" for item, person in people.items()}
    address = partial(url_for, ".names", case=case, record=record)
    only = bool(request.args.get("o"))
    groups = names.unanswered if only else names.groups
    return render_template(
        "papers/names.html",
        case=case,
        record=record,
        names=names,
        questions=[_question(group, names.answers, called) for group in groups],
        in_exhibits=[_in_exhibit(key, answer, called) for key, answer in names.in_exhibits],
        listed=[_listed(group, called) for group in names.listed],
        only=only,
        here=address(),
        here_open=address(o=1),
        back=url_for(".show", case=case, record=record),
        colleagues=colleagues,
        steps=steps,
        kicker=kicker,
    )


def saved(case: CaseId, record: RecordId, *, changed: bool) -> ResponseReturnValue:
    """Back to the page, as it was filtered; `changed` when a colleague answered meanwhile."""
    only = {"o": "1"} if request.args.get("o") else {}
    return go("names_changed" if changed else "saved", ".names", case=case, record=record, **only)


def _question(group: PlaceGroup, answers: Mapping[str, NameAnswer], called: Mapping[str, str]) -> NameQuestion:
    name_answer = group.answer(answers)
    labels: dict[str, str] = {person: called.get(person, person) for person in group.people}
    labels |= {OTHER: _(N_("somebody else")), NOBODY: _(N_("no name"))}
    whole = [
        (item, labels[item], name_answer is not None and name_answer.who == item)
        for item in (*group.everywhere, OTHER, NOBODY)
    ]
    return NameQuestion(
        id=group.id,
        seen=group.seen,
        name=group.name or group.spots[0].words,
        kinds=tuple(_(item) for item in (WRITTEN[group.how], NEAR.get(group.beside, "")) if item),
        lines=tuple(_line(spot, answers if name_answer is None else {}) for spot in group.spots),
        whole=tuple(whole),
        single=tuple(labels.items()),
        answered=name_answer,
    )


def _line(spot: Spot, answers: Mapping[str, NameAnswer]) -> PlaceChoice:
    answer = answers.get(spot.key)
    part, _space, number = spot.where.partition(" ")
    text = _(PARTS[part]) if part in PARTS else ""
    return PlaceChoice(
        key=spot.key,
        where=f"{text} {number}".strip(),
        before=spot.before,
        words=spot.words,
        after=spot.after,
        chosen=answer.who if answer else "",
    )


def _in_exhibit(key: str, answer: NameAnswer, called: Mapping[str, str]) -> tuple[str, NameAnswer, str]:
    labels = {OTHER: _(N_("somebody else")), NOBODY: _(N_("no name"))}
    return key, answer, labels.get(answer.who) or called.get(answer.who, answer.who)


def _listed(group: PlaceGroup, called: Mapping[str, str]) -> tuple[str, int]:
    return ", ".join(called.get(person, person) for person in group.people), len(group.spots)
