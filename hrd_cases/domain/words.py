"""Our own sentences, marked for translation: the language is known only where a page is made.

They have a type of their own, so that what a person typed is never taken for one of them: only a `Msgid` is looked up.
"""


class Msgid(str):
    """A sentence of the program, in English; the key of its translations. Text that people wrote is a plain str."""

    __slots__ = ()

    def __str__(self) -> str:
        """Itself, so that an error raised with a sentence gives the sentence back."""
        return self


def N_(text: str) -> Msgid:  # noqa: N802  # the name gettext tools look for
    """Mark `text` as ours; the catalogue tools collect it."""
    return Msgid(text)
