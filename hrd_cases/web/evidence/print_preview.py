"""What is printed of exhibits, page by page as pictures, and why not: said before a paper is built, and on its page."""

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.papers import PrintNote
from hrd_cases.domain.printing import NOT_PRINTED, PRINT_NOTES, WHAT_TO_DO
from hrd_cases.services.evidence import previews
from hrd_cases.services.papers.jobs import Job
from hrd_cases.services.papers.refusals import evidence_by_label
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import reading

bp = Blueprint("prints", __name__)
PNG = b"\x89PNG"
PAGES = 24  # pictures of pages on one page of an exhibit
PATIENT = 20.0  # seconds: who opens this page asked for nothing else


@bp.get("/f/<case>/<record>/w")
def show(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """What a paper would print of each file of an exhibit, or why not and what to do."""
    printed = previews.of(g.ctx, case, record, PATIENT)
    return render_template(
        "evidence/prints.html",
        case=case,
        record=record,
        title=printed.title,
        files=printed.files,
        reasons=NOT_PRINTED,
        advice=WHAT_TO_DO,
        said=in_words,
    )


@bp.get("/f/<case>/<record>/p/<int:number>")
def page(case: CaseId, record: RecordId, number: int) -> Response:
    """A page of an exhibit as a picture."""
    return picture_response(previews.page_picture(g.ctx, case, record, number))


@bp.get("/f/<case>/<record>/v/<int:number>")
def one(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:
    """One page of an exhibit large, with its number, the way to the pages beside it and back to the exhibit."""
    printed = previews.of(g.ctx, case, record, PATIENT)
    if not 1 <= number <= len(printed.pages):
        raise NotFound
    return render_template(
        "evidence/page.html",
        case=case,
        record=record,
        title=printed.title,
        shown=printed.pages[number - 1],
        total=len(printed.pages),
        in_grid=-(-number // PAGES),
        whole="z" not in request.args,
        wide=True,
    )


@bp.get("/f/<case>/<record>/l/<int:number>")
def large(case: CaseId, record: RecordId, number: int) -> Response:
    """The same page large, turned as it is printed."""
    with reading() as g.ctx:
        page = previews.large_page(g.ctx, case, record, number)
    return picture_response(previews.draw_large(site().runtime, page))


@bp.get("/f/<case>/<record>/s")
def small(case: CaseId, record: RecordId) -> Response:
    """The first page of an exhibit as a small picture."""
    return picture_response(previews.small_picture(g.ctx, case, record))


def picture_response(data: bytes) -> Response:
    """A picture as an answer that runs nothing."""
    response = Response(data, mimetype="image/png" if data.startswith(PNG) else "image/jpeg")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def in_words(note: PrintNote) -> str:
    """What a print does not show, in the reader's language."""
    return _(PRINT_NOTES[note.code]) % {"number": note.number, "word": note.word}


def of_paper(job: Job, case: CaseId) -> list[tuple[str, str, str, str]]:
    """For each exhibit of a built paper that differs from its file: label, what, what to do, its page."""
    if job.built is None:
        return []
    manifest, labels = job.built.manifest, evidence_by_label(job.order)
    results = [
        (
            not_printed.exhibit,
            _(NOT_PRINTED[not_printed.reason]),
            _(WHAT_TO_DO[not_printed.reason]),
            labels[not_printed.exhibit],
        )
        for not_printed in manifest.not_printed
    ]
    results += [
        (noted_exhibit.exhibit, in_words(noted_exhibit.note), "", labels[noted_exhibit.exhibit])
        for noted_exhibit in manifest.noted
    ]
    return [
        (label, what, do, url_for("prints.show", case=case, record=exhibit)) for label, what, do, exhibit in results
    ]
