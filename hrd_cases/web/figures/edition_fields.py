"""For whom figures are and what for, as a form asks it before they leave."""

from collections.abc import Collection, Mapping

from hrd_cases.domain import editions
from hrd_cases.domain.editions import HandOut
from hrd_cases.domain.words import N_
from hrd_cases.web.forms.model import FormField, identifier
from hrd_cases.web.pages import form_fields
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import groups

# One letter each in the form, beside those of the question.
EDITION, RECIPIENT, NAME = "d", "n", "h"
NOTHING = HandOut(edition="", purpose="")


def typed(form: Mapping[str, str]) -> HandOut:
    """What somebody chose and typed."""
    return HandOut(
        edition=form.get(EDITION, "")[:20],
        recipient=form.get(RECIPIENT, "")[:40],
        name=form.get(NAME, ""),
        purpose=form.get("purpose", ""),
    )


def fields(
    hand_out: HandOut, error: Mapping[str, str], offered: Collection[str] = editions.EVERY
) -> tuple[FormField, ...]:
    """Edition, recipient and purpose."""
    edition = form_fields.radios(
        EDITION,
        _(N_("For whom the file is")),
        [(code, _(editions.LABELS[code])) for code in offered],
        hand_out.edition,
        hint=_(N_("For a partner or the public somebody else sees the figures first, and agrees.")),
        error=error.get("edition", ""),
        required=True,
    )
    return (edition, *_recipient(hand_out, error), _purpose(hand_out, error))


def _recipient(hand_out: HandOut, error: Mapping[str, str]) -> tuple[FormField, FormField]:
    choices = [("", _(N_("none"))), *(choice for _heading, listed in groups(editions.RECIPIENTS) for choice in listed)]
    kind = FormField(
        kind="select",
        name=RECIPIENT,
        id=identifier(RECIPIENT),
        label=_(N_("Partner: kind of recipient")),
        options=tuple((code, words, code == hand_out.recipient) for code, words in choices),
        error=error.get("recipient", ""),
    )
    name = form_fields.line(
        NAME,
        _(N_("Partner: who gets the file")),
        hint=_(N_("The name is written in the file. The audit log keeps the kind of recipient only.")),
        value=hand_out.name,
        error=error.get("name", ""),
    )
    return kind, name


def _purpose(hand_out: HandOut, error: Mapping[str, str]) -> FormField:
    """What figures are handed out for."""
    return form_fields.line(
        "purpose",
        _(N_("What the figures are for")),
        hint=_(N_("The audit log records who exported figures, when and why.")),
        value=hand_out.purpose,
        error=error.get("purpose", ""),
        required=True,
    )
