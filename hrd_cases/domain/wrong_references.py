"""References to exhibits in the text of a paper that lead nowhere, as they are told before it is released."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class WrongReference:
    """One reference: its `words`, where it is typed, and why it leads nowhere (`reason` with `values` to fill in).

    `path` leads to a text of the paper ('filing.opening'), `page` (from 1) a page of a filing that came back
    edited.
    """

    words: str = field(repr=False)
    reason: str
    values: Mapping[str, str] = field(repr=False)
    path: str = ""
    page: int = 0
