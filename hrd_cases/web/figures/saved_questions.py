"""Questions that coordinators keep: a name for one, and the list of those that are kept."""

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.figures import saved_questions
from hrd_cases.services.figures.saved_questions import SavedLine
from hrd_cases.services.figures.trends import TrendQuestion
from hrd_cases.web.figures.figure_words import question_title
from hrd_cases.web.figures.trends import address, asked, url
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import form_fields
from hrd_cases.web.pages.form_fields import SimpleForm, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again

bp = Blueprint("saved_questions", __name__, url_prefix=f"{urls.path('trends')}/s")

NAME = "n"


@bp.get("")
def show() -> ResponseReturnValue:
    """A name for the question of the address, and the questions that are kept."""
    again(lambda broken: make_response(_page(TrendQuestion(), broken=broken), 422))
    return make_response(_page(asked(request.args)))


@bp.post("")
def keep() -> ResponseReturnValue:
    """Save the question."""
    question, name = asked(request.form), request.form.get(NAME, "")

    def refused(broken: Exception) -> ResponseReturnValue:
        known = refused_at(broken)[0] == "name"
        return make_response(_page(question if known else TrendQuestion(), name, broken), 422)

    again(refused)
    saved_questions.keep(g.ctx, name, question)
    return go("question_saved", "trends.show", **address(question))


@bp.post("/<record>/n")
def remove(record: RecordId) -> ResponseReturnValue:
    """Take a question out of the list."""
    saved_questions.remove(g.ctx, record)
    return go("question_removed", ".show")


def _page(question: TrendQuestion, name: str = "", broken: Exception | None = None) -> str:
    place, text = refused_at(broken)
    error = text if broken is not None and place == "name" else ""
    field = form_fields.line(NAME, _(N_("Name of the question")), value=name, error=error, required=True)
    return render_template(
        "figures/saved.html",
        form=SimpleForm(fields=(field,)),
        wrong=text if broken is not None and not error else "",
        carried=address(question),
        about=question_title(saved_questions.understood(g.ctx, question)),
        saved=[_line(line) for line in saved_questions.manage(g.ctx)],
        back=url(address(question)),
    )


def _line(line: SavedLine) -> dict[str, str]:
    remove_url = url_for("saved_questions.remove", record=line.id)
    return {"name": line.name, "url": url(address(line.question)), "remove": remove_url}
