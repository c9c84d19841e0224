"""Papers of a case, from the choice of the proceeding to the released version: begin here for everything about them.

Five steps: begin() names proceeding, language and version; save_filing() and save_matter() keep the choices; decide()
and agree() answer for missing consents; order() gives what is built (jobs.py), and releasing.py freezes it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.consent_gate import Missing, needed_consents, still_missing
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.filings import FROZEN, RELEASED, Paper
from hrd_cases.domain.ids import CaseId, NamedId, RecordId
from hrd_cases.domain.kind_fields import lacking
from hrd_cases.domain.legal_actions import Filed, LegalAction
from hrd_cases.domain.names.questions import Recogniser
from hrd_cases.domain.overrides import overridden
from hrd_cases.domain.own_templates import OwnTemplate, use_of_paper
from hrd_cases.domain.paper_matter import MatterPlan, blob_of, with_keys
from hrd_cases.domain.papers import DossierRequest, IntegrityAnnex, Language, Variant
from hrd_cases.domain.passages import Passage, to_approve
from hrd_cases.domain.printable import with_signs
from hrd_cases.domain.profiles import profiles, terms
from hrd_cases.domain.redaction import Choice, Draft, Recipient, RedactedText, Thinned, redact
from hrd_cases.domain.words import N_
from hrd_cases.domain.writing import Untranslated, untranslated_parts
from hrd_cases.services.drafting import plans, secrecy
from hrd_cases.services.drafting.drafts import Drafting
from hrd_cases.services.drafting.name_answers import keep as keep_answers
from hrd_cases.services.drafting.name_questions import NAMES_OPEN, NamesInPaper, names_in_paper, recorded_names
from hrd_cases.services.drafting.offers import first_plan, retitled
from hrd_cases.services.drafting.own.own_templates import in_use, own_texts, refuse_named
from hrd_cases.services.drafting.plans import FilingPlan, PaperPlan, PaperStart, PersonPlan, plan_of
from hrd_cases.services.drafting.signs import Unprinted, in_paper
from hrd_cases.services.drafting.sources import CaseSource, gather, open_for_paper
from hrd_cases.services.drafting.standing import pieces
from hrd_cases.services.evidence.sealed_files import KeptFile, stored_file
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import open_vault, peek
from hrd_cases.services.papers import edited, jobs, recalls
from hrd_cases.services.papers.jobs import Job, Order, Tell
from hrd_cases.services.papers.matter.typed_references import NumberedCase
from hrd_cases.services.papers.package import with_approved_files
from hrd_cases.services.papers.recalls import Recall
from hrd_cases.services.papers.seals import checkpoint, root_words
from hrd_cases.services.records.people_cards import names_of_people
from hrd_cases.services.records.records import read_in, title
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, is_of
from hrd_cases.store.stored import new_record_id

LACKING = N_("Parts that this form requires are left out. Approve them, or take another version.")


@dataclass(frozen=True, kw_only=True)
class PaperDesk:
    """A paper in preparation, opened for its counsel of record."""

    stored: Stored[Paper]
    plan: PaperPlan
    source: CaseSource
    recipient: Recipient
    draft: Draft
    needed: tuple[Missing, ...]
    missing: tuple[Missing, ...]
    waiting: tuple[PersonPlan, ...]
    recogniser: Recogniser
    outdated: tuple[PersonPlan, ...]  # overrides that were given for another text
    template: OwnTemplate | None

    @property
    def paper(self) -> Paper:
        """The record."""
        value: Paper = self.stored.value
        return value

    @cached_property
    def thinned(self) -> Thinned:
        """The paper as its recipient may see it, with what was chosen in place of signs that can not be printed."""
        thinned = redact(self.draft, self.recipient, Variant(self.paper.variant))
        instead = {sign.sign: sign.instead for sign in self.plan.signs}
        thinned = replace(thinned, case=with_signs(thinned.case, instead))
        if thinned.case.filing.title:
            return thinned
        words = terms(Language(self.paper.language))  # a paper has a title: where its own is left out, a neutral one
        filing = replace(thinned.case.filing, title=words["filing"])
        return replace(thinned, case=replace(thinned.case, filing=filing))

    @cached_property
    def names(self) -> NamesInPaper:
        """Who is named in it, and what about that has no answer yet."""
        return names_in_paper(self.draft, self.recogniser)

    @cached_property
    def to_approve(self) -> tuple[Passage, ...]:
        """The typed texts of a protected paper, each approved or absent."""
        protected = self.paper.variant == Variant.PROTECTED.value
        return to_approve(self.draft, self.recipient) if protected else ()

    @property
    def untranslated(self) -> tuple[Untranslated, ...]:
        """What of the whole paper is in another language than the paper, as far as it can be told."""
        return untranslated_parts(self.draft.case, Language(self.paper.language))

    @property
    def lacking(self) -> tuple[str, ...]:
        """What this form requires and the paper does not hold, by the names that paper_kinds use."""
        form = profiles().get(self.plan.filing.profile)
        return lacking(form, self.thinned.case) if form else ()


@dataclass(frozen=True, kw_only=True)
class PaperView:
    """A paper for whoever may read the case: `mine` when the reader may prepare it."""

    stored: Stored[Paper]
    plan: PaperPlan
    action_title: str
    filings: tuple[Filed, ...]  # of the legal action
    files: tuple[KeptFile, ...]
    mine: bool
    recalled: tuple[Recall, ...]
    people: Mapping[str, str]
    colleagues: Mapping[str, str]


def begin(ctx: Context, case: CaseId, start: PaperStart) -> RecordId:
    """Begin a paper with the choices that the case itself suggests; returns its id."""
    vault = open_for_paper(ctx, case, start.action)
    language = Language(start.language)
    source = gather(ctx, vault, start.action)
    plan = first_plan(source, language, ctx.today)
    secrecy.refuse(ctx, vault, [source.recipient(plan.filing.profile)], place="action")
    value = Paper(
        title=start.title, action=start.action, language=language.value,
        variant=Variant(start.variant).value, plan=plan.stored(),
    )  # fmt: skip
    record = new_record_id()
    ctx.work.records.add(vault, ctx.author, record, value, ctx.today)
    ctx.note("write", "begin a paper", vault=case, record=record)
    return record


def view(ctx: Context, case: CaseId, record: RecordId) -> PaperView:
    """A paper for its page."""
    vault = open_vault(ctx, Act.READ_PAPER, case, record=record)
    stored = read_in(ctx, vault, record, Paper)
    action = ctx.work.records.read(vault, stored.value.action)
    legal = action.value if action is not None and is_of(action, LegalAction) else None
    mine = legal is not None and ctx.actor.user in legal.counsel_of_record
    return PaperView(
        stored=stored,
        plan=plan_of(stored.value.plan),
        action_title=title(action) if action else "",
        filings=legal.filings if legal else (),
        files=tuple(stored_file(entry) for entry in stored.value.files or ()),
        mine=mine,
        recalled=tuple(person for paper in recalls.of_cards(ctx, [stored]) for person in paper.people),
        people=names_of_people(ctx),
        colleagues=names_of(ctx, ColleagueCard),
    )


def desk(ctx: Context, case: CaseId, record: RecordId, *, any_form: bool = False, as_built: bool = False) -> PaperDesk:
    """A paper opened for preparing it; refuses everybody but its counsel of record, and a released one to them too.

    Raises SecrecyForbids where pre-trial secrecy forbids its recipient, unless another form is chosen (`any_form`).

    `as_built`: without the filing that came back edited.
    """
    stored = _stored(ctx, case, record)
    vault = open_for_paper(ctx, case, stored.value.action, sealing=False)
    if stored.value.state == RELEASED:
        raise RuleBroken(FROZEN)
    variant, language = Variant(stored.value.variant), Language(stored.value.language)
    source = replace(gather(ctx, vault, stored.value.action), variant=variant.value)
    plan = plan_of(stored.value.plan)
    recipient = source.recipient(plan.filing.profile)
    if not any_form:
        secrecy.refuse(ctx, vault, [recipient])
    drafting = Drafting(source, plan, language, recipient)
    template = in_use(ctx, [use_of_paper(plan.filing.profile)], language) if variant is Variant.FULL else None
    own = own_texts(template, drafting.cast.recogniser)
    texts = () if as_built else edited.texts(ctx, case, stored.value)
    wording = (RedactedText(pieces=pieces(drafting.cast.recogniser, text), written=text) for text in texts)
    draft, outdated = plans.decided_for(
        replace(drafting.draft(), edited=tuple(wording), own=own), recipient, variant, plan
    )
    needed = needed_consents(draft, recipient, variant)
    return PaperDesk(
        stored=stored,
        plan=plan,
        source=source,
        recipient=recipient,
        draft=draft,
        needed=needed,
        missing=still_missing(draft, needed),
        waiting=tuple(person for person in plan.people if person.waiting and person not in outdated),
        outdated=outdated,
        recogniser=drafting.cast.recogniser,
        template=template,
    )


def save_filing(ctx: Context, case: CaseId, record: RecordId, filing: FilingPlan, expected: Mapping[str, int]) -> bool:
    """Keep the choices of step 2; True when it is another form now. SecrecyForbids: its recipient may not have it."""
    here = desk(ctx, case, record, any_form=True)
    secrecy.refuse(ctx, _vault(ctx, case), [here.source.recipient(filing.profile)], place="profile")
    before, language = here.plan.filing.profile, Language(here.paper.language)
    keep_plan(ctx, case, here, replace(here.plan, filing=retitled(plans.of_step(filing), before, language)), expected)
    return before != filing.profile


def save_matter(ctx: Context, case: CaseId, record: RecordId, matter: MatterPlan, expected: Mapping[str, int]) -> None:
    """Keep the choices of step 3."""
    here = desk(ctx, case, record)
    facts = with_keys(matter.facts)
    keep_plan(ctx, case, here, replace(here.plan, matter=replace(matter, facts=facts)), expected)


def save_names(ctx: Context, case: CaseId, record: RecordId, sent: Mapping[str, str]) -> int:
    """Keep what was answered about names, for this paper and every later one; how many questions changed meanwhile."""
    here = desk(ctx, case, record)
    results, changed = here.names.said(sent)
    if results:
        keep_answers(ctx, _vault(ctx, case), results)
    return changed


def decide(ctx: Context, case: CaseId, record: RecordId, person: NamedId, choice: str, reason: str) -> None:
    """Answer for one person whose consent is missing; an override asks for a reason and waits for a second person."""
    here = desk(ctx, case, record)
    if person not in here.draft.people:
        raise NotFound
    value = partial(overridden, here.draft, here.recipient, Variant(here.paper.variant), person)
    people = plans.decided(here.plan.people, person, choice, reason, by=ctx.actor.user, value=value)
    keep_plan(ctx, case, here, replace(here.plan, people=people), here.stored.versions)
    if choice in set(Choice):
        ctx.note("write", "decide without consent", vault=case, record=record, choice=choice, person=person)


def approve(ctx: Context, case: CaseId, record: RecordId, marks: Iterable[str], ticked: Iterable[str]) -> None:
    """Let those of the `marks` texts that are `ticked` stand in the protected version, and the others not; what was
    said of other texts stays."""
    here = desk(ctx, case, record)
    values, shown = {passage.mark for passage in here.to_approve}, set(marks)
    approved = tuple(sorted(values & (set(here.plan.approved) - shown | shown & set(ticked))))
    keep_plan(ctx, case, here, replace(here.plan, approved=approved), here.stored.versions)
    ctx.note("write", "approve texts of a protected paper", vault=case, record=record, texts=len(approved))


def agree(ctx: Context, case: CaseId, record: RecordId, person: NamedId, mark: str) -> None:
    """As a second person who reads the case, agree to an override as it was shown (`mark`); never to one's own."""
    vault = open_vault(ctx, Act.READ_PAPER, case, record=record)
    open_vault(ctx, Act.WRITE_CASE, case, record=record)
    stored = read_in(ctx, vault, record, Paper)
    plan = plan_of(stored.value.plan)
    person_plan = plan.of(person) if stored.value.state != RELEASED else None
    people = plans.agreed(plan.people, person_plan, mark, by=ctx.actor.user)
    changed = replace(stored.value, plan=replace(plan, people=people).stored(), second_asked=plans.second_asked(people))
    ctx.work.records.update(vault, ctx.author, record, changed, stored.versions, ctx.today)
    ctx.note("write", "agree to go without consent", vault=case, record=record, person=person)


