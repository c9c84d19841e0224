"""Papers for the court: five steps from a case to a frozen version, and a clear page for whoever may not."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.filings import RELEASED, Paper
from hrd_cases.domain.ids import CaseId, RecordId, named_id
from hrd_cases.domain.legal_actions import Filed
from hrd_cases.domain.paper_refusals import REFUSALS
from hrd_cases.domain.passages import LANGUAGE_WORDS, label
from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.places import ANNEX, DOCX, WHOLE, path_of
from hrd_cases.services.drafting.plans import FilingPlan
from hrd_cases.services.evidence.sealed_files import TooLong
from hrd_cases.services.papers import edited, paper_lists, papers, refusals, releasing, sign_choices
from hrd_cases.services.papers.jobs import BUILT, FAILED, Job
from hrd_cases.services.papers.matter.supplements import begin_supplement
from hrd_cases.services.records import records
from hrd_cases.services.signin.saved_drafts import SentBefore
from hrd_cases.web.evidence import print_preview
from hrd_cases.web.evidence.evidence import sent
from hrd_cases.web.forms.model import FormField
from hrd_cases.web.kernel import handling, urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.kernel.site import site
from hrd_cases.web.kernel.upload_stream import Dropped, arriving
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.form_page import answer, opening
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.lists import label as word_of
from hrd_cases.web.pages.request import again, reading
from hrd_cases.web.pages.sending import answer_to_second, once_of
from hrd_cases.web.papers import consent_notes, gate_pages, name_questions, overview, paper_forms
from hrd_cases.web.papers.signs import asked_signs, chosen_signs, sign_places

bp = Blueprint("papers", __name__, url_prefix=urls.path("papers"))
REFRESH = "3"  # seconds
STEP_AT = {"consents": ".consents", "names": ".names", "signs": ".built"}  # where a refusal is answered
DRAFTS = {1: WHOLE, 2: ANNEX, 3: DOCX}
STAGES = {
    "waiting": N_("Waiting for its turn"),
    "reading": N_("Reading"),
    "exhibit": N_("Exhibit %(label)s"),
    "typesetting": N_("Setting the pages"),
    "joining": N_("Putting the pages together"),
    "checking": N_("Reading the whole paper again to check it"),
}
# The files of a released paper keep neutral Latin names, since portals ask for them; beside them stands what they are.
FILE_NAMES = {
    "dossier.pdf": N_("The whole paper: filing and bundle"),
    "filing.pdf": N_("The filing alone"),
    "filing.docx": N_("The filing, to edit"),
    "annex.pdf": N_("Integrity annex, to keep apart"),
    "SHA256SUMS": N_("The manifest of all files, for the command sha256sum -c"),
    "SHA256SUMS.seal": N_("The seal over the manifest"),
}


@bp.get("/<case>")
def index(case: CaseId) -> ResponseReturnValue:
    """The papers of a case."""
    return render_template("papers/list.html", case=case, found=paper_lists.listing(g.ctx, case))


@bp.get("/<case>/new")
def new(case: CaseId) -> ResponseReturnValue:
    """Step 1: which proceeding, which language, which version."""
    sheet = paper_forms.start_sheet(case)
    records.ready(g.ctx, Paper, case)
    return opening(sheet)


@bp.post("/<case>/new")
def create(case: CaseId) -> ResponseReturnValue:
    """Begin a paper with what the case suggests."""
    return answer(
        partial(paper_forms.start_sheet, case),
        lambda value, _versions: go("made", ".step", case=case, record=papers.begin(g.ctx, case, value)),
    )


@bp.get("/<case>/<record>")
def show(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """A paper: what is done, what waits, and the files of a released one."""
    return _page(case, record)


@bp.get("/<case>/<record>/2")
def step(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Step 2: the filing."""
    sheet = paper_forms.filing_sheet(case, record)
    records.ready(g.ctx, Paper, case)
    return opening(sheet)


