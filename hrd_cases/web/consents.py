"""The consents of a case: whom to ask, what to read aloud, and a spoken yes in one tick."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services import consents
from hrd_cases.web import places
from hrd_cases.web.frame import language
from hrd_cases.web.request import again
from hrd_cases.web.simple import refusal
from hrd_cases.web.turning import go

bp = Blueprint("consents", __name__, url_prefix=places.path("cases"))


@bp.get("/<case>/y")
def show(case: str) -> ResponseReturnValue:
    """Who said what, and who was never asked."""
    return _page(case)


@bp.post("/<case>/y")
def take(case: str) -> ResponseReturnValue:
    """Write down a spoken consent."""
    again(lambda broken: _page(case, problem=refusal(broken), status=422))
    said = request.form
    consents.take_oral(
        g.ctx,
        case,
        said.get("person", ""),
        said.getlist("agreed"),
        read_aloud=bool(said.get("aloud")),
        language=_aloud(),
    )
    return go("made", ".show", case=case)


def _page(case: str, *, problem: str = "", status: int = 200) -> tuple[str, int]:
    scopes = vocabulary("consent_scopes")
    page = render_template(
        "consents/show.html",
        case=case,
        view=consents.view(g.ctx, case),
        text=consents.texts()[_aloud()],
        languages_of_text=list(consents.texts()),
        scopes=[(entry.code, entry.text(language())) for entry in scopes.entries],
        bundles=consents.BUNDLES,
        problem=problem,
    )
    return page, status


def _aloud() -> str:
    """The language in which the text is read aloud."""
    wanted = request.values.get("aloud_in", language())
    return wanted if wanted in consents.texts() else "ru"
