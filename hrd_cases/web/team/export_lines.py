"""Exports that wait for a second person, as lines of the desk."""

from hrd_cases.domain.export_requests import WHOLE_CASE
from hrd_cases.domain.fields import ENTITIES
from hrd_cases.domain.words import N_
from hrd_cases.services.exports.export_requests import ExportLine
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.record_lines import request_line


def in_words(lines: tuple[ExportLine, ...]) -> list[dict[str, object]]:
    """Requests as a list shows them."""
    return [request_line(line, f"{what(line.kind)}: {line.rows}", "export_requests.show") for line in lines]


def what(kind: str) -> str:
    """What is exported, in words."""
    return _(N_("A whole case")) if kind == WHOLE_CASE else _(ENTITIES[kind].plural) if kind in ENTITIES else kind
