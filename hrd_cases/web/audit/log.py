"""The log for auditors, and for the people of a case the page of who opened it."""

from datetime import date

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.dates import BadDate
from hrd_cases.domain.fields import ENTITIES
from hrd_cases.domain.ids import CaseId, case_id
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import read_date
from hrd_cases.services.access import access_log
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.audit.audit_reader import LogFilter
from hrd_cases.services.kernel import audit_messages
from hrd_cases.services.keys.audit_writer import Attributed
from hrd_cases.web.forms.model import FormField, identifier
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import form_fields
from hrd_cases.web.pages.form_fields import SimpleForm, bad_date, refusal
from hrd_cases.web.pages.layout import _, role_words
from hrd_cases.web.pages.request import again, page_number

bp = Blueprint("log", __name__, url_prefix=urls.path("log"))
opened = Blueprint("opened", __name__, url_prefix=urls.path("cases"))


@bp.get("")
def show() -> ResponseReturnValue:
    """The log, newest first, narrowed to days, a class, a person, a case."""
    return _page()


@bp.get("/v")
def verify() -> ResponseReturnValue:
    """Compute the whole chain again, and say what was found."""
    return render_template("audit/verify.html", found=audit_reader.verify(g.ctx))


@bp.get("/x")
def export_form() -> ResponseReturnValue:
    """What the copy is for: a page of its own, so that neither this nor a typed filter loses the other."""
    return _export_page()


@bp.post("/x")
def export() -> ResponseReturnValue:
    """The whole log for verification elsewhere; its details stay sealed."""
    purpose = request.form.get("purpose", "")
    again(lambda broken: make_response(_export_page(purpose, refusal(broken)), 422))
    response = make_response(audit_reader.export(g.ctx, purpose))
    response.headers["Content-Type"] = "application/x-ndjson"
    response.headers["Content-Disposition"] = 'attachment; filename="log.jsonl"'
    return response


@bp.get("/w")
def weekly() -> ResponseReturnValue:
    """The log as it stands today, to print and keep away from the server."""
    return render_template("audit/weekly.html", found=audit_reader.weekly(g.ctx))


@bp.get("/w/n")
def note() -> ResponseReturnValue:
    """The same as a signed note in a file."""
    result = audit_reader.weekly(g.ctx)
    response = make_response(result.note)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="checkpoint-{result.checkpoint.size}.txt"'
    return response


@opened.get("/<case>/opened")
def who(case: CaseId) -> ResponseReturnValue:
    """Who opened this case."""
    openings = access_log.who_opened(g.ctx, case, page_number())
    days = [_of_day(day, case) for day in openings.page.items]
    return render_template("audit/opened.html", case=case, found=openings, days=days)


def _of_day(day: access_log.DayOfOpenings, case: CaseId) -> dict[str, object]:
    return {
        "day": day.day,
        "who": _who(day, day.name or _(N_("a colleague"))),
        "read": day.read,
        "changed": day.changed,
        "refused": day.refused,
        "lines": [_opening(opening, case) for opening in day.openings],
    }


def _opening(opening: access_log.Opening, case: CaseId) -> dict[str, object]:
    label = ENTITIES[opening.code].label if opening.code else ""
    return {
        "time": opening.at.astimezone(g.ctx.runtime.zone).strftime("%H:%M") if opening.at is not None else "",
        "hour": opening.hour,
        "act": _(audit_messages.sentence(opening.act)),
        "times": opening.times,
        "refused": opening.refused,
        "title": _(opening.title) or _(label),
        "url": urls.of(opening.code, opening.record, case) if opening.code else "",
    }


def _export_page(purpose: str = "", error: str = "") -> ResponseReturnValue:
    audit_reader.may_export(g.ctx)
    return make_response(render_template("audit/export.html", form=SimpleForm(fields=(_purpose(purpose, error),))))


