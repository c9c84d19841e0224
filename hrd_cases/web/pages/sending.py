"""A form on its way in: what it says of itself, whether it was sent before, and how its text is kept.

One rule for every form of every page: it is used up by its first sending, in the transaction that carries it out.
"""

import re
from collections.abc import Iterable, Mapping

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from hrd_cases.services.kernel.context import Context
from hrd_cases.services.signin import saved_drafts
from hrd_cases.services.signin.saved_drafts import DraftOrigin, Fields, Once
from hrd_cases.web.forms.model import PART
from hrd_cases.web.forms.untouched import ReadForm, mark, read_form
from hrd_cases.web.kernel import csrf, handling, policy
from hrd_cases.web.kernel.site import site

KEEP = "_keep"  # the token by which a form is known
KEPT = "_kept"  # which kept form fills this page
SECRETS = ("_passphrase", "_code", "_key", "_to")  # what comes with a form that had to ask: never kept with it
READS = frozenset({"GET", "HEAD"})
WAS = "_was"  # what the form said when its page was made
UNSAID = (csrf.FIELD, KEEP, KEPT, WAS, PART, *SECRETS)
CARRIED_OUT = 303
OURS = re.compile(r"/(?!/)[0-9A-Za-z/]*(\?[0-9A-Za-z=&%_.+-]*)?\Z")
LEAVING = frozenset({"leave.lock", "leave.out", "leave.quickly"})  # a form may be left by these, and is kept
BY_BAR = LEAVING | {"account.keep"}
ONLY_COPIED = frozenset({403, 404, 405})  # sending it once more would be answered in the same way
LONG = 40  # longer than an id or a code


def fields() -> Fields:
    """The text of this request's form, in its order, without tokens and secrets."""
    return tuple(pair for pair in request.form.items(multi=True) if pair[0] not in UNSAID)


def origin_of(token: str) -> DraftOrigin | None:
    """What the token of a form says, if it is one of ours."""
    return saved_drafts.origin(site().runtime, token, g.now) if token else None


def origin() -> DraftOrigin | None:
    """What this request's form says of itself; None for one without a token, or that must not be parsed whole."""
    if request.method in READS or request.endpoint in handling.STREAMED:
        return None
    if policy.of_secrets(request.endpoint) and request.endpoint not in LEAVING:
        return None
    return origin_of(request.form.get(KEEP, ""))


def own_origin() -> DraftOrigin | None:
    """The same if the form was made for whoever sends it."""
    form_origin = origin()
    return (
        form_origin
        if form_origin is not None and g.session is not None and form_origin.user == g.session.actor.user
        else None
    )


def answered_before(ctx: Context) -> Response | None:
    """The answer to a form that was carried out before: where its first sending led."""
    form_origin = _to_be_carried_out()
    before = saved_drafts.first(ctx, form_origin, fields()) if form_origin is not None else None
    return answer_to_second(before, fields()) if before is not None else None


def _to_be_carried_out() -> DraftOrigin | None:
    """The form of this request, where it came to be carried out and not only to be kept or looked at."""
    form_origin = None if request.endpoint in handling.LOOKING else own_origin()
    return form_origin if form_origin is not None and form_origin.form.partition("?")[0] == request.path else None


def answer_to_second(before: saved_drafts.First, sent: Fields, url: str = "") -> Response:
    """On to what the first sending made; or, when this one says something else, a page that loses none of it."""
    if before.same:
        return make_response(redirect(before.to, CARRIED_OUT))
    page = render_template(
        "errors/sent_before.html", to=before.to, url=url or address(), sent=sent, texts=readable(sent)
    )
    return make_response(page, 409)


def carried_out(ctx: Context, response: Response) -> None:
    """Use a form up that has just been carried out; what was kept of it is forgotten."""
    form_origin = _to_be_carried_out()
    if form_origin is None or response.status_code != CARRIED_OUT:
        return
    use_up(ctx, form_origin, fields(), response.location or "/", request.form.getlist(KEPT))


def use_up(ctx: Context, form_origin: DraftOrigin, sent: Fields, to: str, restored: Iterable[str]) -> None:
    """The same for forms that are read piece by piece."""
    saved_drafts.use_up(ctx, form_origin, sent, to)
    for item in restored:
        ctx.work.forms.remove(form_origin.user, item)
        if g.session.row.kept_form == item:
            g.session.row.kept_form = ""


def once_of(arrived: Mapping[str, list[str]], path: str = "") -> Once:
    """The form of this request for an act that makes its own transactions, from its fields as they arrived.

    `path` is where the form is sent by itself, when its files were sent to another address.
    """
    form_origin = origin_of((arrived.get(KEEP) or [""])[0])
    if (
        form_origin is None
        or form_origin.user != g.session.actor.user
        or form_origin.form.partition("?")[0] != (path or request.path)
    ):
        return saved_drafts.NO_FORM
    wording = tuple((name, text) for name, texts in arrived.items() for text in texts if name not in UNSAID)
    return Once(origin=form_origin, fields=wording, restored=tuple(arrived.get(KEPT, ())))


def keep_text() -> str:
    """Seal the text of a form that can not be carried out to the person it was made for; its id, empty if not kept."""
    form_origin = origin()
    return saved_drafts.keep(site().runtime, form_origin, fields(), g.now) if form_origin is not None else ""


