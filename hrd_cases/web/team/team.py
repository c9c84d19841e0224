"""Who is on a case: letting a colleague in after the key words were compared, taking it back, and leaving oneself."""

from collections.abc import Sequence

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.words import N_
from hrd_cases.services.access import missing_keys
from hrd_cases.services.casework import cases
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import member_removal
from hrd_cases.services.team.member_removal import OUT
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import SimpleForm, line, refused_at
from hrd_cases.web.pages.layout import _, offers
from hrd_cases.web.pages.request import again

bp = Blueprint("team", __name__, url_prefix=urls.path("cases"))

LEVELS = (
    ("no_source", N_("Names and texts, but not the sources")),
    ("full", N_("Everything except the lawyers' part; with the sources")),
    ("coded", N_("Only dates, kinds and states: no names, no texts")),
    ("lead", N_("Everything, and may share it (case lead)")),
)
NOTHING_MORE = (OUT, N_("Nothing: remove them from this case"))


@bp.get("/<case>/team")
def show(case: CaseId) -> ResponseReturnValue:
    """The team, the eight words of each key, and who could be let in."""
    return _page(case)


@bp.post("/<case>/team")
def share(case: CaseId) -> ResponseReturnValue:
    """Let a colleague in."""
    again(lambda broken: _page(case, broken=broken, status=422))
    form = request.form
    user, level = form.get("user", ""), form.get("level", "")
    privileged, last_day = form.get("privileged") == "yes", form.get("last_day", "")[:40]
    sharing.share(g.ctx, case, user, level, privileged=privileged, last_day=last_day)
    return go("shared", ".show", case=case)


@bp.post("/<case>/team/l")
def found(case: CaseId) -> ResponseReturnValue:
    """Begin the part of a case that only its lawyers read."""
    again(lambda broken: _page(case, broken=broken, status=422))
    sharing.found_privileged(g.ctx, case)
    return go("founded", ".show", case=case)


@bp.post("/<case>/team/k")
def send_again(case: CaseId) -> ResponseReturnValue:
    """Send a colleague the keys that the case says are theirs."""
    again(lambda broken: _page(case, broken=broken, status=422))
    missing_keys.send_again(g.ctx, case, request.form.get("user", ""))
    return go("sent_again", ".show", case=case)


@bp.get("/<case>/team/m")
def member(case: CaseId) -> ResponseReturnValue:
    """What somebody on the case may open, to be changed or taken back."""
    return _member_page(case, request.args.get("u", ""))


@bp.post("/<case>/team/m")
def change(case: CaseId) -> ResponseReturnValue:
    """Change what somebody may open, or take them out: with new keys where they lose something."""
    form = request.form
    user, level = form.get("user", ""), form.get("level", "")
    again(lambda broken: _changed_page(case, user, broken))
    last_day, lose = form.get("last_day", "")[:40], form.get("lose") == "yes"
    member_removal.change(g.ctx, case, user, level, last_day=last_day, lose=lose)
    return go("taken_out" if level == OUT else "changed_share", ".show", case=case)


@bp.get("/<case>/team/o")
def leaving_page(case: CaseId) -> ResponseReturnValue:
    """What it means to leave a case, before one does."""
    return _leaving(case)


@bp.post("/<case>/team/o")
def leave(case: CaseId) -> ResponseReturnValue:
    """Leave a case."""
    again(lambda broken: _leaving(case, status=422))
    member_removal.leave(g.ctx, case)
    return go("left", "cases.index")


def _page(case: CaseId, *, broken: Exception | None = None, status: int = 200) -> tuple[str, int]:
    view = cases.overview(g.ctx, case)
    others = sharing.candidates(g.ctx, case) if view.may_share else ()
    place, problem = refused_at(broken)
    page = render_template(
        "team/show.html",
        case=case,
        view=view,
        candidates=others,
        problem="" if place == "last_day" else problem,
        form=_last_day(request.form.get("last_day", ""), problem if place == "last_day" else ""),
        levels=_levels(LEVELS),
        picked=request.form.get("user", ""),
        picked_level=request.form.get("level", LEVELS[0][0]),
        me=g.session.actor.user,
        lacking=missing_keys.users_without_key(g.ctx, case) if view.may_share else frozenset(),
        title=records.title(view.itself) or _(view.itself.entity.label),
        back=urls.of(view.itself.entity.code, view.itself.id, case),
        may_found=not view.has_privileged and offers("team.found"),
        has_privileged="privileged" in view.rights,
    )
    return page, status


def _changed_page(case: CaseId, user: str, broken: Exception) -> tuple[str, int]:
    place, _problem = refused_at(broken)
    if place == "user":  # not on the case any more, or never was: there is nobody to show
        return _page(case, broken=broken, status=422)
    return _member_page(case, user, broken=broken, status=422)


def _member_page(case: CaseId, user: str, *, broken: Exception | None = None, status: int = 200) -> tuple[str, int]:
    team_member = member_removal.member(g.ctx, case, user)
    place, problem = refused_at(broken)
    typed = request.form.get("last_day", team_member.last_day.strftime("%d.%m.%Y") if team_member.last_day else "")
    page = render_template(
        "team/member.html",
        case=case,
        member=team_member,
        follows=member_removal.what_follows(g.ctx, case, user),
        problem="" if place == "last_day" else problem,
        form=_last_day(typed, problem if place == "last_day" else ""),
        levels=_levels((*LEVELS, NOTHING_MORE)),
        picked_level=request.form.get("level", member_removal.level_of(team_member)),
        back=url_for(".show", case=case),
    )
    return page, status


def _leaving(case: CaseId, *, status: int = 200) -> tuple[str, int]:
    view = cases.overview(g.ctx, case)
    why_not = member_removal.why_not_leave(g.ctx, case)
    page = render_template(
        "team/leave.html", case=case, view=view, why_not=_(why_not) if why_not else "", back=url_for(".show", case=case)
    )
    return page, status


def _levels(levels: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(code, _(text)) for code, text in levels]


def _last_day(typed: str, error: str) -> SimpleForm:
    hint = _(
        N_("For example 31.12.2026, for somebody who comes for a time, such as a lawyer from outside. Empty: no end.")
    )
    return SimpleForm(fields=(line("last_day", _(N_("Access ends on")), value=typed, hint=hint, error=error),))
