"""Our own sentences, marked for translation: the language is known only where a page is made.

They have a type of their own, so that what a person typed is never taken for one of them: only a `Msgid` is looked up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


class Msgid(str):
    """A sentence of the program, in English; the key of its translations. Text that people wrote is a plain str."""

    __slots__ = ()

    def __str__(self) -> str:
        """Itself, so that an error raised with a sentence gives the sentence back."""
        return self


def N_(text: str) -> Msgid:  # noqa: N802  # the name gettext tools look for
    """Mark `text` as ours; the catalogue tools collect it."""
    return Msgid(text)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of ours inside another one: a msgid with its values; as text it is English."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid % self.values if self.values else self.msgid