def untouched() -> bool:
    """Whether the form says nothing else than when its page was made."""
    was = request.form.get(WAS, "")
    return bool(was) and g.session is not None and g.session.csrf_ok(f"{WAS} {mark(list(fields()))}", was)


def left_form() -> tuple[str, ...]:
    """The path of the form that this request leaves by a button of the bar, which carries the form's own token."""
    form_origin = own_origin() if request.endpoint in BY_BAR else None
    return () if form_origin is None else (form_origin.form.partition("?")[0],)


def leaving() -> None:
    """Keep what somebody was writing when they lock, log out or leave quickly from a page with a form."""
    if own_origin() is not None and not untouched():
        keep_text()


def sent_again(status: int) -> dict[str, object]:
    """What the page of a refusal needs so that nothing typed is lost: the form to send once more, texts to copy."""
    nothing: dict[str, object] = {"sent": None, "texts": (), "again_url": ""}
    if request.method in READS or request.endpoint in handling.STREAMED or policy.of_secrets(request.endpoint):
        return nothing
    if g.get("session") is None or g.session.locked or status in (400, 413):  # what is not let in is not read
        return nothing
    try:
        texts = fields()
    except HTTPException:
        return nothing
    g.same_sending = True
    again = status not in ONLY_COPIED
    return {"sent": texts if again else None, "texts": readable(texts), "again_url": address() if again else ""}


def readable(sent: Fields) -> list[str]:
    """The texts of a form that a person would miss: what was written, not what was chosen or carried along."""
    return [text for name, text in sent if not name.startswith("_") and (" " in text or len(text) > LONG)]


def address() -> str:
    """Where this request came, as a form leads there."""
    return request.full_path if request.query_string else request.path


def page_of_form(form: str) -> str:
    """The page that a form of this answer stands on: an address that can be looked at."""
    if request.method in READS:
        return _without_kept(address())
    form_origin = origin()
    if form_origin is not None:
        return form_origin.page
    return form if leads_to(form, "GET") else "/"


def _without_kept(where: str) -> str:
    path, _, query = where.partition("?")
    rest = [part for part in query.split("&") if part and not part.startswith("k=")]
    return f"{path}?{'&'.join(rest)}" if rest else path


def leads_to(path: str, method: str) -> str:
    """The endpoint of an address of ours; empty where there is none."""
    adapter = current_app.url_map.bind("")
    try:
        endpoint, _args = adapter.match(path.partition("?")[0], method=method)
    except HTTPException:
        return ""
    return str(endpoint)


class Tokens:
    """What the forms of one page carry; called, it is the token of csrf.py."""

    def __init__(self) -> None:
        self.main = ""  # the id of the form whose text is kept when somebody goes on by the bar
        self._drawn = 0

    def __call__(self, url: str) -> str:
        """The token against other sites, of a form that is sent to `url`."""
        return csrf.token(url)

    def hidden(self, url: str) -> list[tuple[str, str]]:
        """What else a form that is sent to `url` carries unseen."""
        if not self._keeps(url):
            return []
        restored = g.get("restored")
        if restored is not None and restored.form == url:
            return [(KEEP, self._token(url, restored.row)), (KEPT, restored.id)]
        if g.get("same_sending") and (result := own_origin()) is not None and result.form == url:
            return [(KEEP, request.form.get(KEEP, ""))]
        return [(KEEP, self._token(url, ""))]

    def name(self, url: str, *, text: bool) -> str:
        """The id of the next form; the first one with text of its own is the one that the bar keeps."""
        self._drawn += 1
        name = f"form-{self._drawn}"
        if text and not self.main and self._keeps(url):
            self.main = name
        return name

    def keep_apart(self, name: str, url: str) -> str:
        """Where a button of the form's own keeps it, if it is not the one that the bar keeps; empty otherwise."""
        if not self.main or name == self.main or not self._keeps(url):
            return ""
        return url_for("account.keep", to=page_of_form(url))

    def read(self, page: str) -> ReadForm:
        """The form that the bar keeps, as it is on the page."""
        return read_form(page, self.main)

    def inner(self, inner: str) -> ReadForm:
        """A form of which this is the inside."""
        return read_form(f'<form id="inner">{inner}</form>', "inner")

    def untouched(self, form: ReadForm) -> str:
        """What the form that the bar keeps says before anybody touches it, so that only a touched one is kept."""
        return str(g.session.csrf(f"{WAS} {mark(form.fields)}"))

    def _keeps(self, url: str) -> bool:
        if g.get("session") is None or g.session.locked:
            return False
        endpoint = leads_to(url, "POST")
        return bool(endpoint) and not policy.of_secrets(endpoint) and not endpoint.startswith("step_up.")

    def _token(self, url: str, row: str) -> str:
        created = DraftOrigin(user=g.session.actor.user, form=url, page=page_of_form(url), row=row)
        return saved_drafts.token(site().runtime, created, g.now)


def tokens() -> Tokens:
    """The tokens of the page that this request is answered with."""
    if "tokens" not in g:
        g.tokens = Tokens()
    result: Tokens = g.tokens
    return result
