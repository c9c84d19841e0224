"""What step 3 of a paper chooses: facts with references to exhibits, exhibits in their order, further parts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.exhibit_references import ExhibitReference
from hrd_cases.domain.fields import Flag, Link, Links, Number, Rows, Text, TextLine, When, declare, entity_for
from hrd_cases.domain.ids import RecordId, record_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.people import Person
from hrd_cases.domain.vaults import IDENTITY
from hrd_cases.domain.words import N_

_FURTHER = "_"  # between the id of evidence and the number of a further place where it stands


@dataclass(frozen=True, kw_only=True)
class FactPlan:
    """One fact of the chronology, in the words of this paper; `key` (from 1) is its own for good, 0 before it is kept.

    `exhibits` are what carries it.
    """

    use: bool = declare(Flag(), N_("Include in this paper"))
    when: PartialDate | None = declare(When(), N_("When"))
    text: str = declare(
        Text(rows=5), N_("In the words of this paper"), hint=N_("Without a text the fact is taken off the list")
    )
    incident: RecordId = declare(Link(to=entity_for(Incident).code), N_("From the incident"))
    disputed: bool = declare(Flag(), N_("Disputed by the other side"))
    order: int | None = declare(
        Number(low=1, high=999), N_("Number among the facts of its day"), hint=N_("Only if the order matters")
    )
    exhibits: tuple[ExhibitReference, ...] = ()
    key: int = 0


@dataclass(frozen=True, kw_only=True)
class ExhibitPlan:
    """One exhibit: whether, where and how much of it; `evidence` is that of its place, where it stands in several."""

    use: bool = declare(Flag(), N_("Include in this paper"))
    evidence: RecordId = declare(Link(to=entity_for(Evidence).code), N_("Evidence"))
    order: int | None = declare(Number(low=1, high=999), N_("Number"))
    pages: str = declare(
        TextLine(max=200, pages=True),
        N_("Only these pages"),
        hint=N_("For example 1-3, 7, counted through all files of the exhibit; empty: all"),
    )
    tab: str = declare(
        TextLine(max=120),
        N_("A divider before it, with this heading"),
        hint=N_("It and what follows, up to the next divider, stand under the heading in the list too"),
    )
    named: tuple[str, ...] = declare(Links(to=entity_for(Person).code), N_("Whose name is in it"))
    seen: tuple[str, ...] = declare(Links(to=entity_for(Person).code), N_("Who is seen or heard in it"))
    pictures: bool = declare(
        Flag(),
        N_("Only as pictures of pages that were approved one by one, in the full version, too"),
        hint=N_("In the protected version this is always so: step 4 shows the pages"),
    )
    as_file: bool = declare(
        Flag(),
        N_("What cannot be printed may be handed over as the file itself, also where somebody must not be named"),
        hint=N_("A recording or table keeps every name and everything its program wrote into it"),
    )


@dataclass(frozen=True, kw_only=True)
class MatterPlan:
    """Step 3: what the bundle holds."""

    facts: tuple[FactPlan, ...] = declare(Rows(item=FactPlan, blank=1), N_("Fact"), at=IDENTITY)
    exhibits: tuple[ExhibitPlan, ...] = declare(Rows(item=ExhibitPlan, blank=0), N_("Exhibit"), at=IDENTITY)
    history: bool = declare(Flag(), N_("History of the proceeding"), at=IDENTITY)
    heads: bool = declare(Flag(), N_("Table of charges or claim heads"), at=IDENTITY)
    custody: bool = declare(Flag(), N_("Custody measures"), at=IDENTITY)
    authorities: str = declare(Text(rows=3), N_("Laws and decisions relied on, one a line"), at=IDENTITY)

    def without(self, parts: Collection[str]) -> "MatterPlan":
        """The choices without the parts that a form never has."""
        empty = MatterPlan()
        return replace(self, **{name: getattr(empty, name) for name in parts if hasattr(empty, name)})


@dataclass(frozen=True, kw_only=True)
class PrintedExhibit:
    """An exhibit as a released paper numbers it: its id, its label, and the numbers that this is made of."""

    evidence: RecordId
    label: str
    number: int
    late: int = 0


@dataclass(frozen=True, kw_only=True)
class CompletedPaper:
    """The released paper that a supplement completes: its record, and every exhibit printed so far, also in earlier
    supplements."""

    record: RecordId
    exhibits: tuple[PrintedExhibit, ...] = ()

    def place(self, at: int) -> tuple[int, int]:
        """(number, late) of the exhibit at this place (from 1) of the supplement: they follow the last number."""
        last = max((exhibit.number for exhibit in self.exhibits), default=0)
        late = max((exhibit.late for exhibit in self.exhibits if exhibit.number == last), default=0)
        return (last, late + at) if last else (at, 0)


def evidence_of(exhibit: RecordId) -> RecordId:
    """The evidence that stands at a place of the bundle: a further place of the same evidence has an id of its own."""
    return record_id(exhibit.partition(_FURTHER)[0])


def place_number(exhibit: RecordId) -> int:
    """Which place of its evidence this is, from 1."""
    return int(exhibit.partition(_FURTHER)[2] or 1)


def blob_of(part: str) -> str:
    """The file that a part of an exhibit is made of, at whatever place of the bundle."""
    return part.partition(_FURTHER)[0]


def part_of(exhibit: RecordId, blob: str) -> str:
    """What a file is called at this place of the bundle."""
    return blob + exhibit.removeprefix(evidence_of(exhibit))


def places_of(plans: Iterable[ExhibitPlan], evidence: RecordId) -> tuple[RecordId, ...]:
    """Every place of the bundle where this evidence stands, its own first."""
    places = (plan.evidence for plan in plans if evidence_of(plan.evidence) == evidence)
    return tuple(dict.fromkeys((evidence, *places)))


def with_further_place(matter: MatterPlan, exhibit: RecordId) -> MatterPlan:
    """The choices with the evidence of this exhibit at one more place, behind all others and with all its pages."""
    plan = next(plan for plan in matter.exhibits if plan.evidence == exhibit)
    taken = places_of(matter.exhibits, evidence_of(exhibit))
    place = record_id(f"{evidence_of(exhibit)}{_FURTHER}{max(map(place_number, taken)) + 1}")
    further = replace(plan, evidence=place, use=True, order=None, pages="", tab="")
    return replace(matter, exhibits=(*matter.exhibits, further))


def without_left_places(plans: Iterable[ExhibitPlan], named: Collection[RecordId]) -> tuple[ExhibitPlan, ...]:
    """The choices without further places that are not in the paper and that no text or fact names."""
    return tuple(
        plan for plan in plans if plan.use or plan.evidence in named or plan.evidence == evidence_of(plan.evidence)
    )


def whole(exhibits: Iterable[RecordId]) -> tuple[ExhibitReference, ...]:
    """References to exhibits without a page."""
    return tuple(ExhibitReference(exhibit=exhibit) for exhibit in exhibits)


def with_keys(facts: Sequence[FactPlan]) -> tuple[FactPlan, ...]:
    """The same facts, each with a key of its own."""
    used: set[int] = set()
    following = max((fact.key for fact in facts), default=0)
    results = []
    for fact in facts:
        key = fact.key
        if not key or key in used:
            following = key = following + 1
        used.add(key)
        results.append(replace(fact, key=key))
    return tuple(results)


def every_exhibit(matter: MatterPlan, evidence: Iterable[RecordId]) -> tuple[ExhibitPlan, ...]:
    """What was chosen of each exhibit of the case; one that came since then is not in the paper."""
    existing = list(evidence)
    plans = {plan.evidence: plan for plan in matter.exhibits if plan.evidence in existing}
    return (*plans.values(), *(ExhibitPlan(evidence=item) for item in existing if item not in plans))


def numbering(in_paper: Sequence[RecordId], plans: Iterable[ExhibitPlan]) -> tuple[RecordId, ...]:
    """Every exhibit in the order of its number: first those of the paper as it prints them, then the others."""
    rest = sorted(plans, key=lambda plan: (plan.order is None, plan.order or 0))
    return tuple(dict.fromkeys((*in_paper, *(plan.evidence for plan in rest))))


def tabs(plans: Iterable[ExhibitPlan], exhibits: Iterable[RecordId]) -> dict[RecordId, str]:
    """The heading over each of these exhibits, in their order: of its own divider, or the last one before it.

    A divider stays where it is when the exhibit that it was put before is taken out.
    """
    headings, last = dict[RecordId, str](), ""
    for plan in sorted(plans, key=lambda plan: (plan.order is None, plan.order or 0)):
        headings[plan.evidence] = last = plan.tab.strip() or last
    return {exhibit: headings.get(exhibit, last) for exhibit in exhibits}


def moved(order: Sequence[RecordId], places: Mapping[RecordId, int]) -> tuple[RecordId, ...]:
    """The exhibits in another order: each of `places` at its place (from 1), the others around them as they were."""
    results = [item for item in order if item not in places]
    for item, place in sorted(places.items(), key=lambda pair: pair[1]):
        results.insert(place - 1, item)
    return tuple(results)


def in_places(plans: Collection[ExhibitPlan], order: Sequence[RecordId]) -> tuple[ExhibitPlan, ...]:
    """The same choices, numbered in this order."""
    places = {item: place for place, item in enumerate(order, start=1)}
    return tuple(
        replace(plan, order=places[plan.evidence])
        for plan in sorted(plans, key=lambda plan: places[plan.evidence])
        if plan.evidence in places
    )