def obstacles(here: PaperDesk) -> Iterator[RuleBroken]:
    """Everything for which building it would be refused as it stands."""
    if here.names.unanswered:
        yield RuleBroken(NAMES_OPEN, place="names")
    if here.missing or here.waiting:
        yield RuleBroken(N_("Consents are missing. Answer for each person first."), place="consents")
    try:
        refuse_edited(here)
    except RuleBroken as broken:
        yield broken
    if here.lacking:
        yield RuleBroken(LACKING, place="consents")
    if places := in_paper(here.thinned.case):
        yield Unprinted(places)


def order(ctx: Context, case: CaseId, record: RecordId, *, as_built: bool = False) -> Order:
    """What is to be built, once every consent is there or answered for; counts a new version in the record.

    `as_built` takes the filing from the pages again, where an edited one came back.
    """
    here = desk(ctx, case, record, as_built=as_built)
    if as_built:
        here = replace(here, stored=replace(here.stored, value=replace(here.paper, files=())))
    if broken := next(obstacles(here), None):
        raise broken
    number, version = next_number(ctx, case), here.plan.built + 1
    thinned = here.thinned
    hides = here.paper.variant == Variant.PROTECTED.value or bool(thinned.forbidden)
    printed = with_approved_files(thinned.case, here.plan.matter.exhibits, hides=hides)
    values = [part.id for exhibit in thinned.case.exhibits for part in exhibit.parts]
    files = {file.blob: file for exhibit in thinned.case.exhibits for file in here.source.files(exhibit.id)}
    profile = profiles()[here.plan.filing.profile]
    labels = {
        part.id: profile.label(exhibit.number, exhibit.late)
        for exhibit in thinned.case.exhibits
        for part in exhibit.parts
    }
    plan = replace(here.plan, built=version)
    keep_plan(ctx, case, here, plan, here.stored.versions)
    ctx.note("write", "build a paper", vault=case, record=record, version=version)
    return Order(
        case=case,
        paper=record,
        user=ctx.actor.user,
        number=number,
        version=version,
        plan=plan,
        request=DossierRequest(
            case=printed,
            language=Language(here.paper.language),
            variant=Variant(here.paper.variant),
            profile=here.plan.filing.profile,
            version=version,
            paper_number=f"{here.source.case.reference}/{number}",
            built_at=ctx.local,
            forbidden=thinned.forbidden,
            hidden_names=recorded_names(here.draft, thinned.hidden),
            settled=here.names.settled(thinned.hidden),
            annex=_annex(ctx, here),
            edited=edited.pages(ctx, case, here.paper),
            template=here.template.docx if here.template else "",
        ),
        edited=edited.sum_of(here.paper),
        files=tuple(files[blob_of(item)] for item in values),
        labels=labels,
        thinned=thinned,
        untranslated=here.untranslated,
    )


