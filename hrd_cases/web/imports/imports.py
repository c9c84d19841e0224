"""A list from a spreadsheet: sent, its columns named, its rows checked and corrected, and made records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import NO_CASE, CaseId, case_id
from hrd_cases.domain.importers.model import Importer
from hrd_cases.domain.importers.near_words import folded
from hrd_cases.domain.importers.registry import IMPORTERS, importer
from hrd_cases.domain.sheets.model import MOST_BYTES, MOST_ROWS, SheetRow
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import cases
from hrd_cases.services.evidence.sealed_files import TooLong
from hrd_cases.services.imports import dry_runs, importing, uploads
from hrd_cases.services.imports import lists as import_lists
from hrd_cases.services.imports.importing import NEW, OUT, RowRecord
from hrd_cases.services.imports.lists import BATCH, ImportState, OpenImport
from hrd_cases.services.records import records
from hrd_cases.services.signin.saved_drafts import SentBefore
from hrd_cases.web.forms.model import FormField, Lists
from hrd_cases.web.imports.columns import Columns, columns_of, named
from hrd_cases.web.imports.rows import (
    ALONE,
    EMPTY,
    HERE,
    LEFT,
    LIKE,
    READY,
    TWICE,
    WRONG,
    CheckedRow,
    RowCheck,
    propose,
)
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go, say
from hrd_cases.web.kernel.handling import MEGABYTE
from hrd_cases.web.kernel.site import site
from hrd_cases.web.kernel.upload_stream import Dropped, arriving
from hrd_cases.web.pages.form_fields import SimpleForm, refusal
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.request import again, reading, typed
from hrd_cases.web.pages.sending import answer_to_second, once_of

bp = Blueprint("imports", __name__, url_prefix=urls.path("imports"))
KIND, WHERE = "kind", "where"  # fields of the first form
SHOWN = 20  # rows with something to decide, on one page
LISTED = 50  # rows that are ready
CHOICE = "_choice"  # after the number of a row: what becomes of it
ALL = "_all"  # the button that decides every row of a kind


@bp.get("")
def index() -> ResponseReturnValue:
    """Lists under way, and the form that sends another."""
    return _index({WHERE: [request.args.get("c", "")], KIND: [request.args.get("t", "")]})


@bp.post("/n")
def take() -> ResponseReturnValue:
    """Take a file in."""
    intake = uploads.begin(site().runtime, g.session, g.now, g.language, lambda sheet: url_for(".columns", sheet=sheet))
    arrival = arriving(intake, 2 * MOST_BYTES)
    try:
        arrival.read()
        sent = {name: (arrival.fields.get(name) or [""])[0] for name in (KIND, WHERE)}
        sheet = intake.keep(sent[KIND], _case_of(sent), once_of(arrival.fields), site().clock())
    except SentBefore as before:
        return answer_to_second(before.first, ())
    except RuleBroken as broken:
        arrival.drain()
        with reading() as g.ctx:
            return make_response(_index(arrival.fields, {broken.place: refusal(broken)}), 422)
    except Dropped:
        return make_response(render_template("errors/400.html"), 400)
    except (TooLong, RequestEntityTooLarge):
        arrival.drain()
        return make_response(render_template("errors/413.html", megabytes=MOST_BYTES // MEGABYTE), 413)
    return redirect(url_for(".columns", sheet=sheet), 303)


@bp.get("/<sheet>")
def show(sheet: str) -> ResponseReturnValue:
    """What would become of the next rows; nothing is made by looking."""
    item = import_lists.read(g.ctx, sheet)
    if item.state.done:
        return render_template("imports/done.html", state=item.state, sheet=sheet, entity=_entity(item))
    if not item.state.columns:
        return redirect(url_for(".columns", sheet=sheet), 303)
    return _report(item)


@bp.get("/<sheet>/a")
def check_all(sheet: str) -> ResponseReturnValue:
    """What would become of every row from here on: some parts at each visit; nothing is made by looking."""
    item = import_lists.read(g.ctx, sheet)
    state = item.state
    if state.done or not state.columns:
        return redirect(url_for(".show", sheet=sheet), 303)
    importing.ready(g.ctx, importer(state.kind), state.case)
    run, check = dry_runs.of(g.ctx, item), _check(item)
    for part in range(run.part, min(run.part + dry_runs.PARTS, state.place.parts + 1)):
        rows = check.every(import_lists.rows_of(g.ctx, item, part))
        marked = [(row.number, row.state, getattr(row.value, "sheet_row", "")) for row in rows]
        dry_runs.advance(g.ctx, run, part, marked)
    goes_on = run.part <= state.place.parts
    page = render_template("imports/check_all.html", item=item, run=run, goes_on=goes_on, entity=_entity(item))
    response = make_response(page)
    if goes_on and not request.args.get("still"):
        response.headers["Refresh"] = "1"
    return response


@bp.get("/<sheet>/c")
def columns(sheet: str) -> ResponseReturnValue:
    """Which columns were found, and what each means."""
    item = import_lists.read(g.ctx, sheet)
    state = item.state
    if state.done:
        return redirect(url_for(".show", sheet=sheet), 303)
    if not state.columns:
        item = replace(item, state=_proposed(item))
    return _columns_page(item, columns_of(g.ctx, item, _lists(state)))


@bp.post("/<sheet>/c")
def save_columns(sheet: str) -> ResponseReturnValue:
    """Keep what the columns mean; another sheet or row of headings is looked at first."""
    item = import_lists.read(g.ctx, sheet)
    state, sent = item.state, typed()
    if state.done:
        return redirect(url_for(".show", sheet=sheet), 303)
    view = columns_of(g.ctx, item, _lists(state))
    moved = view.moved(sent)
    if moved is not None:
        item = replace(item, state=replace(moved, columns={}))
        import_lists.put(g.ctx, item, replace(moved, columns=_proposed(item).columns))
        return redirect(url_for(".columns", sheet=sheet), 303)
    chosen, errors = view.read(sent)
    if errors:
        item = replace(item, state=chosen)
        return make_response(_columns_page(item, columns_of(g.ctx, item, _lists(state)), errors), 422)
    import_lists.put(g.ctx, item, chosen)
    import_lists.remember(g.ctx, state.kind, view.meant(chosen))
    return redirect(url_for(".show", sheet=sheet), 303)


@bp.post("/<sheet>")
def correct(sheet: str) -> ResponseReturnValue:
    """Keep what was typed in place of cells, and what was decided, and check again."""
    item = import_lists.read(g.ctx, sheet)
    if not item.state.done:
        import_lists.put(g.ctx, item, _corrected(item, typed()))
    return redirect(url_for(".show", sheet=sheet, _anchor="rows"), 303)


@bp.post("/<sheet>/g")
def import_rows(sheet: str) -> ResponseReturnValue:
    """Make the checked rows records, all of them or none."""
    item = import_lists.read(g.ctx, sheet)
    again(lambda broken: _report(item, problem=refusal(broken)))
    state = item.state
    if state.done or request.form.get("part") != str(state.part):
        return redirect(url_for(".show", sheet=sheet), 303)
    rows = _check(item).every(import_lists.rows_of(g.ctx, item, state.part))
    if any(row.state in (WRONG, LIKE, ALONE) for row in rows):
        return redirect(url_for(".show", sheet=sheet), 303)
    ready = [RowRecord(value=row.value, existing=row.existing) for row in rows if row.state == READY]
    importing.import_rows(g.ctx, importer(state.kind), state.case, ready, len(rows) - len(ready))
    used = sum(1 for row in ready if row.existing)
    counted = replace(
        state,
        made=state.made + len(ready) - used,
        used=state.used + used + sum(1 for row in rows if row.state == HERE),
        left_out=state.left_out + sum(1 for row in rows if row.state in (LEFT, TWICE)),
        fixed={},
        choices={},
    )
    import_lists.put(g.ctx, item, replace(counted, part=state.part + 1, done=state.last))
    say("list_brought_in")
    return redirect(url_for(".show", sheet=sheet), 303)


@bp.post("/<sheet>/x")
def remove(sheet: str) -> ResponseReturnValue:
    """Forget a list; what came in stays."""
    import_lists.remove(g.ctx, sheet)
    return go("list_removed", ".index")


def _case_of(sent: Mapping[str, str]) -> CaseId:
    """The case that the rows go into; none for what stands in the directory."""
    kind = IMPORTERS.get(sent[KIND])
    if kind is None:
        raise RuleBroken(N_("Choose what the rows are."), place=KIND)
    if kind.in_case and not sent[WHERE]:
        raise RuleBroken(N_("Choose the case that the rows belong to."), place=WHERE)
    return case_id(sent[WHERE]) if kind.in_case else NO_CASE


def _index(sent: Mapping[str, list[str]], errors: Mapping[str, str] | None = None) -> str:
    wrong = errors or {}
    titles = sorted(cases.titles(g.ctx).items(), key=lambda pair: pair[1].casefold())
    kind, case = ((sent.get(name) or [""])[0] for name in (KIND, WHERE))
    kinds = [(code, _(item.entity.plural)) for code, item in IMPORTERS.items()]
    hint = _(N_("XLSX or CSV, at most %(size)s MB and %(rows)s rows. The list is encrypted at once and kept only so."))
    fields = (
        FormField(
            name=KIND,
            id="f-kind",
            kind="radios",
            label=_(N_("What each row is")),
            required=True,
            error=wrong.get(KIND, ""),
            options=tuple((code, label, code == kind) for code, label in kinds),
        ),
        FormField(
            name=WHERE,
            id="f-case",
            kind="select",
            label=_(N_("Case that the rows belong to")),
            hint=_(N_("Companies belong to no case: leave it empty for them.")),
            error=wrong.get(WHERE, ""),
            options=(("", "—", not case), *((code, title, code == case) for code, title in titles)),
        ),
        FormField(
            name="file",
            id="f-file",
            kind="file",
            label=_(N_("File with the list")),
            hint=hint % {"size": MOST_BYTES // MEGABYTE, "rows": MOST_ROWS},
            required=True,
            error=wrong.get("file", ""),
            accept=".xlsx,.xlsm,.csv,.tsv,.txt",
        ),
    )
    under_way = [(item, _entity(item)) for item in import_lists.mine(g.ctx)]
    form = SimpleForm(fields=fields)
    return render_template("imports/index.html", form=form, under_way=under_way, titles=dict(titles))


def _entity(item: OpenImport) -> object:
    return importer(item.state.kind).entity


def _lists(state: ImportState) -> Lists:
    """The lists of a form, each made once for all rows."""
    every = lists(g.ctx, state.case or None)
    return replace(every, coded=cache(every.coded), every=cache(every.every))


def _headings(item: OpenImport) -> list[str]:
    return import_lists.headings(import_lists.rows_of(g.ctx, item, 1), item.state.head)


def _proposed(item: OpenImport) -> ImportState:
    kind, headings = importer(item.state.kind), _headings(item)
    before = import_lists.remembered(g.ctx, item.state.kind)
    return replace(item.state, columns=propose(kind, headings, before))


def _columns_page(item: OpenImport, view: Columns, errors: Mapping[str, str] | None = None) -> str:
    form = SimpleForm(fields=tuple(view.fields(errors or {})))
    return render_template("imports/columns.html", form=form, item=item, entity=_entity(item), view=view)


def _check(item: OpenImport) -> RowCheck:
    kind: Importer = importer(item.state.kind)
    return RowCheck(
        importer=kind,
        state=item.state,
        headings=_headings(item),
        base=records.start(g.ctx, kind.cls, item.state.case or None),
        lists=_lists(item.state),
        allowed=importing.writable(g.ctx, kind, item.state.case),
        existing=importing.existing(g.ctx, kind, item.state.case),
        language=g.language,
    )


def _report(item: OpenImport, problem: str = "") -> ResponseReturnValue:
    importing.ready(g.ctx, importer(item.state.kind), item.state.case)
    cells = import_lists.rows_of(g.ctx, item, item.state.part)
    check = _check(item)
    by_state = _by_state(check.every(cells))
    wrong = by_state[WRONG][:SHOWN]
    summary = [(field.id, _error_line(row, field)) for row in wrong for field in row.fields]
    page = render_template(
        "imports/report.html",
        item=item,
        state=item.state,
        entity=_entity(item),
        by_state=by_state,
        wrong=wrong,
        like=by_state[LIKE][: SHOWN - len(wrong)] if len(wrong) < SHOWN else [],
        alone=by_state[ALONE][:SHOWN],
        read_as=check.read_as,
        listed=LISTED,
        form={"errors": summary},
        problem=problem,
        url_of=lambda record: urls.of(item.state.kind, record, item.state.case or None),
        unread=_unread(item, cells),
        batch=BATCH,
    )
    return make_response(page, 422 if problem else 200)


def _error_line(row: CheckedRow, field: FormField) -> str:
    """What is wrong, with the row and the column."""
    place = _(N_("Row %(row)s")) % {"row": row.number}
    return f"{place}, {field.label}: {field.error}"


def _by_state(rows: Iterable[CheckedRow]) -> dict[str, list[CheckedRow]]:
    by_state: dict[str, list[CheckedRow]] = {code: [] for code in (WRONG, LIKE, ALONE, READY, HERE, TWICE, LEFT)}
    for row in rows:
        by_state[row.state].append(row)
    return by_state


def _unread(item: OpenImport, rows: Sequence[SheetRow]) -> list[str]:
    """The headings, or letters, of columns that hold something and come in as nothing."""
    headings = _headings(item)
    filled: set[int] = set()
    for row in rows:
        if row.number > item.state.head:
            filled.update(at for at, text in enumerate(row.cells) if text)
    rest = [at for at in sorted(filled) if str(at) not in item.state.columns]
    return [(headings[at] if at < len(headings) else "") or named(at) for at in rest]


def _corrected(item: OpenImport, sent: Mapping[str, list[str]]) -> ImportState:
    """The state with what the form of the report says: texts by row and control, decisions by row."""
    state, check = item.state, _check(item)
    rows = {row.number: row for row in check.every(import_lists.rows_of(g.ctx, item, state.part))}
    fixed = {row: dict(texts) for row, texts in state.fixed.items()}
    words = {name: dict(said) for name, said in state.words.items()}
    choices = {**state.choices, **_for_all(rows.values(), (sent.get(ALL) or [""])[0])}
    for name, texts in sent.items():
        number, _dot, control = name.partition(".")
        row = rows.get(int(number)) if number.isdecimal() and len(number) < 8 else None
        if row is None or not control:
            continue
        if control == CHOICE:
            choices[number] = texts[0][:40]
            continue
        if texts == row.typed.get(control):
            continue
        word = check.word_for_all(row.typed, control)
        if word is not None:
            said = ["" if text == EMPTY else text for text in texts]
            words.setdefault(word[0], {}).update({folded(word[1]): said} if any(texts) else {})
        elif control in row.errors:
            fixed.setdefault(number, {})[control] = list(texts)
    return replace(state, fixed=fixed, words=words, choices=choices)


def _for_all(rows: Iterable[CheckedRow], code: str) -> dict[str, str]:
    """The same decision for every row that waits for one: "wrong-out" leaves out what is wrong."""
    if code == "wrong-out":
        return {str(row.number): OUT for row in rows if row.state == WRONG}
    if code in ("alone-out", "alone-new"):
        return {str(row.number): code.removeprefix("alone-") for row in rows if row.state == ALONE}
    waiting = [row for row in rows if row.state == LIKE]
    if code == "like-new":
        return {str(row.number): NEW for row in waiting}
    if code == "like-use":
        return {str(row.number): row.like[0][0] for row in waiting if len(row.like) == 1}
    return {}
