"""Figures on their way out: as a table for spreadsheets, or as a report that the worker sets."""

from collections.abc import Callable

from flask import make_response
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hrd_cases.domain.reports import Report
from hrd_cases.services.figures import exports, reports
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.request import carried

TYPES = {
    exports.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    exports.CSV: "text/csv; charset=utf-8",
    exports.PDF: "application/pdf",
    exports.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def handed_out(read: Callable[[], bytes | Report], form: str) -> ResponseReturnValue:
    """The file of what `read` gives, in a transaction of its own; a report is set after that is over and logged."""
    contents: list[bytes | Report] = []

    def act() -> Response:
        contents.append(read())
        return Response()

    answer = carried(act, looks=True)
    if not contents or answer.status_code != 200:
        return answer
    content = contents[0]
    return _sent(content if isinstance(content, bytes) else _set(content, form), form)


def _set(report: Report, form: str) -> bytes:
    with site().runtime.passphrase_slots.one():  # as heavy as a passphrase: two at a time
        built = reports.make(report)
    return built.pdf if form == exports.PDF else built.docx


def _sent(data: bytes, form: str) -> ResponseReturnValue:
    response = make_response(data)
    name = "report" if form in (exports.PDF, exports.DOCX) else "table"
    response.headers["Content-Type"] = TYPES[form]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
