"""Who can confirm: which acts wait for another person, and who that could be now."""

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from hrd_cases.domain.words import N_
from hrd_cases.services.team import second_people
from hrd_cases.services.team.second_people import SecondLine
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import page_number

bp = Blueprint("second_people", __name__, url_prefix=urls.path("desk"))

MOST = 5  # names of one line; more are counted


@bp.get("/s")
def show() -> ResponseReturnValue:
    """For what is the organisation's, and case by case."""
    view = second_people.view(g.ctx, page_number())
    cases = [(line, _in_words(line.lines)) for line in view.cases.items]
    return render_template("team/second_people.html", view=view, office=_in_words(view.office), cases=cases)


def _in_words(lines: Sequence[SecondLine]) -> list[tuple[str, str]]:
    """The acts, those with the same people together, and who could be second; nobody's first, without a name."""
    by_people = sorted(lines, key=lambda line: (bool(line.names), line.names))
    groups = ((names, list(group)) for names, group in groupby(by_people, key=lambda line: line.names))
    return [("; ".join(map(_act, group)), _people(names)) for names, group in groups]


def _act(line: SecondLine) -> str:
    act = _(line.act.value)
    return f"{act} ({_(line.where)})" if line.where else act


def _people(names: Sequence[str]) -> str:
    called = [name or _(N_("a colleague")) for name in names[:MOST]]
    more = [_(N_("and %(number)s more")) % {"number": len(names) - MOST}] if len(names) > MOST else []
    return ", ".join([*called, *more])
