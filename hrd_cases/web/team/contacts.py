"""The page on which a colleague, or an administrator for them, writes how they are reached at work."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, g, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.vaults import STAFF
from hrd_cases.domain.words import N_
from hrd_cases.services.records import records
from hrd_cases.services.team import contacts
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_page import Sheet, answer, opening, sheet_of
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists

bp = Blueprint("contacts", __name__)
CARD = entity_for(ColleagueCard)
# Nobody renames a colleague here.
FORM = replace(CARD, fields=tuple(declared for declared in CARD.fields if declared.name != "name"))


@bp.get(f"{urls.path('account')}/d")
def mine() -> ResponseReturnValue:
    """How I am reached at work."""
    return opening(_mine())


@bp.post(f"{urls.path('account')}/d")
def save_mine() -> ResponseReturnValue:
    """Keep it."""
    return answer(_mine, _keep(g.session.actor.user, "account.show"))


@bp.get(f"{urls.path('administration')}/d/<user>")
def of(user: str) -> ResponseReturnValue:
    """How a colleague is reached at work."""
    return opening(_of(user))


@bp.post(f"{urls.path('administration')}/d/<user>")
def save_of(user: str) -> ResponseReturnValue:
    """Keep it."""
    return answer(partial(_of, user), _keep(user, "administration.show"))


def _keep(user: str, leads_to: str) -> Callable[[ColleagueCard, Mapping[str, int]], ResponseReturnValue]:
    def keep(value: ColleagueCard, versions: Mapping[str, int]) -> ResponseReturnValue:
        contacts.save(g.ctx, user, value, versions)
        return go("saved", leads_to)

    return keep


def _mine() -> Sheet:
    return _sheet(g.session.actor.user, url_for(".mine"), url_for("account.show"))


def _of(user: str) -> Sheet:
    return _sheet(user, url_for(".of", user=user), url_for("administration.show"))


def _sheet(user: str, url: str, back: str) -> Sheet:
    stored = contacts.read(g.ctx, user)
    sheet = sheet_of(
        stored,
        allowed=frozenset({STAFF}) if contacts.may_write(g.ctx) else frozenset(),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url,
        back=back,
    )
    return replace(sheet, entity=FORM, title=_(N_("Contact details in papers")), kicker=stored.value.name)
