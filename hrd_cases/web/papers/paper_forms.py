"""The forms of a paper's steps: the proceeding, the filing, facts and exhibits."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from flask import g, render_template, request, url_for
from markupsafe import Markup

from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import Entity, entity_for
from hrd_cases.domain.ids import NO_RECORD, CaseId, RecordId, record_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.kind_records import FROM_RECORDS
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.paper_matter import evidence_of, place_number
from hrd_cases.domain.papers import Language
from hrd_cases.domain.passages import LANGUAGE_WORDS
from hrd_cases.domain.people import Person
from hrd_cases.domain.profiles import COMPANIES, CUSTODY, HISTORY, PEOPLE, FormatProfile, profiles
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.details import Detail
from hrd_cases.services.drafting.missing_details import MissingDetail, missing_details
from hrd_cases.services.drafting.plans import AT, OWN, STEPS, PaperStart, filing_step, in_step
from hrd_cases.services.papers import paper_lists, papers
from hrd_cases.services.papers.refusals import FILING, MATTER
from hrd_cases.web.forms.engine import pressed_group
from hrd_cases.web.forms.model import Choice as Offer
from hrd_cases.web.forms.model import Group, Lists, identifier
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages.form_page import Sheet
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.lists import every, groups, lists, remark, when
from hrd_cases.web.pages.record_view import MASK

SAVE = N_("Save and go to the next step")
STEP_OF = N_("Step %(step)s of 5")
REQUIRED = {
    "court": N_("Court"),
    "parties": N_("Parties"),
    "filed_by": N_("Who files"),
    "requests": N_("What we ask the court for"),
    "signatory": N_("Who signs"),
}
STATUS = {"single source": N_("single source"), "unverified": N_("not verified")}
# Fields of a form that the legal action fills.
OF_ACTION = frozenset({HISTORY, CUSTODY, PEOPLE, COMPANIES, *FROM_RECORDS})
STANCES = ("denied", "partly", "admitted", "court")
VARIANTS = {"full": N_("full"), "protected": N_("protected: without names and whatever was not approved")}


def start_sheet(case: CaseId) -> Sheet:
    """Step 1."""
    mine = paper_lists.counsel_actions(g.ctx, case)
    chosen = record_id(request.args.get("l", ""))
    only = chosen if chosen in mine else next(iter(mine)) if len(mine) == 1 else NO_RECORD
    return Sheet(
        entity=STEPS[1],
        base=PaperStart(action=only, language="ru", variant="full"),
        allowed=frozenset({AT}),
        lists=lists_for(lambda to: list(mine.items()) if to == entity_for(LegalAction).code else []),
        url=url_for(".new", case=case),
        title=_(N_("New court dossier")),
        kicker=_(STEP_OF) % {"step": 1},
        back=url_for(".index", case=case),
    )


def filing_sheet(case: CaseId, record: RecordId) -> Sheet:
    """Step 2."""
    desk = papers.desk(g.ctx, case, record, any_form=True)
    values = {detail.key for detail in desk.source.details()}
    entity = filing_step(desk.plan.filing.profile, language(), request.form.get("profile", ""))
    filing = replace(desk.plan.filing, details=tuple(detail for detail in desk.plan.filing.details if detail in values))
    missing = [_missing(gap, case) for gap in missing_details(desk.source, desk.paper.action)]
    url, back = (url_for(endpoint, case=case, record=record) for endpoint in ("papers.step", "papers.show"))
    return replace(
        step_sheet(desk, case, 2, entity=entity, base=in_step(filing, entity), url=url, back=back, missing=missing),
        title=_(STEPS[2].label),
        save=_(SAVE),
        inside="papers/_filing.html",
        extra={"field": request.args.get("f") or pressed_group(request.form)},
    )


def step_sheet(  # where it leads, and what it asks
    desk: papers.PaperDesk,
    case: CaseId,
    number: int,
    *,
    entity: Entity,
    base: object,
    url: str,
    back: str,
    missing: Sequence[tuple[str, str, str]] = (),
) -> Sheet:
    """A form of step 2 or 3, under the steps; it has no title yet. `missing`: what the case lacks for the filing."""
    steps = render_template("papers/_before.html", case=case, record=desk.stored.id, current=number, missing=missing)
    return Sheet(
        entity=entity,
        base=base,
        allowed=frozenset({AT}),
        lists=lists_of(desk),
        url=url,
        title="",
        kicker=_(STEP_OF) % {"step": number},
        back=back,
        versions=desk.stored.versions,
        authors=desk.stored.authors,
        day=desk.stored.day,
        before=Markup(steps),  # noqa: S704  # our own templates
    )


def lists_of(desk: papers.PaperDesk) -> Lists:
    """The lists that the forms of a paper choose from."""
    source = desk.source
    linked: dict[str, Sequence[Offer]] = {
        entity_for(Evidence).code: [(item, exhibit_title(desk, item)) for item in desk.plan.available(source.evidence)],
        entity_for(Incident).code: [
            (item, value.title or _(N_("Untitled"))) for item, value in source.incidents.items()
        ],
        entity_for(Person).code: [(item, person.name("")) for item, person in desk.draft.people.items()],
        "detail": [(detail.key, _offered(detail)) for detail in source.details()],
    }
    return lists_for(lambda to: linked.get(to, []))


def exhibit_title(desk: papers.PaperDesk, exhibit: RecordId) -> str:
    """What an exhibit is called in the files; at a further place of the bundle with the number of that place."""
    title = desk.source.evidence[evidence_of(exhibit)].title or _(N_("Untitled"))
    number = place_number(exhibit)
    return title if number == 1 else _(N_("%(title)s, place %(number)s")) % {"title": title, "number": number}


def place_of(case: CaseId, record: RecordId, step: int, name: str) -> str:
    """Where something is typed: a field of step 2, or a place of step 3."""
    anchor = f"{identifier(name)}-box"
    if step == FILING:
        return url_for("papers.step", case=case, record=record, f=name, _anchor=anchor)
    if name == "facts":
        return url_for("paper_matter.facts", case=case, record=record, _anchor="rows")
    return url_for("paper_matter.exhibits", case=case, record=record, o=1, _anchor=anchor)


def lacking_places(desk: papers.PaperDesk, case: CaseId) -> list[tuple[str, str]]:
    """What the form requires and the paper does not hold: what it is called, and the page where it is written."""
    form = profiles().get(desk.plan.filing.profile)
    return [(part_called(form, name), _written_at(desk, form, name, case)) for name in desk.lacking]


def language_refused(desk: papers.PaperDesk) -> str:
    """The languages that the form takes, in words, if the paper is in none of them."""
    form = profiles().get(desk.plan.filing.profile)
    if form is None or desk.paper.language in form.languages:
        return ""
    return ", ".join(_(LANGUAGE_WORDS[code]) for code in form.languages)


def part_called(form: FormatProfile | None, name: str) -> str:
    """A part that a form requires, as the page calls it."""
    own = form.field_called(name) if form else None
    called = form.called.get(name, {}) if form else {}
    return own.labels[language()] if own else called.get(language(), "") or _(REQUIRED[name])


def clocks(profile: str, released: date | None) -> list[tuple[str, str, str, date | None]]:
    """The periods that a paper of this kind begins: what, how long, how far that was checked, and the last day."""
    form = profiles().get(profile)
    lengths = {"months": N_("months: %(number)s"), "days": N_("days: %(number)s")}
    return [
        (
            clock.labels[language()],
            f"{_(lengths[clock.unit]) % {'number': clock.amount}}, {clock.runs[language()]}",
            _(STATUS[clock.status]),
            clock.last_day(released) if released else None,
        )
        for clock in (form.clocks if form and released else ())
    ]


def _written_at(desk: papers.PaperDesk, form: FormatProfile | None, name: str, case: CaseId) -> str:
    own = form.field_called(name) if form else None
    if name == "parties" or (own and own.source in OF_ACTION):
        return urls.of(entity_for(LegalAction).code, desk.paper.action, case)
    if own and not own.asked:
        return place_of(case, desk.stored.id, MATTER, "facts")
    return place_of(case, desk.stored.id, FILING, OWN + name if own else name)


def _missing(gap: MissingDetail, case: CaseId) -> tuple[str, str, str]:
    """Whose, what is missing, and the page where it is written; of a colleague's only one's own can be opened."""
    what = ", ".join(_(word) for word in gap.what)
    if gap.cls is ColleagueCard:
        return gap.whose, what, url_for("contacts.mine") if gap.record == g.session.actor.user else ""
    return gap.whose, what, urls.of(entity_for(gap.cls).code, gap.record, case)


def _offered(detail: Detail) -> str:
    """What may be ticked; of what belongs to a person only the end is shown, as on their own page."""
    value = MASK + detail.value[-2:] if detail.person else detail.value
    return f"{detail.whose}: {detail.label(Language(language()))} {value}"


def lists_for(linked: Callable[[str], Sequence[Offer]]) -> Lists:
    """The lists of a form of papers, with what it links to."""
    stranger = lists(g.ctx).stranger
    return Lists(words=_, coded=_coded, remark=remark, linked=linked, stranger=stranger, today=g.ctx.today, when=when)


def _coded(name: str) -> Sequence[Group]:
    """The lists that only papers have; all others are the vocabularies."""
    if name == "paper_languages":
        return [("", [(code, _(word)) for code, word in LANGUAGE_WORDS.items()])]
    if name == "paper_variants":
        return [("", [(code, _(word)) for code, word in VARIANTS.items()])]
    if name == "paper_stances":
        existing = vocabulary("position_on_claim")
        return [("", [(code, existing.get(code).text(language())) for code in STANCES])]
    if name == "paper_profiles":
        courts = [profile for profile in profiles().values() if profile.required]
        return [("", [(court.code, court.names[language()]) for court in courts])]
    # A paper relies on rules of procedure and on law of another time, too, which no charge is of.
    return every(name) if name == "law_articles" else groups(name)