def build(
    runtime: Runtime, session: Session, now: datetime, case: CaseId, record: RecordId, *, as_built: bool = False
) -> Job:
    """Begin to build in the background; `as_built` as in order()."""
    with runtime.writing(session, now) as ctx:
        created = order(ctx, case, record, as_built=as_built)
    return jobs.start(runtime, created, now)


def build_blocking(  # the same for the command line and the demo
    runtime: Runtime, session: Session, now: datetime, case: CaseId, record: RecordId, tell: Tell | None = None
) -> Job:
    """Build and wait; raises RuleBroken for missing consents, BuildFailed for everything the worker refuses."""
    with runtime.writing(session, now) as ctx:
        created = order(ctx, case, record)
    return jobs.run(runtime, created, now, tell)


def job(ctx: Context, stored: Stored[Paper]) -> Job | None:
    """The build of a paper, read in this act, that the actor began, if it is of the choices that stand now."""
    result = jobs.find(ctx.runtime, stored.id, ctx.actor.user)
    return result if result and edited.same(result.order, stored.value) else None


def _stored(ctx: Context, case: CaseId, record: RecordId) -> Stored[Paper]:
    vault = open_vault(ctx, Act.READ_CASE, case, record=record)
    return read_in(ctx, vault, record, Paper)


def keep_plan(ctx: Context, case: CaseId, here: PaperDesk, plan: PaperPlan, expected: Mapping[str, int]) -> None:
    """Keep the choices; references in the texts follow the numbers of their exhibits."""
    vault = _vault(ctx, case)
    numbered = NumberedCase(source=here.source, language=Language(here.paper.language), recipient=here.recipient)
    plan = numbered.following(here.plan, plan)
    asked = plans.second_asked(plan.people, {missing.person for missing in here.needed})
    changed = replace(here.paper, plan=plan.stored(), second_asked=asked)
    ctx.work.records.update(vault, ctx.author, here.stored.id, changed, expected, ctx.today)
    ctx.note("write", "change a paper", vault=case, record=here.stored.id)


