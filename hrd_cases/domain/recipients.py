"""Who will read a paper or a letter: it follows from the form of the paper, the kind of the body, or what was said."""

from collections.abc import Iterable

from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.redaction import Recipient
from hrd_cases.domain.vocabulary import vocabulary

OF_COMPANY = Recipient.NCP  # a company, or a national contact point: whoever reads it there may pass it on


def of_kind(body_kind: str) -> Recipient | None:
    """The recipient that a kind of body stands for; None where the kind does not tell."""
    kinds = vocabulary("body_kinds")
    code = str(kinds.get(body_kind).extra.get("recipient", "")) if kinds.has(body_kind) else ""
    return Recipient(code) if code else None


def of_paper(profile: str, body_kind: str) -> Recipient:
    """The recipient of a paper in this form before this kind of body; an unknown form counts as published.

    The form of a court does not make a court of another body.
    """
    form = profiles().get(profile)
    recipient = form.recipient if form is not None else Recipient.PUBLIC
    return (of_kind(body_kind) or recipient) if recipient is Recipient.COURT else recipient


def of_letter(body_kinds: Iterable[str], text: str, *, company: bool = False) -> frozenset[Recipient]:
    """The recipients of a letter to bodies of these kinds, to a company, and to somebody of whom `text` tells it.

    Empty when one of them can not be told.
    """
    kinds = [*map(of_kind, body_kinds), *([OF_COMPANY] * company)]
    if text in set(Recipient):
        kinds = [*(kind for kind in kinds if kind is not None), Recipient(text)]
    return frozenset(kind for kind in kinds if kind is not None) if kinds and None not in kinds else frozenset()
