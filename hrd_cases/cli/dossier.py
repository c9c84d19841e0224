"""`hrd-cases dossier`: a court dossier without a browser."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from hrd_cases.cli.custodians import free, write_new
from hrd_cases.cli.options import FILE, argument, command, option
from hrd_cases.cli.place import now, signed_in
from hrd_cases.cli.terminal import StepClock, Stop, refuse, say
from hrd_cases.cli.words import _
from hrd_cases.domain.consents import numbered_scopes
from hrd_cases.domain.filings import DRAFT, Paper
from hrd_cases.domain.ids import NO_CASE, CaseId, RecordId, case_id
from hrd_cases.domain.paper_refusals import REFUSALS
from hrd_cases.domain.papers import Language, Variant
from hrd_cases.domain.passages import LANGUAGE_WORDS, WHY_LEFT_OUT, by_place, label
from hrd_cases.domain.printable import named
from hrd_cases.domain.redaction import PersonAnswer
from hrd_cases.domain.words import N_
from hrd_cases.render import pango
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.places import WHOLE
from hrd_cases.render.process import BuildProgress as Step
from hrd_cases.services.casework import cases
from hrd_cases.services.drafting.plans import PaperStart
from hrd_cases.services.drafting.signs import in_paper
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.papers import jobs, paper_lists, papers, refusals, releasing
from hrd_cases.services.records import records

STAGES = {
    "exhibit": N_("Exhibit"),
    "reading": N_("Reading"),
    "typesetting": N_("Setting"),
    "joining": N_("Joining"),
}


@dataclass(frozen=True, kw_only=True)
class DossierOptions:
    """Which dossier: of which case, by its reference or id, and action, in which language and version."""

    reference: str
    action: int
    language: str
    variant: str


@command("dossier")
@argument("reference", metavar="CASE", help=N_("the case: its reference or its id"))
@option("--action", type=int, required=True, metavar="N", help=N_("which of your legal actions in it"))
@option(
    "--language", type=click.Choice([language.value for language in Language]), required=True, help=N_("of the dossier")
)
@option(
    "--variant",
    type=click.Choice([variant.value for variant in Variant]),
    default=Variant.FULL.value,
    help=N_("with names, or without those that are protected"),
)
@option("--release", is_flag=True, help=N_("freeze, number and seal it; without this it is a draft"))
@option("--out", type=FILE, required=True, metavar="FILE", help=N_("where the PDF is written"))
def dossier(*, reference: str, action: int, language: str, variant: str, release: bool, out: Path) -> int:
    """Build the draft prepared on the pages if there is one, else one with the choices that the case suggests."""
    free(out)
    pango.refuse_missing()  # before anybody uses up a code of theirs
    requested = DossierOptions(reference=reference, action=action, language=language, variant=variant)
    with signed_in() as (runtime, session):
        case_id, paper = _paper(runtime, session, requested, now())
        _say_what_is_missing(runtime, session, language, case_id, paper)
        _build(runtime, session, case_id, paper)
        number = releasing.release(runtime, session, now(), case_id, paper) if release else 0
        with runtime.reading(session, now(), language) as ctx:
            opened = (
                releasing.released_file(ctx, case_id, paper, 1)
                if number
                else releasing.built_file(ctx, case_id, paper, WHOLE)
            )
        write_new(out, opened.pieces)
    values = {"file": out, "length": opened.length, "number": number}
    if number:
        say(_("%(file)s: %(length)s bytes, released as number %(number)s, sealed.", **values))
    else:
        say(_("%(file)s: %(length)s bytes, a draft, not sealed.", **values))
    say(_("The file is not encrypted: keep it where only you can read it."))
    return 0


def _build(runtime: Runtime, session: Session, case: CaseId, paper: RecordId) -> None:
    progress = StepClock()

    def show(step: Step) -> None:
        progress(STAGES.get(step.stage, step.stage.capitalize()), step.done, step.total, step.label)

    try:
        papers.build_blocking(runtime, session, now(), case, paper, show)
    except BuildFailed as failure:
        job = jobs.find(runtime, paper, session.actor.user)
        for place in refusals.places(failure, job.order, "") if job else ():
            say("  " + ", ".join(_(sentence, **values) for sentence, values in place.said))
        raise Stop(_(REFUSALS[failure.code], exhibit=failure.exhibit)) from None


def _paper(runtime: Runtime, session: Session, requested: DossierOptions, at: datetime) -> tuple[CaseId, RecordId]:
    """The case, and the draft to build: an existing one of the same proceeding, language and version, or a new one."""
    with runtime.writing(session, at, requested.language) as ctx:
        case = next(
            (
                case_id(record)
                for record, reference in _references(ctx).items()
                if requested.reference in (record, reference)
            ),
            NO_CASE,
        )
        if not case:
            raise Stop(_("There is no such case, or it is not this account's: give its reference or its id."))
        actions = list(paper_lists.counsel_actions(ctx, case).items())
        if not 0 < requested.action <= len(actions):
            choices = "; ".join(f"{at}: {title}" for at, (_, title) in enumerate(actions, 1))
            refuse(_("--action must be one of: %(known)s", known=choices))
        action, title = actions[requested.action - 1]
        draft = (action, requested.language, requested.variant, DRAFT)
        for card in records.listing(ctx, Paper, case):
            value = card.value
            if (value.action, value.language, value.variant, value.state) == draft:
                return case, card.id
        start = PaperStart(title=title, action=action, language=requested.language, variant=requested.variant)
        return case, papers.begin(ctx, case, start)


def _say_what_is_missing(runtime: Runtime, session: Session, language: str, case: CaseId, paper: RecordId) -> None:
    """Before building: whose consent is missing, what is left out, what is in another language."""
    with runtime.reading(session, now(), language) as ctx:
        here = papers.desk(ctx, case, paper)
    scopes = numbered_scopes()
    for missing_consent in here.missing:
        text = _("refused or withdrawn") if missing_consent.answer is PersonAnswer.NO else _("never asked")
        say(
            _(
                "Consent is missing: %(who)s, %(scope)s: %(said)s",
                who=missing_consent.label,
                scope=scopes[missing_consent.scope.value].text(language),
                said=text,
            )
        )
    for plan in here.outdated:
        who = here.draft.people[plan.person].name("")
        say(_("%(who)s: the text was changed after it was decided to go without consent. Decide again.", who=who))
    for place, texts in by_place(here.thinned.left_out):
        for left in texts:
            say(
                _(
                    "Left out: %(place)s: %(words)s (%(why)s)",
                    place=_(place),
                    words=left.text,
                    why=_(WHY_LEFT_OUT[left.why]),
                )
            )
    for part in here.untranslated:
        spoken = _(LANGUAGE_WORDS[part.language.value])
        text = spoken if part.recorded else _("looks like this language: %(language)s", language=spoken)
        say(
            _(
                "In another language: %(place)s: %(words)s (%(said)s)",
                place=_(label(part.place)),
                words=part.text,
                said=text,
            )
        )
    for sign in in_paper(here.thinned.case):
        say(f"{_(sign.label)} {sign.number or ''}".strip() + ": " + ", ".join(map(named, sign.signs)))


def _references(ctx: Context) -> dict[CaseId, str]:
    """Reference by id of every case of this account."""
    results, page = dict[CaseId, str](), 1
    while True:
        listed = cases.listing(ctx, cases.CaseFilter(page=page))
        results.update({line.id: line.reference for line in listed.items})
        if page >= listed.pages:
            return results
        page += 1
