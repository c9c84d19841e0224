"""Figures on their way out: as a table for spreadsheets, or as a report that the worker sets."""

from collections.abc import Callable

from flask import make_response
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hrd_cases.domain.reports import Report
from hrd_cases.services.figures import exports, reports
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.downloads import download
from hrd_cases.web.pages.request import carried


def handed_out(read: Callable[[], bytes | Report], form: str, *, looks: bool = True) -> ResponseReturnValue:
    """The file of what `read` gives, in a transaction of its own; a report is set after that is over and logged.

    `looks`: nothing is written but the log.
    """
    contents: list[bytes | Report] = []

    def act() -> Response:
        contents.append(read())
        return Response()

    answer = carried(act, looks=looks)
    if not contents or answer.status_code != 200:
        return answer
    content = contents[0]
    if isinstance(content, bytes):
        return download(content, "table", form)
    return download(_set(content, form), "report", form)


def asked_for(ask: Callable[[], str]) -> ResponseReturnValue:
    """On to the request that `ask` keeps, in a transaction of its own that writes."""
    return carried(lambda: make_response(go("figures_asked", "figure_requests.show", record=ask())), looks=False)


def _set(report: Report, form: str) -> bytes:
    with site().runtime.passphrase_slots.one():  # as heavy as a passphrase: two at a time
        built = reports.make(report)
    return built.pdf if form == exports.PDF else built.docx
