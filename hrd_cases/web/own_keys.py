"""My passphrase may be known: what ending one's own keys does, and the button."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.services import calls, cases
from hrd_cases.services.colleagues import giving_up
from hrd_cases.web import places
from hrd_cases.web.request import again
from hrd_cases.web.simple import refusal
from hrd_cases.web.turning import go

bp = Blueprint("own_keys", __name__, url_prefix=places.path("account"))


@bp.get("/e")
def show() -> ResponseReturnValue:
    """What would follow."""
    return _page()


@bp.post("/e")
def end() -> ResponseReturnValue:
    """End one's own keys."""
    again(lambda broken: _page(problem=refusal(broken), status=422))
    giving_up.end_own_keys(g.ctx, sure=request.form.get("sure") == "yes")
    return go("ended_keys", "enter.waiting")


def _page(*, problem: str = "", status: int = 200) -> tuple[str, int]:
    outlook = giving_up.outlook(g.ctx)
    by_name = {**calls.titles(g.ctx), **cases.titles(g.ctx)} if outlook.nobody_else else {}
    alone = tuple((case, by_name.get(case, "")) for case in outlook.nobody_else)
    return render_template("account/end_keys.html", outlook=outlook, alone=alone, problem=problem), status