def refuse_edited(here: PaperDesk) -> None:
    """Raise RuleBroken where the filing that came back edited, or our template, names who must not be named."""
    texts = (item.written for item in here.draft.edited)
    edited.refuse_names(here.names.named_in(texts, here.thinned.hidden), place="edited")
    refuse_named(here.draft.own, here.names, here.thinned.hidden)


def _vault(ctx: Context, case: CaseId) -> OpenVault:
    """The case that the gate has opened in this act."""
    vault = peek(ctx, case)
    if vault is None:
        raise NotFound
    return vault


def next_number(ctx: Context, case: CaseId) -> int:
    """The number of the paper of this case that is released next."""
    cards = ctx.work.records.cards([_vault(ctx, case)])
    return 1 + max((card.value.number for card in cards if is_of(card, Paper)), default=0)


def _annex(ctx: Context, here: PaperDesk) -> IntegrityAnnex:
    words = words_of(ctx.keys.fingerprint.hex())
    name = here.source.colleagues.get(ctx.actor.user, "")
    protected = here.paper.variant == Variant.PROTECTED.value
    return IntegrityAnnex(
        builder=" ".join(words) if protected or not name else name,
        certificate_words=" ".join(words),
        checkpoint=checkpoint(ctx),
        root_words=" ".join(root_words(ctx.runtime.pins.root_public)),
    )
