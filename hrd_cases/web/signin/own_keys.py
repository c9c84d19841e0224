"""My passphrase may be known: what ending one's own keys does, and the button."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.services.casework import calls, cases
from hrd_cases.services.team import own_key_revocation
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.request import again

bp = Blueprint("own_keys", __name__, url_prefix=urls.path("account"))


@bp.get("/e")
def show() -> ResponseReturnValue:
    """What would follow."""
    return _page()


@bp.post("/e")
def end() -> ResponseReturnValue:
    """End one's own keys."""
    again(lambda broken: _page(problem=refusal(broken), status=422))
    own_key_revocation.end_own_keys(g.ctx, sure=request.form.get("sure") == "yes")
    return go("ended_keys", "enter.waiting")


def _page(*, problem: str = "", status: int = 200) -> tuple[str, int]:
    outlook = own_key_revocation.outlook(g.ctx)
    by_name = {**calls.titles(g.ctx), **cases.titles(g.ctx)} if outlook.nobody_else else {}
    alone = tuple((case, by_name.get(case, "")) for case in outlook.nobody_else)
    return render_template("signin/account/end_keys.html", outlook=outlook, alone=alone, problem=problem), status
