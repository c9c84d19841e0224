"""The consents of a case: who said what, the page that is read aloud, and one sheet that many people signed."""

from dataclasses import replace
from functools import partial

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.consent_sheets import MOST_NAMES, SHEET, SheetLine, SignedSheet, answers_of
from hrd_cases.domain.consents import NO, PARAGRAPHS, REFUSES, WITHDRAWS, Consent
from hrd_cases.domain.errors import Forbidden, RuleBroken
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.people import Person
from hrd_cases.domain.vaults import IDENTITY
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import consent_sheets, consents
from hrd_cases.services.evidence import evidence
from hrd_cases.services.records import records
from hrd_cases.web.forms.engine import read_form
from hrd_cases.web.forms.model import MORE, Typed
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.form_page import Sheet, answer, opening
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.request import again, typed

bp = Blueprint("consents", __name__, url_prefix=urls.path("cases"))

FORM = "casework/consents/_form.html"
ALOUD = "aloud-"  # + language: the button that shows the text in another language
OUT = "out"  # a name that is not on the sheet after all
PSEUDONYM = N_("Participant %(number)s")


@bp.get("/<case>/y")
def show(case: CaseId) -> ResponseReturnValue:
    """Who said what, and who was never asked."""
    scopes = vocabulary("consent_scopes")
    return render_template(
        "casework/consents/show.html",
        case=case,
        view=consents.view(g.ctx, case),
        paragraphs=consents.PARAGRAPH_SCOPES,
        scopes=[(entry.code, entry.text(language())) for entry in scopes.entries],
    )


@bp.get("/<case>/y/m")
def sheet(case: CaseId) -> ResponseReturnValue:
    """The page for one sheet that many people signed."""
    return opening(many(case))


@bp.post("/<case>/y/m")
def check_sheet(case: CaseId) -> ResponseReturnValue:
    """Who the names of a sheet are, each with its answers, before anything is saved."""
    return answer(partial(many, case), lambda value, _versions: _lines_page(case, value, typed()))


@bp.post("/<case>/y/m/k")
def keep_sheet(case: CaseId) -> ResponseReturnValue:
    """Enter the answers of everybody on a sheet."""
    values = typed()
    form = many(case)
    value, errors = read_form(SHEET, values, form.base, form.lists, form.allowed)
    if errors:
        return check_sheet(case)
    again(lambda broken: _lines_page(case, value, values, broken=broken))
    lines = [line for _number, line in _lines(values) if line.who != OUT]
    consent_sheets.keep(g.ctx, case, value, lines, _(PSEUDONYM))
    return go("made", ".show", case=case)


def aloud(page: Sheet, case: CaseId, files_url: str) -> Sheet:
    """The form of a consent as the page that is read aloud: a text in one language, an answer after each paragraph.

    `files_url`: where it goes together with the signed sheet or the recording.
    """
    spoken = _language(page.base)
    extra = {
        "text": consents.texts()[spoken],
        "languages": tuple(consents.texts()),
        "paragraphs": PARAGRAPHS,
        "many": page.entity is SHEET,
        "files_url": files_url if evidence.may_take(g.ctx, case) else "",
    }
    return replace(
        page,
        base=replace(page.base, language=spoken, person=page.base.person or _requested_person(page)),
        inside=FORM,
        extra=extra,
    )


def many(case: CaseId) -> Sheet:
    """The form of one sheet that many people signed."""
    start: Consent = records.start(g.ctx, Consent, case)
    allowed = records.writable(g.ctx, Consent, case)
    if IDENTITY not in allowed:
        raise Forbidden  # a sheet is a list of names
    shared = {name: getattr(start, name) for name in Consent.__dataclass_fields__}
    return aloud(
        Sheet(
            entity=SHEET,
            base=SignedSheet(**{**shared, "form": "signed", "read_aloud": "yes"}),
            allowed=allowed,
            lists=lists(g.ctx, case),
            url=url_for("consents.sheet", case=case),
            title=_(SHEET.label),
            back=url_for("consents.show", case=case),
            save=_(N_("Check the names")),
        ),
        case,
        url_for("consent_files.take_sheet", case=case),
    )


def _lines_page(
    case: CaseId, value: SignedSheet, values: Typed, *, broken: Exception | None = None
) -> ResponseReturnValue:
    """Every person of a sheet in a line: who it is, and which answers differ."""
    hidden = [(name, text) for name, texts in values.items() for text in texts if not name.startswith("line-")]
    wording = answers_of(value)
    each_on_its_own = value.said not in (REFUSES, WITHDRAWS)
    page = render_template(
        "casework/consents/sheet.html",
        case=case,
        hidden=hidden,
        signers=consent_sheets.signers(g.ctx, case, value),
        typed=dict(_lines(values)),
        said=wording,
        exceptions=[
            (number, name) for number, name in enumerate(PARAGRAPHS, start=1) if each_on_its_own and wording[name] != NO
        ],
        problem=_problem(broken) if broken else "",
    )
    return make_response(page, 422 if broken else 200)


def _problem(broken: Exception) -> str:
    line = broken.values.get("line", "") if isinstance(broken, RuleBroken) else ""
    text = refusal(broken)
    return f"{line}: {text}" if line and text else text


def _lines(values: Typed) -> list[tuple[int, SheetLine]]:
    """The lines as they were sent, by number: `line-N-name`, `-who` (an id, '' for somebody new, or OUT) and `-no`."""
    return [
        (
            number,
            SheetLine(
                name=_first(values, f"line-{number}-name"),
                who=_first(values, f"line-{number}-who"),
                refused=frozenset(values.get(f"line-{number}-no", ())) & frozenset(PARAGRAPHS),
            ),
        )
        for number in range(_count(values))
    ]


def _count(values: Typed) -> int:
    text = _first(values, "line-count")
    return min(int(text), 2 * MOST_NAMES) if text.isdecimal() and len(text) < 5 else 0


def _first(values: Typed, name: str) -> str:
    return (values.get(name) or ("",))[0]


def _language(base: Consent) -> str:
    """The language in which the text is read aloud: by the button pressed, as chosen before, else the reader's."""
    values = typed() if request.method == "POST" else dict(request.args.lists())
    pressed = _first(values, MORE).removeprefix(ALOUD)
    requested = (pressed, _first(values, "language"), base.language, language())
    return next((code for code in requested if code in consents.texts()), "ru")


def _requested_person(page: Sheet) -> str:
    """The person whom the link to this page named, if the reader may choose them; else the only one of the case."""
    people = list(page.lists.names(Person))
    requested = request.args.get("p", "")
    if requested:
        return requested if requested in people else ""
    return people[0] if len(people) == 1 else ""
