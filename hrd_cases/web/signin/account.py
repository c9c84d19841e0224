"""My account: my key words, my sessions, passphrase, recovery codes, and what was kept for me."""

from collections.abc import Sequence

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.signin import accounts, live_sessions, login_notices, saved_drafts, step_up
from hrd_cases.services.signin.saved_drafts import DraftOrigin
from hrd_cases.services.team import administration, contacts
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go, say
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages import sending
from hrd_cases.web.pages.form_fields import SimpleForm, refusal, secret
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.sending import leads_to, readable
from hrd_cases.web.signin import throttling, webauthn_forms

bp = Blueprint("account", __name__, url_prefix=urls.path("account"))


@bp.get("")
def show() -> ResponseReturnValue:
    """The account of whoever asks."""
    actor = g.session.actor
    return render_template(
        "signin/account/show.html",
        words=words_of(actor.fingerprint),
        roles=sorted(actor.roles),
        combined=administration.combined(actor.roles),
        sessions=live_sessions.mine(g.ctx),
        log_ins=login_notices.mine(g.ctx),
        kept=saved_drafts.mine(g.ctx),
        second_factor=site().runtime.organisation.second_factor,
        keys=webauthn_forms.mine(),
        keys_only=g.session.row.keys_only,
        keys_work=webauthn_forms.offered(),
        contacts=contacts.may_write(g.ctx),
        browser_kept=throttling.is_kept(request),
    )


@bp.get("/p")
def passphrase() -> ResponseReturnValue:
    """The form for a new passphrase."""
    step_up.require(site().runtime, g.session, Act.CHANGE_LOG_IN, g.now)
    return _passphrase_page(_passphrase_form())


@bp.post("/p")
def change_passphrase() -> ResponseReturnValue:
    """Change the passphrase."""
    form = request.form
    if form.get("new") != form.get("again"):
        return _passphrase_page(_passphrase_form("again", _(N_("The two passphrases differ.")))), 422
    try:
        old, new = form.get("old", ""), form.get("new", "")
        g.session = accounts.change_passphrase(site().runtime, g.session, old, new, g.now)
    except RuleBroken as broken:
        place = "new" if broken.place == "passphrase" else broken.place
        return _passphrase_page(_passphrase_form(place, refusal(broken))), 422
    return go("passphrase", ".show")


@bp.get("/r")
def codes() -> ResponseReturnValue:
    """The form for new recovery codes."""
    step_up.require(site().runtime, g.session, Act.CHANGE_LOG_IN, g.now)
    return _codes_page()


@bp.post("/r")
def new_codes() -> ResponseReturnValue:
    """Ten new recovery codes, shown once."""
    try:
        values = accounts.new_recovery_codes(site().runtime, g.session, request.form.get("passphrase", ""), g.now)
    except RuleBroken as broken:
        return _codes_page(problem=refusal(broken)), 422
    return _codes_page(values)


@bp.post("/s")
def end_others() -> ResponseReturnValue:
    """End every other session of mine."""
    live_sessions.end_others(g.ctx)
    return go("ended", ".show")


@bp.post("/s/<session>")
def end_one(session: str) -> ResponseReturnValue:
    """End one session of mine; ending this one is logging out."""
    live_sessions.end_one(g.ctx, session)
    return go("one_ended", ".show")


@bp.post("/n")
def keep() -> ResponseReturnValue:
    """Keep what somebody is writing while they look something up, and open the place they wanted."""
    allow(g.ctx, Act.OWN_ACCOUNT)
    address = request.args.get("to", "")
    to = address if sending.OURS.match(address) and leads_to(address, "GET") else "/"
    if sending.untouched():
        return redirect(to, 303)
    origin = sending.own_origin()
    for earlier in request.form.getlist(sending.KEPT):
        g.ctx.work.forms.remove(g.session.actor.user, earlier)
    created = saved_drafts.put(g.ctx, origin, sending.fields()) if origin is not None else ""
    if not created:
        return _not_kept(origin, to), 422
    g.session.row.kept_form = created
    return redirect(to, 303)


@bp.get("/k/<form>")
def restore(form: str) -> ResponseReturnValue:
    """Open the page that a kept form belongs to, filled with it; where it was saved already, what it became."""
    draft = saved_drafts.take(g.ctx, form)
    origin = DraftOrigin(user=g.session.actor.user, form=draft.form, page=draft.page, row=draft.row)
    before = saved_drafts.first(g.ctx, origin, draft.fields)
    if before is not None and before.same:
        g.ctx.after.append(lambda ctx: ctx.work.forms.remove(ctx.actor.user, form))
        return redirect(before.to, 303)
    if not leads_to(draft.page, "GET"):
        return redirect(url_for(".kept_text", form=form), 303)
    say("restored")
    return redirect(f"{draft.page}{'&' if '?' in draft.page else '?'}k={form}", 303)


@bp.get("/k/<form>/t")
def kept_text(form: str) -> ResponseReturnValue:
    """What was typed into a kept form, to read and to copy."""
    draft = saved_drafts.take(g.ctx, form)
    return render_template("signin/account/kept_text.html", form=draft, texts=readable(draft.fields))


@bp.post("/k/<form>")
def drop(form: str) -> ResponseReturnValue:
    """Throw a kept form away."""
    saved_drafts.forget(g.ctx, form)
    if g.session.row.kept_form == form:
        g.session.row.kept_form = ""
    return go("dropped", ".show")


def _passphrase_form(place: str = "", error: str = "") -> SimpleForm:
    labels = {"old": N_("Present passphrase"), "new": N_("New passphrase"), "again": N_("New passphrase again")}
    hints = {"new": _(N_("Six random words, or at least 15 characters"))}
    return SimpleForm(
        fields=tuple(
            secret(name, _(text), required=True, hint=hints.get(name, ""), error=error if name == place else "")
            for name, text in labels.items()
        )
    )


def _not_kept(origin: DraftOrigin | None, to: str) -> str:
    """Nothing is lost when there is no room: the form to be sent after all, or kept in the place of others."""
    g.same_sending = True
    return render_template(
        "signin/account/not_kept.html",
        full=not saved_drafts.too_long(sending.fields()) and saved_drafts.full(g.ctx),
        kept=saved_drafts.offered(g.ctx),
        url=origin.form if origin is not None else "",
        keep_url=url_for(".keep", to=to),
        sent=sending.fields(),
        texts=readable(sending.fields()),
    )


def _passphrase_page(form: SimpleForm) -> str:
    return render_template("signin/account/passphrase.html", form=form)


def _codes_page(values: Sequence[str] = (), *, problem: str = "") -> str:
    form = SimpleForm(fields=(secret("passphrase", _(N_("Passphrase")), required=True, error=problem),))
    return render_template("signin/account/codes.html", form=form, codes=values)