def _page() -> ResponseReturnValue:
    form = request.args
    since, bad_since = _day(form.get("f", ""), last=False)
    until, bad_until = _day(form.get("t", ""), last=True)
    log_filter = LogFilter(
        since=since,
        until=until,
        klass=form.get("k", "") if form.get("k", "") in audit_messages.CLASSES else "",
        user=form.get("u", "")[:32],
        case=case_id(form.get("c", "").strip()[:32]),
        page=page_number(),
    )
    result = audit_reader.entries(g.ctx, log_filter)
    page = render_template(
        "audit/show.html",
        found=result,
        lines=[_line(line) for line in result.items],
        form=_filters(log_filter, {"f": bad_since, "t": bad_until}),
        checkpoint=audit_reader.checkpoint(g.ctx),
        previous=_link(result.page - 1) if result.page > 1 else "",
        following=_link(result.page + 1) if result.page < result.pages else "",
        wide=True,
    )
    return make_response(page, 422 if bad_since or bad_until else 200)


def _line(line: audit_reader.LogLine) -> dict[str, object]:
    return {
        "seq": line.seq,
        "at": line.at,
        "day": line.day,
        "klass": _(audit_messages.CLASSES[line.klass]) if line.klass in audit_messages.CLASSES else line.klass,
        "refused": line.klass == "refused",
        "opened": line.opened,
        "who": _who(line, line.name or line.user[:8]),
        "act": _(audit_messages.sentence(line.act)),
        "case": line.vault,
        "case_url": url_for("log.show", c=line.vault) if line.vault else "",
        "record": line.record if line.record != line.vault else "",
        "more": "; ".join(
            f"{_(audit_messages.DETAILS.get(name, name))}: {_detail(name, text)}" for name, text in line.more
        ),
    }


def _who(line: Attributed, name: str) -> dict[str, str]:
    """Who it was, and whose word that is: only what somebody signed stands in their name."""
    if line.signed:
        return {"text": name}
    if line.made_up:
        return {"text": _(N_("made up")), "sub": _(N_("it names %(name)s")) % {"name": name}}
    if not name:
        return {"text": _(N_("nobody logged in"))}
    return {"text": _(N_("said by the server")), "sub": _(N_("about %(name)s")) % {"name": name}}


def _detail(name: str, text: str) -> str:
    if name == "roles":
        return role_words(text.split(", "))
    if name == "kind" and text in ENTITIES:
        return _(ENTITIES[text].plural)
    words = audit_messages.SAID if name in ("answer", "by") else None
    return ", ".join(_(words[item]) if item in words else item for item in text.split(", ")) if words else text


def _filters(log_filter: LogFilter, error: dict[str, str]) -> SimpleForm:
    anyone, everything = ("", _(N_("Everybody"))), ("", _(N_("Everything")))
    people = [anyone, *((user, name or user[:8]) for user, name in audit_reader.people(g.ctx))]
    classes = [everything, *((code, _(text)) for code, text in audit_messages.CLASSES.items())]
    return SimpleForm(
        fields=(
            _text("f", N_("From day"), error["f"]),
            _text("t", N_("To day"), error["t"]),
            _choice("k", N_("What"), classes, log_filter.klass),
            _choice("u", N_("Who"), people, log_filter.user),
            _text("c", N_("Case or record, by its id"), ""),
        )
    )


def _text(name: str, text: str, error: str) -> FormField:
    return form_fields.line(name, _(text), value=request.args.get(name, "")[:40], error=error)


def _choice(name: str, text: str, choices: list[tuple[str, str]], chosen: str) -> FormField:
    options = tuple((code, words, code == chosen) for code, words in choices)
    return FormField(kind="select", name=name, id=identifier(name), label=_(text), options=options)


def _purpose(purpose: str, error: str) -> FormField:
    return form_fields.line(
        "purpose",
        _(N_("What the copy is for")),
        hint=_(N_("This is written to the audit log. The copy has no names; details stay encrypted.")),
        value=purpose,
        error=error,
        required=True,
    )


def _day(text: str, *, last: bool) -> tuple[date | None, str]:
    try:
        partial_date = read_date(text[:80], g.ctx.today)
    except BadDate as bad:
        return None, bad_date(bad)
    if partial_date is None:
        return None, ""
    return (partial_date.last if last else partial_date.first), ""


def _link(page: int) -> str:
    values = {name: request.args[name] for name in ("f", "t", "k", "u", "c") if request.args.get(name)}
    return url_for("log.show", **{**values, "n": page})  # type: ignore[arg-type]  # letters of ours, never its options
