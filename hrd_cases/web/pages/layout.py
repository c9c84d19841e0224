"""What every page stands in: menu, doors, languages, messages; and the words of the request's language."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from babel.support import NullTranslations
from flask import Flask, current_app, g, request, url_for

from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import role_labels
from hrd_cases.domain.calls import Call
from hrd_cases.domain.entities import in_case
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.words import N_, Msgid
from hrd_cases.services.casework import cases
from hrd_cases.services.kernel.catalogues import LANGUAGES
from hrd_cases.services.keys import gate
from hrd_cases.web.kernel.i18n import DRAFT, FIRST
from hrd_cases.web.kernel.messages import AT_THE_DOOR, MESSAGES
from hrd_cases.web.kernel.policy import roles_for
from hrd_cases.web.kernel.site import site
from hrd_cases.web.kernel.urls import PLACES
from hrd_cases.web.pages import sending

PART_WORDS = {
    "core": N_("dates, kinds and states"),
    "identity": N_("names and texts"),
    "source": N_("sources"),
    "privileged": N_("what is between lawyer and client"),
    "protection": N_("risk and protection plan"),
    "reference": N_("what everybody here may read"),
    "staff": N_("what concerns staff"),
}
DEMO = N_("Demonstration with invented people. Nothing here is protected.")


@dataclass(frozen=True, kw_only=True)
class MenuEntry:
    """One place of the menu."""

    url: str
    label: str
    current: bool
    count: int = 0


def language() -> str:
    """The language of this request."""
    return str(g.get("language", FIRST))


def words() -> NullTranslations:
    """The catalogue of this request's language."""
    return site().catalogues.of(language())


def _(text: str) -> str:
    """One of our sentences in the language of this request; what people wrote (no Msgid) stays as it is."""
    return str(words().gettext(text)) if isinstance(text, Msgid) and text else text


def role_words(roles: Collection[str]) -> str:
    """Roles in words, in the order of the table."""
    return ", ".join(map(_, role_labels(roles)))


def menu(app: Flask) -> Iterator[MenuEntry]:
    """The places that somebody of these roles has a use for, as far as this application has them."""
    roles = g.session.actor.roles
    for place in PLACES.values():
        if place.label and place.endpoint in app.view_functions and roles & roles_for(place.endpoint):
            here = request.path == place.path or request.path.startswith(f"{place.path}/")
            yield MenuEntry(url=place.path, label=_(place.label), current=here)


def offers(endpoint: str) -> bool:
    """True when what an endpoint does is for somebody of these roles; the gate decides about the rest."""
    return bool(g.session.actor.roles & roles_for(endpoint))


def may_delete(vault: str) -> bool:
    """True when this person may ask that something of a case or call be deleted."""
    return _may(Act.ASK_DELETION, vault)


def may_print(vault: str) -> bool:
    """True when this person may print the letters of a case."""
    return _may(Act.PRINT_LETTER, vault)


def _may(act: Act, vault: str) -> bool:
    opened = gate.peek(g.ctx, vault)
    return opened is not None and gate.may(g.ctx, act, opened)


def case_bar() -> dict[str, object] | None:
    """The case that a page is in, and its places; None on its own page, and where the reader has no such case."""
    case = (request.view_args or {}).get("case", "")
    if not case or request.endpoint == "cases.show" or "refusal" in g or "ctx" not in g:
        return None
    title = _title_of(case)
    if title is None:
        return None
    kinds = [
        (entity.plural, url_for("records.listing", case=case, letter=entity.letter))
        for entity in (entity_for(Call), *in_case())
    ]
    own = [
        (N_("Papers for the court"), url_for("papers.index", case=case)),
        (N_("To be signed: consents"), url_for("consents.show", case=case)),
        (N_("Timeline"), url_for("cases.timeline", case=case)),
        (N_("Team"), url_for("team.show", case=case)),
    ]
    places = [{"label": _(label), "url": url} for label, url in (*kinds, *own)]
    return {"title": title or _(N_("Case")), "url": url_for("cases.show", case=case), "places": places}


def _title_of(case: CaseId) -> str | None:
    """What a case is called, for a page too that is made after its transaction has ended."""
    if not g.ctx.work.connection.closed:
        return cases.title_of(g.ctx, case)
    with site().runtime.reading(g.session, g.now, g.language) as ctx:
        return cases.title_of(ctx, case)


def notices() -> list[dict[str, str]]:
    """The messages waiting for this person; each is said once."""
    codes = [MESSAGES[code] for code in _waiting_codes() if code in MESSAGES]
    texts = AT_THE_DOOR.get(request.args.get("m", ""))
    return [{"kind": kind, "text": _(text)} for kind, text in [*codes, *([texts] if texts else [])]]


def _waiting_codes() -> list[str]:
    if g.get("session") is None:
        return []
    # A part of a page is a template too: what it takes from the session is there for the page around it.
    g.said = [*g.get("said", ()), *g.session.row.messages]
    g.session.row.messages.clear()
    return list(g.said)


def frame() -> dict[str, object]:
    """The variables of templates/layout.html."""
    common = {
        "lang": language(),
        "csrf_token": sending.tokens() if "session" in g and "door" in g else "",
        "banner": _(DEMO) if _demo() else "",
        "notices": notices() if "session" in g else [],
        "languages": [
            {
                "code": code,
                "label": label,
                "url": url_for("language.choose", code=code),
                "current": code == language(),
                "draft": code in DRAFT,
            }
            for code, label in LANGUAGES.items()
        ],
    }
    return {**common, **_inside()}


def _inside() -> dict[str, object]:
    session = g.get("session")
    if session is None or session.locked or session.actor.state != ACTIVE:
        return {}
    return {
        "places": list(menu(current_app)),
        "offers": offers,
        "bar": {
            "search": offers("search.ask"),
            "field": not request.path.startswith(PLACES["search"].path),  # that page has its own
            "call": offers("calls.new"),
        },
        "kept_form": session.row.kept_form if g.get("restored") is None else "",
        "case_bar": case_bar,
        "may_delete": may_delete,
        "may_print": may_print,
        "person": {"name": _(N_("My account")), "role": role_words(session.actor.roles), "url": PLACES["account"].path},
        "doors": {
            "lock": url_for("leave.lock"),
            "log_out": url_for("leave.out"),
            "leave": url_for("leave.quickly"),
        },
    }


def _demo() -> bool:
    return bool(site().runtime.organisation.demo)
