"""References to exhibits in a paper once it is known which exhibits, and which of their pages, stand in it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.page_approvals import ApprovedPages
from hrd_cases.domain.papers import Cited, Exhibit


def keep_references(value: object, printed: Mapping[RecordId, ApprovedPages | None]) -> object:
    """Drop references to exhibits that are not in the paper, wherever they stand; a cited page is counted among those
    that are printed."""
    if isinstance(value, tuple):
        return tuple(keep_references(item, printed) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes = {each.name: keep_references(getattr(value, each.name), printed) for each in fields(value)}
    cited = getattr(value, "exhibits", ())
    if cited and all(isinstance(item, Cited) for item in cited):
        changes["exhibits"] = tuple(_cited(item, printed[item.exhibit]) for item in cited if item.exhibit in printed)
    if isinstance(value, Exhibit) and value.translation_of not in printed:
        changes["translation_of"] = None
    return replace(value, **changes)


def _cited(cited: Cited, pages: ApprovedPages | None) -> Cited:
    """The reference, with its page as it is printed; to the exhibit as a whole where that page is left out."""
    return cited if pages is None or cited.page is None else replace(cited, page=pages.place_of(cited.page))