@bp.post("/<case>/<record>/2")
def save_step(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep the choices of a step and go on; the fields of another form are asked first."""

    def keep(value: FilingPlan, versions: Mapping[str, int]) -> ResponseReturnValue:
        another = papers.save_filing(g.ctx, case, record, value, versions)
        if another and profiles()[value.profile].fields:
            return go("form_chosen", ".step", case=case, record=record)
        return go("saved", "paper_matter.facts", case=case, record=record)

    return answer(partial(paper_forms.filing_sheet, case, record), keep)


@bp.get("/<case>/<record>/n")
def names(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Who is named in the paper's texts: asked where only a lawyer can say."""
    here = papers.desk(g.ctx, case, record)
    return name_questions.page(
        case,
        record,
        here.names,
        here.draft.people,
        colleagues=here.source.colleagues,
        steps=True,
        kicker=here.paper.title,
    )


@bp.post("/<case>/<record>/n")
def save_names(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep the answers given so far; the page goes on with the rest."""
    changed = papers.save_names(g.ctx, case, record, request.form)
    return name_questions.saved(case, record, changed=bool(changed))


@bp.get("/<case>/<record>/4")
def consents(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Step 4: whose consent is missing, and what to do about it."""
    return gate_pages.page(case, record)


@bp.post("/<case>/<record>/4")
def decide(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Answer for one person."""
    form = request.form
    person = named_id(form.get("person", ""))
    again(lambda broken: gate_pages.page(case, record, problem=refusal(broken), part=person, status=422))
    papers.decide(g.ctx, case, record, person, form.get("choice", ""), form.get("reason", ""))
    return go("saved", ".consents", case=case, record=record)


@bp.post("/<case>/<record>/4/a")
def approve(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Say which of the texts that were shown may stand in the protected version, and go on to the next page."""
    form = request.form
    papers.approve(g.ctx, case, record, form.getlist("s"), form.getlist("ok"))
    return go("saved", ".consents", case=case, record=record, n=form.get("go") or None)


@bp.post("/<case>/<record>/4/s")
def agree(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Agree, as a second person, that it is done without consent."""
    again(lambda broken: _page(case, record, problem=refusal(broken), status=422))
    papers.agree(g.ctx, case, record, named_id(request.form.get("person", "")), request.form.get("mark", ""))
    return go("saved", ".show", case=case, record=record)


@bp.get("/<case>/<record>/5")
def built(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Step 5: building, with its progress, then looking and releasing."""
    return _build_page(case, record)


@bp.post("/<case>/<record>/5/s")
def choose_signs(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Say what is printed in place of signs that no font has."""
    again(lambda broken: _build_page(case, record, problem=refusal(broken), status=422))
    sign_choices.choose_signs(g.ctx, case, record, chosen_signs(request.form))
    return go("saved", ".built", case=case, record=record)


@bp.post("/<case>/<record>/5")
def build(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Begin to build."""
    try:
        as_built = request.form.get("filing") == "as_built"
        papers.build(site().runtime, g.session, g.now, case, record, as_built=as_built)
    except RuleBroken as broken:
        if broken.place in STEP_AT:
            return redirect(url_for(STEP_AT[broken.place], case=case, record=record), 303)
        if broken.place == "edited":
            with reading() as g.ctx:
                return _build_page(case, record, unfit=refusal(broken), status=422)
        raise
    return redirect(url_for(".built", case=case, record=record), 303)


@bp.get("/<case>/<record>/d/<int(min=1, max=3):number>")
def draft(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:
    """A file of what was built, to look at before it is released."""
    return sent(releasing.built_file(g.ctx, case, record, DRAFTS[number]))


@bp.post("/<case>/<record>/5/e")
def take_edited(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Take the edited filing back as the paper of record."""
    taking = releasing.take_edited(site().runtime, g.session, g.now, case, record)
    arrival = arriving(taking, 2 * edited.LARGEST)
    try:
        arrival.read()
        once = once_of(arrival.fields)
        taking.keep(site().clock(), once=once, to=url_for(".built", case=case, record=record))
    except SentBefore as before:
        return answer_to_second(before.first, ())
    except RuleBroken as broken:
        arrival.drain()
        with reading() as g.ctx:
            return _build_page(case, record, unfit=refusal(broken), status=422)
    except Dropped:
        return make_response(render_template("errors/400.html"), 400)
    except (TooLong, RequestEntityTooLarge):
        arrival.drain()
        megabytes = edited.LARGEST // handling.MEGABYTE
        return make_response(render_template("errors/413.html", megabytes=megabytes), 413)
    return go("edited", ".built", case=case, record=record)


@bp.post("/<case>/<record>/r")
def release(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Freeze what was built."""
    once = once_of(dict(request.form.lists()))
    to = url_for(".show", case=case, record=record)
    try:
        releasing.release(site().runtime, g.session, g.now, case, record, once=once, to=to)
    except SentBefore as before:
        return answer_to_second(before.first, once.fields)
    except RuleBroken as broken:
        if broken.place == "names":
            return redirect(url_for(".names", case=case, record=record), 303)
        if broken.place != "consents":
            raise
        with reading() as g.ctx:
            return gate_pages.page(case, record, problem=refusal(broken), status=422)
    return go("released", ".show", case=case, record=record)


@bp.get("/<case>/<record>/f/<int:number>")
def file(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:
    """A file of a released paper."""
    opened_file = releasing.released_file(g.ctx, case, record, number)
    return sent(opened_file, opened_file.name)


@bp.post("/<case>/<record>/a")
def supplement(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Begin a supplement to a released paper, with the exhibits that came later."""
    return go("made", ".step", case=case, record=begin_supplement(g.ctx, case, record))


@bp.get("/<case>/<record>/z")
def files(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """All files of a released paper, numbered, in one archive."""
    return sent(releasing.separate_files(g.ctx, case, record))


def refused(_refusal: Exception) -> ResponseReturnValue:
    """Who knows of the case and may not make its papers is told why, and who may."""
    g.refusal = True
    case = (request.view_args or {}).get("case", "")
    try:
        with reading() as g.ctx:
            names = paper_lists.counsel_names(g.ctx, case)
    except (Forbidden, NotFound):
        names = []
    return make_response(render_template("papers/refused.html", case=case, names=names), 403)


bp.register_error_handler(Forbidden, refused)


def _page(case: CaseId, record: RecordId, *, problem: str = "", status: int = 200) -> tuple[str, int]:
    view = papers.view(g.ctx, case, record)
    me = g.session.actor.user
    in_work = view.mine and view.stored.value.state != RELEASED
    names = {name: _(text) for name, text in FILE_NAMES.items()}
    first_sent = next((each.on for each in view.stored.value.sendings), None)
    filed = [(at, item) for at, item in enumerate(view.files, start=1) if path_of(item.name) == item.name]
    working = [(at, item) for at, item in enumerate(view.files, start=1) if path_of(item.name) != item.name]
    page = render_template(
        "papers/show.html",
        case=case,
        view=view,
        me=me,
        problem=problem,
        names=names,
        seen_now=overview.overview(case, view) if in_work else None,
        said=consent_notes.consent_lines,
        in_words=consent_notes.readers,
        clocks=paper_forms.clocks(view.plan.filing.profile, first_sent or view.stored.value.released_on),
        first_sent=first_sent,
        ways={entry.code: entry.text(language()) for entry in vocabulary("intake_channels").entries},
        led_to=[_result_lines(sending.among(view.filings)) for sending in view.stored.value.sendings],
        shelves=((_(N_("Files")), filed), (_(N_("To work with, not filed")), working)),
    )
    return page, status


def _result_lines(filing: Filed | None) -> list[tuple[str, object]]:
    """What a filing led to, as far as the legal action says it."""
    if filing is None or not filing.result:
        return []
    lines: list[tuple[str, object]] = [(_(N_("What it led to")), word_of("filing_results", filing.result))]
    if filing.result_on:
        lines.append((_(N_("Result known on")), filters.day(filing.result_on)))
    if filing.result_from:
        lines.append((_(N_("How we know the result")), word_of("result_sources", filing.result_from)))
    if filing.led == "yes":
        lines.append((_(N_("The outcome of the proceeding followed from it")), _(N_("yes"))))
    return lines


def _build_page(
    case: CaseId, record: RecordId, *, problem: str = "", unfit: str = "", status: int = 200
) -> ResponseReturnValue:
    view = papers.view(g.ctx, case, record)
    job = papers.job(g.ctx, view.stored)
    thinned, untranslated = (job.order.thinned.left_out, job.order.untranslated) if job else ((), ())
    # The page of a paper being built is asked for every few seconds, and nothing is missing from what is built.
    unprinted = () if _building(job) else sign_choices.unprinted(g.ctx, case, view)
    values = {
        "unprinted": sign_places(unprinted, case=case, paper=record, action=view.stored.value.action),
        "signs": asked_signs(unprinted),
        "file_field": replace(_pdf_field(), error=unfit),
        "not_protected": edited.NOT_PROTECTED,
        "edited": edited.kept_of(view.stored.value),
        "shown": gate_pages.first_page(thinned, untranslated),
        "language_words": LANGUAGE_WORDS,
        "label": label,
        "reasons": _reasons(job, case, record, view.stored.value.action) if job else [],
        "prints": print_preview.of_paper(job, case) if job else [],
        "references": overview.of_built(job, case) if job else [],
        **_progress(job),
        **({"problem": problem} if problem else {}),
    }
    response = make_response(render_template("papers/build.html", case=case, view=view, job=job, **values), status)
    if _building(job) and not request.args.get("still"):
        response.headers["Refresh"] = REFRESH
    return response


def _building(job: Job | None) -> bool:
    return job is not None and job.state not in (BUILT, FAILED)


def _progress(job: Job | None) -> dict[str, object]:
    if job is None:
        return {"step": "", "problem": ""}
    text = _(STAGES.get(job.progress.stage, N_("Reading"))) % {"label": job.progress.label}
    return {"step": text, "problem": _problem(job.failure, job.order.request.profile) if job.failure else ""}


def _problem(failure: BuildFailed, profile: str) -> str:
    text = _(REFUSALS[failure.code]) % {"exhibit": failure.exhibit}
    lacks = failure.code == "section_missing"
    return f"{text} {paper_forms.part_called(profiles().get(profile), failure.detail)}." if lacks else text


def _reasons(job: Job, case: CaseId, record: RecordId, action: str) -> list[tuple[str, str]]:
    """Every place of a refusal, with the page on which it is mended."""
    reasons = []
    for place in refusals.places(job.failure, job.order, action) if job.failure else ():
        sentences = [_(sentence) % values for sentence, values in place.said]
        reasons.append((", ".join(sentences), _mended_at(place, case, record)))
    return reasons


def _mended_at(place: refusals.RefusalPlace, case: CaseId, record: RecordId) -> str:
    if place.named:
        return url_for("paper_pages.found", case=case, record=record)
    if place.evidence:
        return url_for("evidence.show", case=case, record=place.evidence)
    if place.action:
        return url_for("records.show", case=case, record=place.action)
    if not place.step:
        return ""
    return paper_forms.place_of(case, record, place.step, place.anchor)


def _pdf_field() -> FormField:
    label, hint = (
        N_("The edited filing as PDF"),
        N_("Edit the DOCX, save it as PDF, and send it here: it becomes the filing of record."),
    )
    return FormField(
        name="files", id="f-files", kind="file", label=_(label), hint=_(hint), accept="application/pdf", required=True
    )
