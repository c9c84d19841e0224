"""The page on which an administrator writes the head of our letters."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, g, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.companies import OwnOrganisation
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.vaults import REFERENCE
from hrd_cases.domain.words import N_
from hrd_cases.services.records import records
from hrd_cases.services.team import letterhead
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_page import Sheet, answer, opening, sheet_of
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists

bp = Blueprint("letterhead", __name__, url_prefix=f"{urls.path('administration')}/l")
OURS = entity_for(OwnOrganisation)
# The name was given when the organisation was begun.
FORM = replace(OURS, fields=tuple(declared for declared in OURS.fields if declared.name != "name"))


@bp.get("")
def show() -> ResponseReturnValue:
    """The head of our letters, as a form."""
    return opening(_sheet())


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep it."""

    def keep(value: OwnOrganisation, versions: Mapping[str, int]) -> ResponseReturnValue:
        letterhead.save(g.ctx, value, versions)
        return go("saved", "administration.show")

    return answer(_sheet, keep)


def _sheet() -> Sheet:
    stored = letterhead.read(g.ctx)
    sheet = sheet_of(
        stored,
        allowed=frozenset({REFERENCE}),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for(".show"),
        back=url_for("administration.show"),
    )
    return replace(sheet, entity=FORM, title=_(N_("Letterhead")), kicker=stored.value.name)
