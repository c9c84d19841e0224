"""Exports that wait for a second person, as lines of the desk."""

from flask import url_for

from hrd_cases.domain.export_requests import WHOLE_CASE
from hrd_cases.domain.fields import ENTITIES
from hrd_cases.domain.words import N_
from hrd_cases.services.exports.export_requests import ExportLine
from hrd_cases.web.pages.layout import _


def in_words(lines: tuple[ExportLine, ...]) -> list[dict[str, object]]:
    """Requests as a list shows them."""
    return [
        {
            "text": f"{what(line.kind)}: {line.rows}",
            "url": url_for("export_requests.show", record=line.id),
            "on": line.on,
            "what": _(_waits(line)),
        }
        for line in lines
    ]


def _waits(line: ExportLine) -> str:
    if not line.mine:
        return N_("You are asked to agree or refuse.")
    return N_("Somebody agreed: take the file.") if line.agreed else N_("You asked; somebody else has to agree.")


def what(kind: str) -> str:
    """What is exported, in words."""
    return _(N_("A whole case")) if kind == WHOLE_CASE else _(ENTITIES[kind].plural) if kind in ENTITIES else kind
