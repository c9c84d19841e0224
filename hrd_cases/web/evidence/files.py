"""Files out: the act is entered in the log first, then the bytes leave; a failure cuts the connection."""

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.services.evidence import evidence
from hrd_cases.web.evidence.evidence import sent
from hrd_cases.web.kernel import urls

bp = Blueprint("files", __name__, url_prefix=urls.path("files"))


@bp.get("/<case>/<record>/<int:number>")
def open(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:  # noqa: A001  # the act's own name
    """Send a file under a name that tells nothing."""
    return sent(evidence.open_file(g.ctx, case, record, number))


@bp.post("/<case>/<record>/<int:number>")
def open_named(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:
    """Send a file under the name it came with, because somebody asked for that."""
    file = evidence.open_file(g.ctx, case, record, number)
    return sent(file, file.name)
