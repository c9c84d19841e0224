"""The statement of accessibility: what was tested and what was not; for everybody, before log-in too."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from hrd_cases.web.kernel import urls

bp = Blueprint("accessibility", __name__, url_prefix=urls.path("enter"))


@bp.get("/y")
def show() -> ResponseReturnValue:
    """The same for everybody; it says nothing of this installation."""
    return render_template("signin/accessibility.html")
