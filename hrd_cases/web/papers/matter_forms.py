"""The forms of step 3: rows of facts and rows of exhibits, so many a page, and one fact or exhibit by itself.

A page of rows carries the numbers that its exhibits had: what is typed is read in them, also when the order has changed
since. Of what is sent only the rows that were on that page count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass, replace
from functools import cached_property, lru_cache

from flask import g, request, url_for

from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.exhibit_references import BadReference, read_references, written_references
from hrd_cases.domain.fields import Entity, Field, Flag, Link, Number, TextLine, declare, fields_of
from hrd_cases.domain.ids import CaseId, RecordId, record_id
from hrd_cases.domain.paper_matter import (
    ExhibitPlan,
    FactPlan,
    MatterPlan,
    every_exhibit,
    in_places,
    moved,
    numbering,
    with_further_place,
    without_left_places,
)
from hrd_cases.domain.papers import Language
from hrd_cases.domain.profiles import profiles, terms
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.filed import in_order
from hrd_cases.services.drafting.plans import AT, step
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.services.papers import papers
from hrd_cases.services.papers.papers import PaperDesk
from hrd_cases.web.forms.model import Errors
from hrd_cases.web.pages.form_page import Sheet
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.request import page_number, typed
from hrd_cases.web.papers import paper_forms

NUMBERS, PAGE = "_numbers", "_page"  # what a page of rows carries unseen
USE, TIED, PLACE = "use_", "tied_", "place_"  # + key of a fact, id of an exhibit: the controls of its row
FACTS, EXHIBITS = N_("Facts of this paper"), N_("Exhibits of this paper")
LONGEST = 90  # signs of a title in its row
FURTHER = ("history", "heads", "custody", "authorities")


@dataclass(frozen=True, kw_only=True)
class FactForm(FactPlan):
    """A fact as its own page asks for it: what carries it is typed by number."""

    tied: str = declare(
        TextLine(max=400), N_("Exhibits by their numbers"), at=AT, hint=N_("For example: 5 p. 24; 8. Number, then page")
    )


@dataclass(frozen=True, kw_only=True)
class ExhibitForm(ExhibitPlan):
    """An exhibit as its own page asks for it."""

    again: bool = declare(
        Flag(),
        N_("Put it at one more place of the bundle, too"),
        at=AT,
        hint=N_("There it has a number and pages of its own. The file is kept once."),
    )


@dataclass(frozen=True, kw_only=True)
class ListedRows:
    """The rows of one page, from their `keys`: their controls, what stands in them, and what a row shows besides."""

    title: str
    prefix: str
    keys: tuple[str, ...]
    page: int
    pages: int
    controls: list[Field] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, name: str, kind: Flag | TextLine | Number, label: str, value: object) -> None:
        """One more control."""
        self.controls.append(Field(name=name, kind=kind, label=label, at=AT))
        self.values[name] = value


@dataclass(frozen=True)
class MatterDesk:
    """Step 3 of a paper in work: its facts in their order, its exhibits under the numbers that the page shows."""

    case: CaseId
    record: RecordId
    desk: PaperDesk = field(repr=False)

    @property
    def matter(self) -> MatterPlan:
        """What is chosen so far."""
        return self.desk.plan.matter

    @cached_property
    def sent(self) -> Mapping[str, Sequence[str]]:
        """What the form of this request says, or what was kept of it for this person."""
        if request.method == "POST":
            return typed()
        restored = g.get("restored")
        here = restored is not None and restored.form == request.path
        return {name: [text] for name, text in restored.fields} if here else {}

    @property
    def never(self) -> tuple[str, ...]:
        """The parts of the bundle that the form of this paper has in no case."""
        form = profiles().get(self.desk.plan.filing.profile)
        return form.never if form else ()

    @cached_property
    def facts(self) -> tuple[FactPlan, ...]:
        """In the order of the paper."""
        return tuple(in_order(self.matter.facts))

    @cached_property
    def in_paper(self) -> tuple[RecordId, ...]:
        """The exhibits that the paper holds as it is now, in their order."""
        return tuple(exhibit.id for exhibit in self.desk.draft.case.exhibits)

    @cached_property
    def exhibits(self) -> tuple[ExhibitPlan, ...]:
        """Every exhibit that can be in the paper."""
        evidence = self.desk.plan.available(self.desk.source.evidence)
        return every_exhibit(
            self.matter, (item for item, value in evidence.items() if value.files or item in self.in_paper)
        )

    @cached_property
    def order(self) -> tuple[RecordId, ...]:
        """The exhibits in the order of their numbers as they are now."""
        return numbering(self.in_paper, self.exhibits)

    @cached_property
    def shown(self) -> tuple[RecordId, ...]:
        """The same as the page had them that was sent; what came since then follows."""
        carried = map(record_id, (self.sent.get(NUMBERS) or ("",))[0].split())
        return tuple(dict.fromkeys((*(item for item in carried if item in self.order), *self.order)))

    @cached_property
    def labels(self) -> dict[RecordId, str]:
        """The label of each exhibit, by its id."""
        form = profiles().get(self.desk.plan.filing.profile)
        place = self.desk.plan.place
        return {item: form.label(*place(at)) if form else str(at) for at, item in enumerate(self.shown, start=1)}

    def title(self, exhibit: RecordId) -> str:
        """What an exhibit is called in the files."""
        return paper_forms.exhibit_title(self.desk, exhibit)

    @property
    def named(self) -> frozenset[RecordId]:
        """The exhibits that a fact, position or passage names, in the paper or not."""
        filing = self.desk.plan.filing
        typed = {item for position in filing.positions for item in position.exhibits}
        typed |= {item for section in filing.sections for item in section.exhibits}
        return frozenset(typed | {each.exhibit for fact in self.matter.facts for each in fact.exhibits})

    def fact_title(self, fact: FactPlan) -> str:
        """What a fact is called: as its incident, or by its own first words."""
        incident = self.desk.source.incidents.get(fact.incident)
        return _cut(incident.title if incident and incident.title else fact.text)

    def written(self, fact: FactPlan) -> str:
        """The references of a fact, in the numbers and words of the page."""
        return written_references(fact.exhibits, self.labels, terms(Language(language()))["page_short"])

    def tied(self, fact: FactPlan, text: str) -> FactPlan:
        """The fact with the references that were typed; raises BadReference."""
        by_label = {label: item for item, label in self.labels.items()}
        return replace(fact, exhibits=read_references(text, by_label))

    def url(self, endpoint: str) -> str:
        """The address of a page of this paper."""
        return url_for(endpoint, case=self.case, record=self.record)

    def listed(self, title: str, prefix: str, keys: Sequence[str]) -> ListedRows:
        """One page of rows: those that were sent, by their control `prefix` + key, or 25."""
        sent = {name.removeprefix(prefix) for name in self.sent if name.startswith(prefix)}
        number = (self.sent.get(PAGE) or ("",))[0]
        cut = page_of(keys, int(number) if number.isdecimal() and len(number) < 5 else page_number())
        on_page = tuple(key for key in keys if key in sent) if sent else cut.items
        return ListedRows(title=title, prefix=prefix, keys=on_page, page=cut.page, pages=cut.pages)


def open_matter(case: CaseId, record: RecordId) -> MatterDesk:
    """Step 3 of a paper."""
    return MatterDesk(case, record, papers.desk(g.ctx, case, record))


def facts_sheet(here: MatterDesk) -> Sheet:
    """One page of the facts, a row each."""
    facts = {str(fact.key): fact for fact in here.facts}
    listed = here.listed(FACTS, TIED, tuple(facts))
    numbers = {key: at for at, key in enumerate(facts, start=1)}
    for key in listed.keys:
        label, fact = _(N_("Fact %(number)s")) % {"number": numbers[key]}, facts[key]
        listed.add(USE + key, Flag(), f"{label}: {_(N_('Include in this paper'))}", fact.use)
        listed.add(TIED + key, TextLine(max=400), f"{label}: {_(N_('Exhibits by their numbers'))}", here.written(fact))
        listed.rows.append({"key": key, "number": numbers[key], "title": here.fact_title(fact), "plan": fact})
    return _rows_sheet(here, listed, "paper_matter.facts")


def exhibits_sheet(here: MatterDesk) -> Sheet:
    """One page of the exhibits, a row each, and what else the bundle holds."""
    plans = {str(plan.evidence): plan for plan in here.exhibits}
    listed = here.listed(EXHIBITS, PLACE, here.shown)
    for key in listed.keys:
        plan = plans[key]
        title = _cut(here.title(plan.evidence))
        listed.add(USE + key, Flag(), f"{title}: {_(N_('Include in this paper'))}", plan.use)
        number = here.shown.index(key) + 1
        listed.add(PLACE + key, Number(low=1, high=999), f"{title}: {_(N_('Number'))}", number)
        named = key in here.in_paper and not plan.use
        listed.rows.append(
            {"key": key, "label": here.labels[plan.evidence], "title": title, "plan": plan, "named": named}
        )
    for each in fields_of(MatterPlan):
        if each.name in FURTHER and each.name not in here.never:
            listed.controls.append(each)
            listed.values[each.name] = getattr(here.matter, each.name)
    return _rows_sheet(here, listed, "paper_matter.exhibits")


def fact_sheet(here: MatterDesk, key: int) -> Sheet:
    """One fact by itself; 0 for a new one."""
    fact = next((fact for fact in here.facts if fact.key == key), None) if key else FactPlan(use=True)
    if fact is None:
        raise NotFound
    *own, tied = (replace(each, at=AT) for each in fields_of(FactForm))  # what carries a fact stands below its words
    words = 1 + next(at for at, each in enumerate(own) if each.name == "text")
    entity = replace(step("paper_fact", FactForm, N_("Fact")), fields=(*own[:words], tied, *own[words:]))
    base = FactForm(**vars(fact), tied=here.written(fact))
    title = here.fact_title(fact) or _(N_("New fact"))
    return _single_sheet(
        here, entity, base, title, url_for("paper_matter.fact", case=here.case, record=here.record, key=key)
    )


def exhibit_sheet(here: MatterDesk, evidence: RecordId) -> Sheet:
    """One exhibit by itself."""
    plan = next((plan for plan in here.exhibits if plan.evidence == evidence), None)
    if plan is None:
        raise NotFound
    own = [replace(each, at=AT) for each in fields_of(ExhibitForm) if not isinstance(each.kind, Link | Number)]
    entity = replace(step("paper_exhibit", ExhibitForm, N_("Exhibit")), fields=tuple(own))
    url = url_for("paper_matter.exhibit", case=here.case, record=here.record, evidence=evidence)
    return _single_sheet(here, entity, ExhibitForm(**vars(plan)), here.title(evidence), url)


def with_facts(here: MatterDesk, value: object) -> tuple[MatterPlan, Errors]:
    """The choices with the rows of a page of facts, and what is wrong with a row."""
    facts, errors = [], {}
    for fact in here.matter.facts:
        name = f"{TIED}{fact.key}"
        if hasattr(value, name):
            fact = replace(fact, use=getattr(value, f"{USE}{fact.key}"))  # noqa: PLW2901  # the same fact, as chosen
            try:
                fact = here.tied(fact, getattr(value, name))  # noqa: PLW2901
            except BadReference as bad:
                errors[name] = _(bad.text) % bad.values
        facts.append(fact)
    return replace(here.matter, facts=tuple(facts)), errors


def with_fact(here: MatterDesk, key: int, value: FactForm) -> tuple[MatterPlan, Errors]:
    """The choices with one fact as its page has it; without a text it is taken off the list."""
    own = {each.name: getattr(value, each.name) for each in fields_of(FactPlan)}
    try:
        fact = here.tied(FactPlan(**own, key=key), value.tied)
    except BadReference as bad:
        return here.matter, {"tied": _(bad.text) % bad.values}
    facts = [fact if each.key == key else each for each in here.matter.facts]
    kept = [*facts, *([fact] if not key else ())]
    return replace(here.matter, facts=tuple(each for each in kept if each is not fact or fact.text.strip())), {}


def with_exhibits(here: MatterDesk, value: object) -> MatterPlan:
    """The choices with the rows of a page of exhibits: those whose number was changed at their new places."""
    places = dict[RecordId, int]()
    for at, item in enumerate(here.shown, start=1):
        place = getattr(value, PLACE + item, None)
        if place is not None and place != at:
            places[item] = place
    plans = [
        replace(plan, use=getattr(value, USE + plan.evidence)) if hasattr(value, USE + plan.evidence) else plan
        for plan in here.exhibits
    ]
    further = {name: getattr(value, name) for name in FURTHER if hasattr(value, name)}
    kept = without_left_places(in_places(plans, moved(here.order, places)), here.named)
    return replace(here.matter, exhibits=kept, **further)


def with_exhibit(here: MatterDesk, value: ExhibitForm) -> MatterPlan:
    """The choices with one exhibit as its page has it, and with one more place where that was asked for."""
    plan = ExhibitPlan(**{each.name: getattr(value, each.name) for each in fields_of(ExhibitPlan)})
    plans = [plan if each.evidence == plan.evidence else each for each in here.exhibits]
    matter = replace(here.matter, exhibits=tuple(plans))
    matter = with_further_place(matter, plan.evidence) if value.again else matter
    return replace(matter, exhibits=without_left_places(matter.exhibits, here.named))


def _rows_sheet(here: MatterDesk, listed: ListedRows, place: str) -> Sheet:
    names = tuple(each.name for each in listed.controls)
    cls = _class_of(names)
    entity = replace(step("paper_rows", MatterPlan, listed.title), cls=cls, fields=tuple(listed.controls))
    base = cls(**{name: listed.values[name] for name in names})
    sheet = _sheet(here, entity, base, url=here.url(place), back=here.url("papers.show"))
    more = {"rows": listed.rows, "page": listed.page, "pages": listed.pages, "here": here}
    exhibits = [(here.labels[item], here.title(item)) for item in here.shown]
    last = listed.page == listed.pages
    return replace(
        sheet,
        title=_(listed.title),
        carries=((NUMBERS, " ".join(here.shown)), (PAGE, str(listed.page))),
        inside=f"papers/_{listed.prefix}rows.html",
        extra={**more, "exhibits": exhibits, "open": bool(request.args.get("o"))},
        save=_(paper_forms.SAVE if last else N_("Save and go to the next page")),
    )


def _single_sheet(here: MatterDesk, entity: Entity, base: FactPlan | ExhibitPlan, title: str, url: str) -> Sheet:
    back = here.url("paper_matter.facts" if isinstance(base, FactPlan) else "paper_matter.exhibits")
    return replace(
        _sheet(here, entity, base, url=url, back=back), title=title, carries=((NUMBERS, " ".join(here.shown)),)
    )


def _sheet(here: MatterDesk, entity: Entity, base: object, *, url: str, back: str) -> Sheet:
    return paper_forms.step_sheet(here.desk, here.case, 3, entity=entity, base=base, url=url, back=back)


@lru_cache(maxsize=64)
def _class_of(names: tuple[str, ...]) -> type:
    """A class with these fields: the rows of one page."""
    return make_dataclass("MatterRows", [(name, object, None) for name in names], frozen=True, kw_only=True)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rstrip()}…"
