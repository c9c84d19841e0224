"""Every kind of list that can be brought in, in the order in which a page offers them."""

from collections.abc import Mapping

from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.importers import companies, incidents, letters, people, tasks
from hrd_cases.domain.importers.model import Importer

_EVERY = (
    people,
    incidents,
    companies,
    letters,
    tasks,
)
IMPORTERS: Mapping[str, Importer] = {module.IMPORTER.entity.code: module.IMPORTER for module in _EVERY}


def importer(code: str) -> Importer:
    """What is known of lists of one kind of record; raises NotFound."""
    if code not in IMPORTERS:
        raise NotFound
    return IMPORTERS[code]
