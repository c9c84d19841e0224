"""The overview of a paper in work: its steps, and what it can not be built without, each with the place to mend it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from flask import g, url_for

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, NamedId, RecordId
from hrd_cases.domain.passages import LANGUAGE_WORDS
from hrd_cases.domain.typed_references import REASONS
from hrd_cases.domain.words import N_
from hrd_cases.domain.wrong_references import WrongReference
from hrd_cases.services.drafting.plans import PaperPlan
from hrd_cases.services.drafting.signs import Unprinted
from hrd_cases.services.papers import page_ticks, papers
from hrd_cases.services.papers.edited import kept_of
from hrd_cases.services.papers.jobs import Job
from hrd_cases.services.papers.matter.typed_references import wrong_references
from hrd_cases.services.papers.papers import LACKING, PaperDesk, PaperView
from hrd_cases.services.papers.refusals import PAGE_OF_PAPER, WORD, typed_at
from hrd_cases.web.pages.layout import _, words
from hrd_cases.web.papers import consent_notes, paper_forms
from hrd_cases.web.papers.signs import sign_places

PROCEEDING, FILING, MATTER, NAMES, CONSENTS, BUILDING = "1", "2", "3", "names", "4", "5"
NAMES_ONE = "%(num)s question about names has no answer yet: the paper can not be built before."
NAMES_MANY = "%(num)s questions about names have no answer yet: the paper can not be built before."  # as step 4 says it
READY = N_("ready")
MOST_NOTES = 8  # exhibits that the overview names one by one
MENDED_IN = {"names": NAMES, "consents": CONSENTS, "edited": BUILDING, "profile": FILING}


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One thing that is missing: in which step, what, the address of its very place, and more about it."""

    step: str
    text: str
    url: str
    sub: str = ""


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """One step: what it is called, its address, and how it stands."""

    step: str
    label: str
    url: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A paper in work at a glance; `gaps` stop it, `notes` are what it leaves out as it stands.

    `references` are those in its texts that lead nowhere: it is built, and released, with them.
    """

    gaps: tuple[Gap, ...]
    notes: tuple[Gap, ...]
    references: tuple[Gap, ...] = ()
    steps: tuple[StepLine, ...]
    readers: str
    language: str
    built: int


def overview(case: CaseId, view: PaperView) -> Overview:
    """What the page of a paper in work shows to its counsel of record."""
    record = view.stored.id
    try:
        here = papers.desk(g.ctx, case, record)
    except RuleBroken as broken:  # pre-trial secrecy, before all else
        url = url_for("papers.step", case=case, record=record, f="profile", _anchor="f-profile-box")
        refused = (Gap(step=FILING, text=_(broken.text) % broken.values, url=url),)
        return Overview(
            gaps=refused, notes=(), steps=_lines(case, record, {}, refused), readers="", language="", built=0
        )
    gaps = tuple(_gaps(here, case))
    return Overview(
        gaps=gaps,
        notes=tuple(_notes(here, case)),
        references=tuple(_references(here, case)),
        steps=_lines(case, record, _states(here, view.action_title), gaps),
        readers=consent_notes.readers([here.recipient.value]),
        language=_(LANGUAGE_WORDS[here.paper.language]),
        built=here.plan.built,
    )


def _gaps(here: PaperDesk, case: CaseId) -> Iterator[Gap]:
    """Every refusal that building would meet now, taken apart into its places."""
    accepted = paper_forms.language_refused(here)
    if accepted:
        text = N_("This form takes papers in these languages only: %(languages)s. Begin a paper in one of them.")
        yield Gap(step=PROCEEDING, text=_(text) % {"languages": accepted}, url=url_for("papers.new", case=case))
    for broken in papers.obstacles(here):
        parts = tuple(_parts(here, case, broken))
        step = MENDED_IN.get(broken.place, BUILDING)
        yield from parts or (Gap(step=step, text=_(broken.text) % broken.values, url=_address(case, here, step)),)


def _parts(here: PaperDesk, case: CaseId, broken: RuleBroken) -> Iterator[Gap]:
    record = here.stored.id
    if broken.place == "names":
        text = words().ungettext(NAMES_ONE, NAMES_MANY, len(here.names.unanswered))
        text = text % {"num": len(here.names.unanswered)}
        yield Gap(step=NAMES, text=text, url=url_for("papers.names", case=case, record=record, o=1))
    elif broken.text == LACKING:
        for part, url in paper_forms.lacking_places(here, case):
            yield Gap(step=FILING, text=part, url=url)
    elif broken.place == "consents":
        yield from _consents(here, case)
    elif isinstance(broken, Unprinted):
        for place in sign_places(broken.places, case=case, paper=record, action=here.paper.action):
            signs = " ".join(sign for sign, _called in place.signs)
            text = _(N_("%(place)s: no font has %(signs)s")) % {"place": place.label, "signs": signs}
            yield Gap(step=BUILDING, text=text, url=url_for("papers.built", case=case, record=record))


def _consents(here: PaperDesk, case: CaseId) -> Iterator[Gap]:
    waiting = [plan.person for plan in here.waiting]
    missing = dict.fromkeys(each.person for each in here.missing)
    for person in (person for person in missing if person not in waiting):
        text = _(N_("Consent: %(name)s")) % {"name": _name(here, person)}
        url = url_for("papers.consents", case=case, record=here.stored.id, p=person, _anchor=f"p-{person}")
        yield Gap(step=CONSENTS, text=text, url=url)
    for person in waiting:
        text = _(N_("A second person must agree: %(name)s")) % {"name": _name(here, person)}
        yield Gap(
            step=CONSENTS, text=text, url=url_for("papers.show", case=case, record=here.stored.id, _anchor="second")
        )


def _notes(here: PaperDesk, case: CaseId) -> Iterator[Gap]:
    """What is not in the paper as it stands, because nobody has approved it yet."""
    record = here.stored.id
    count = sum(not passage.approved for passage in here.to_approve)
    if count:
        text = _(N_("Texts without a tick: %(number)s")) % {"number": count}
        url = url_for("papers.consents", case=case, record=record, p="texts", _anchor="texts")
        yield Gap(step=CONSENTS, text=text, url=url)
    unseen = [each for each in page_ticks.to_see(here) if each.approved.void or each.approved.unseen]
    if len(unseen) > MOST_NOTES:
        text = _(N_("Exhibits not looked at: %(number)s")) % {"number": len(unseen)}
        url = url_for("papers.consents", case=case, record=record, p="pages", _anchor="pages")
        yield Gap(step=CONSENTS, text=text, url=url)
        return
    for exhibit in unseen:
        text = _(N_("Pages not looked at: exhibit %(label)s")) % {"label": exhibit.label}
        url = url_for("paper_pages.show", case=case, record=record, evidence=exhibit.evidence)
        yield Gap(step=CONSENTS, text=text, url=url)


def _references(here: PaperDesk, case: CaseId) -> Iterator[Gap]:
    """What is wrong with references: as the last build saw it, else as far as it is known before."""
    job = papers.job(g.ctx, here.stored)
    if job is not None and job.built is not None:
        wrong = job.built.manifest.references
    else:
        edited = kept_of(here.paper) is not None
        wrong = wrong_references(here.thinned.case, here.plan.filing.profile, edited=edited)
    return _reference_gaps(wrong, here.plan, case, here.stored.id)


def of_built(job: Job, case: CaseId) -> list[Gap]:
    """The references of a built version that lead nowhere."""
    wrong = job.built.manifest.references if job.built else ()
    return list(_reference_gaps(wrong, job.order.plan, case, job.order.paper))


def _reference_gaps(wrong: Iterable[WrongReference], plan: PaperPlan, case: CaseId, record: RecordId) -> Iterator[Gap]:
    """References that lead nowhere, each with the place where it is typed."""
    for reference in wrong:
        place = typed_at(reference.path)
        url = url_for("papers.built", case=case, record=record, _anchor="edited")
        if reference.path.startswith("facts"):
            key = next((fact.key for fact in plan.matter.facts if reference.words in fact.text), 0)
            url = url_for("paper_matter.fact", case=case, record=record, key=key)
        elif reference.path:
            url = paper_forms.place_of(case, record, place.step, place.anchor)
        page = _(PAGE_OF_PAPER) % {"page": reference.page} if reference.page else ""
        where = page or ", ".join(_(text) % values for text, values in place.said)
        words = _(WORD) % {"word": reference.words}
        reason = _(REASONS[reference.reason]) % reference.values
        yield Gap(step=FILING, text=f"{where}: {words}", url=url, sub=reason)


def _states(here: PaperDesk, action: str) -> dict[str, str]:
    """How each step stands, in few words."""
    chosen, exhibits = here.draft.case.facts, here.draft.case.exhibits
    asked = len(here.names.groups)
    states = {
        PROCEEDING: action,
        MATTER: _(N_("facts: %(facts)s, exhibits: %(exhibits)s")) % {"facts": len(chosen), "exhibits": len(exhibits)},
    }
    if asked:
        numbers = {"number": asked - len(here.names.unanswered), "total": asked}
        states[NAMES] = _(N_("answered: %(number)s of %(total)s")) % numbers
    if here.plan.built:
        states[BUILDING] = _(N_("versions built: %(number)s")) % {"number": here.plan.built}
    return states


def _lines(case: CaseId, record: RecordId, states: Mapping[str, str], gaps: tuple[Gap, ...]) -> tuple[StepLine, ...]:
    def line(step: str, label: str, endpoint: str) -> StepLine:
        missing = sum(gap.step == step for gap in gaps)
        said = [states.get(step, "")]
        said += [_(N_("missing: %(number)s")) % {"number": missing}] if missing else []
        ready = "" if missing or said[0] or step == BUILDING else _(READY)
        url = url_for(endpoint, case=case, record=record)
        return StepLine(step=step, label=_(label), url=url, state=", ".join(filter(None, (*said, ready))))

    return (
        replace(line(PROCEEDING, N_("The proceeding"), "papers.show"), url=""),
        line(FILING, N_("The filing"), "papers.step"),
        line(MATTER, N_("Facts and exhibits"), "paper_matter.facts"),
        line(NAMES, N_("Who is named"), "papers.names"),
        line(CONSENTS, N_("Consents"), "papers.consents"),
        line(BUILDING, N_("Build and release"), "papers.built"),
    )


def _address(case: CaseId, here: PaperDesk, step: str) -> str:
    endpoints = {FILING: "papers.step", NAMES: "papers.names", CONSENTS: "papers.consents"}
    anchor = "edited" if step == BUILDING else None
    return url_for(endpoints.get(step, "papers.built"), case=case, record=here.stored.id, _anchor=anchor)


def _name(here: PaperDesk, person: NamedId) -> str:
    return here.draft.people[person].name("") if person in here.draft.people else _(N_("a person"))
