"""Templates of our own: what they can be for, the places of each, and the files that are in use."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, g, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.own_templates import LARGEST, LETTER, PAPER, places_of, uses
from hrd_cases.domain.papers import Language
from hrd_cases.domain.passages import LANGUAGE_WORDS
from hrd_cases.domain.vocabulary import LANGUAGES
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.own import own_templates
from hrd_cases.services.evidence.evidence import OpenedFile
from hrd_cases.services.evidence.sealed_files import TooLong
from hrd_cases.services.signin.saved_drafts import SentBefore
from hrd_cases.web.evidence.evidence import sent
from hrd_cases.web.forms.model import FormField
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.kernel.site import site
from hrd_cases.web.kernel.upload_stream import Dropped, arriving
from hrd_cases.web.pages.form_fields import SimpleForm, radios, refusal
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.request import reading
from hrd_cases.web.pages.sending import answer_to_second, once_of

bp = Blueprint("own_templates", __name__, url_prefix=f"{urls.path('papers')}/t")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EVERY_LETTER = N_("Every letter")


@bp.get("")
def index() -> ResponseReturnValue:
    """What a template can be for, and in which languages there is one."""
    here = Language(language())
    lines = own_templates.listing(g.ctx)
    languages: dict[str, list[str]] = {}
    for line in lines:
        languages.setdefault(line.use, []).append(_(LANGUAGE_WORDS[line.language]))
    rows = [
        {
            "title": label or _(EVERY_LETTER),
            "url": url_for(".show", use=use),
            "of_paper": use.startswith(PAPER),
            "languages": ", ".join(languages.get(use, ())),
        }
        for use, label in uses(here).items()
    ]
    shelves = [
        (_(N_("Papers")), [row for row in rows if row["of_paper"]]),
        (_(N_("Letters")), [row for row in rows if not row["of_paper"]]),
    ]
    return render_template("papers/own/list.html", shelves=shelves)


@bp.get("/<use>")
def show(use: str) -> ResponseReturnValue:
    """The places of one use, its templates, and the form that brings another in."""
    return _page(use)


@bp.post("/<use>")
def take(use: str) -> ResponseReturnValue:
    """Take a template in."""
    intake = own_templates.begin(site().runtime, g.session, g.now, use)
    arrival = arriving(intake, 2 * LARGEST)
    try:
        arrival.read()
        chosen = (arrival.fields.get("language") or [""])[0]
        intake.keep(chosen, site().clock(), once=once_of(arrival.fields), to=url_for(".show", use=use))
    except SentBefore as before:
        return answer_to_second(before.first, ())
    except RuleBroken as broken:
        arrival.drain()
        with reading() as g.ctx:
            return make_response(_page(use, arrival.fields, {broken.place: refusal(broken)}), 422)
    except Dropped:
        return make_response(render_template("errors/400.html"), 400)
    except (TooLong, RequestEntityTooLarge):
        arrival.drain()
        with reading() as g.ctx:
            return make_response(_page(use, arrival.fields, {"files": _(N_("The file is larger than 400 kB."))}), 422)
    return go("saved", ".show", use=use)


@bp.get("/<use>/<record>")
def file(use: str, record: RecordId) -> ResponseReturnValue:  # the address of its page
    """The template as it is used."""
    data = own_templates.file(g.ctx, record)
    return sent(OpenedFile(name="", neutral="template.docx", length=len(data), pieces=iter((data,))))


@bp.post("/<use>/<record>")
def remove(use: str, record: RecordId) -> ResponseReturnValue:
    """Take a template away."""
    own_templates.remove(g.ctx, record)
    return go("template_removed", ".show", use=use)


def _page(use: str, typed: Mapping[str, Sequence[str]] | None = None, errors: Mapping[str, str] | None = None) -> str:
    here, errors = Language(language()), errors or {}
    places = places_of(use, here)
    lines = [line for line in own_templates.listing(g.ctx) if line.use == use]
    chosen = ((typed or {}).get("language") or [here.value])[0]
    languages = radios(
        "language", _(N_("Language")), [(code, _(LANGUAGE_WORDS[code])) for code in LANGUAGES], chosen,
        error=errors.get("language", ""), required=True,
    )  # fmt: skip
    hint = _(N_("A DOCX of at most 400 kB. It takes the place of the one in the same language."))
    upload = FormField(
        name="files", id="f-files", kind="file", label=_(N_("The template")), hint=hint, accept=DOCX,
        required=True, error=errors.get("files", ""),
    )  # fmt: skip
    return render_template(
        "papers/own/show.html",
        use=use,
        title=uses(here)[use] or _(EVERY_LETTER),
        letter=not use.startswith(PAPER),
        every=use == LETTER,
        form=SimpleForm(fields=(languages, upload)),
        lines=[(line, _(LANGUAGE_WORDS[line.language])) for line in lines],
        markers=[
            (f"{{{{ {name} }}}}", label if name.startswith("form.") else _(label)) for name, label in places.items()
        ],
    )
