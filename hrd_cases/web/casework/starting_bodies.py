"""Courts and authorities to begin with: those of a region, ticked, seen with their marks before they are added."""

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.companies import Body
from hrd_cases.domain.starting_bodies import COUNTRY, INTERNATIONAL, UNCHECKED, StartingBody, areas, checked_on
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.vocabulary.model import DOUBTFUL
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import starting_bodies
from hrd_cases.services.records import records
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.request import again

bp = Blueprint("starting_bodies", __name__, url_prefix=f"{urls.path('bodies')}/s")


@bp.get("")
def show() -> ResponseReturnValue:
    """What is offered for an area and is not in the directory yet."""
    records.ready(g.ctx, Body)
    return _page(request.args.get("a", ""))


@bp.post("")
def add() -> ResponseReturnValue:
    """Add what was ticked."""
    area = request.form.get("area", "")
    again(lambda broken: _page(area, problem=refusal(broken), status=422))
    added = starting_bodies.add(g.ctx, area, request.form.getlist("ticked"), _(UNCHECKED))
    return go("made" if added else "unchanged", "bodies.index")


def _page(area: str, *, problem: str = "", status: int = 200) -> tuple[str, int]:
    """The bodies of an area with a tick each; those of the country where the area is none of the list."""
    area = area if area in areas() else COUNTRY
    ticked = set(request.form.getlist("ticked"))
    offers = starting_bodies.missing(g.ctx, area)
    lines = [_line(offer, ticked=offer.code in ticked or not problem) for offer in offers]
    page = {"lines": lines, "area": area, "areas": _areas(area), "checked_on": checked_on(), "problem": problem}
    return render_template("casework/companies/starting.html", here=url_for(".show"), **page), status


def _line(offer: StartingBody, *, ticked: bool) -> dict[str, object]:
    return {
        "code": offer.code,
        "name": offer.body.name,
        "others": [name.name for name in offer.body.names],
        "kind": vocabulary("body_kinds").get(offer.body.kind).text(language()),
        "mark": offer.mark if offer.mark in DOUBTFUL else "",
        "ticked": ticked,
    }


def _areas(chosen: str) -> list[tuple[str, str, bool]]:
    """(value, label, chosen) of every area."""
    words = {COUNTRY: _(N_("The whole country")), INTERNATIONAL: _(N_("International"))}
    regions = vocabulary("regions")
    return [(area, words.get(area) or regions.get(area).text(language()), area == chosen) for area in areas()]
