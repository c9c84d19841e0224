"""The custody log of an exhibit as a sheet to print."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from hrd_cases.domain.fields import Field
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence import custody_log
from hrd_cases.services.records.versions import Version
from hrd_cases.web.pages import record_view
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.record_view import Reader

bp = Blueprint("custody_logs", __name__)
ORIGIN = frozenset({"kind", "dated", "author", "got_from", "got_on", "got_how", "made_how"})


@bp.get("/f/<case>/<record>/k")
def show(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The log: files with their hashes, where the original has been, what was made of it, every change."""
    log = custody_log.of(g.ctx, case, record)
    reader = Reader(lists=lists(g.ctx, case), case=case)
    return render_template(
        "evidence/custody.html",
        case=case,
        record=record,
        log=log,
        title=record_view.headline(log.view.stored, reader.lists),
        origin=record_view.facts_of(log.view.stored, ORIGIN, reader),
        steps=[
            (step.on, log.colleagues.get(step.colleague, "") if step.colleague else step.who, step.what)
            for step in log.steps
        ],
        changes=[_line(version, log.colleagues, log.view.stored.entity.fields) for version in log.changes],
    )


def _line(version: Version, colleagues: Mapping[str, str], fields: Sequence[Field]) -> dict[str, object]:
    """A change as a line: when, by whom, and which fields of the page."""
    name = colleagues.get(version.author, "") or _(N_("a colleague"))
    by = name if version.proven else _(N_("%(name)s, but the signature is not theirs")) % {"name": name}
    labels = [_(field.label) for field in fields if field.name in version.changed]
    return {"number": version.number, "day": version.day, "by": by, "labels": labels}
