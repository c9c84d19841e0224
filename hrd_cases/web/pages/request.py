"""The life of a request: who asks, may they come in, one transaction around the view, nothing shown unasked.

`g.now`, `g.language`, `g.session` are set on arrival; `g.ctx` while a view runs that is not deferred.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO

from flask import Flask, Request, Response, abort, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property
from werkzeug.wrappers import Response as AnyResponse

from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.domain.errors import Changed, Confirmed, NoRoom, RuleBroken, SessionEnded
from hrd_cases.domain.typed_text import tidy
from hrd_cases.services.kernel.catalogues import LANGUAGES
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.signin import saved_drafts
from hrd_cases.web.kernel import cookies, csrf, handling, policy, static_files
from hrd_cases.web.kernel.flash import say
from hrd_cases.web.kernel.i18n import FIRST
from hrd_cases.web.kernel.policy import Openness
from hrd_cases.web.kernel.site import site
from hrd_cases.web.kernel.upload_stream import drain
from hrd_cases.web.pages import sending
from hrd_cases.web.pages.refill import NoSuchForm, refilled
from hrd_cases.web.pages.sending import READS
from hrd_cases.web.templating import QuickEnvironment

AS_TYPED = frozenset({"passphrase", "_passphrase", "old", "new", "again", "own"})  # each sign of a secret counts


class UploadRequest(Request):
    """A request whose files never rest in the clear: Werkzeug would spool them to disk, so it is not let.

    The upload view takes files by reading `stream` itself, or by setting `file_sink` before it looks at the form.
    """

    file_sink: Callable[..., IO[bytes]] | None = None

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """What the address says, pasted text made tidy."""
        return _tidy(super().args)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        self.__dict__["form"] = _tidy(self.__dict__["form"])

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.file_sink is None:
            abort(400)
        return self.file_sink(filename, content_type)


def _tidy(form: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict((name, text if name in AS_TYPED else tidy(text)) for name, text in form.items(multi=True))


class Notes(Flask):
    """The application; it opens and closes the transaction around each view."""

    request_class = UploadRequest
    jinja_environment = QuickEnvironment

    def send_static_file(self, filename: str) -> Response:
        """A static file by its name, or by the one with its hash."""
        return super().send_static_file(static_files.real(self, filename))

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view inside its transaction; a rule broken there is rolled back before its page is made."""
        if request.routing_exception is not None:
            self.raise_routing_exception(request)
        if request.endpoint in handling.DEFERRED:
            return super().dispatch_request()
        return carried(self._viewed, looks=request.method in READS or request.endpoint in handling.LOOKING)

    def _viewed(self) -> AnyResponse:
        restoring(g.ctx)
        response = sending.answered_before(g.ctx)
        if response is None:
            response = restored(self.make_response(super().dispatch_request()))
            sending.carried_out(g.ctx, response)
        return response


def carried(act: Callable[[], AnyResponse], *, looks: bool) -> AnyResponse:
    """Do an act in a transaction of its own: a snapshot for what only looks, else one that writes.

    A rule broken there is rolled back, and the page that again() names is made; without one it is raised.
    """
    try:
        with reading() if looks else site().runtime.writing(g.session, g.now, g.language) as g.ctx:
            response = act()
        return asked_or_nothing(g.ctx, response)
    except (Changed, RuleBroken) as broken:
        make = g.pop("again", None)
        if make is None:
            raise
        with reading() as g.ctx:
            return filled_in(make, broken) if isinstance(broken, Confirmed) else make_response(make(broken))


def reading() -> AbstractContextManager[Context]:
    """A snapshot; its log entries are written before the answer leaves."""
    return site().runtime.reading(g.session, g.now, g.language)


def asked_or_nothing(ctx: Context, response: AnyResponse) -> AnyResponse:
    """The answer, or an empty 500 in place of one that nobody asked the gate about."""
    if response.status_code < 400 and not ctx.asked:
        return Response(status=500)
    return response


def filled_in(make: Callable[[Exception], ResponseReturnValue], confirmed: Confirmed) -> Response:
    """The page of a view with the sent form in it once more; raises Confirmed where the page has no such form."""
    say("look_again")
    response = make_response(make(confirmed))
    try:
        page = refilled(response.get_data(as_text=True), request.path, typed())
    except NoSuchForm:
        g.session.row.messages.clear()
        raise confirmed from None
    response.set_data(page)
    response.status_code = 200  # nothing is wrong with what was typed
    return response


def restoring(ctx: Context) -> None:
    """Look for the kept form that this page is to be filled with; a page without it is the page as it always is."""
    chosen = request.args.get("k", "") if request.method in READS else ""
    if chosen:
        g.restored = saved_drafts.restorable(ctx, chosen)


def restored(response: Response) -> Response:
    """The page filled with a kept form, where its view does not know how to fill it."""
    form = g.get("restored")
    if form is None or g.pop("filled", False) or response.status_code != 200:
        return response
    values: dict[str, list[str]] = {}
    for name, text in form.fields:
        values.setdefault(name, []).append(text)
    try:
        response.set_data(refilled(response.get_data(as_text=True), form.form, values))
    except NoSuchForm:
        return make_response(redirect(url_for("account.kept_text", form=form.id), 303))
    return response


def again(make: Callable[[Exception], ResponseReturnValue]) -> None:
    """Say how the page is made again when the service refuses what was typed; runs in a transaction of its own."""
    g.again = make


def arrive() -> ResponseReturnValue | None:
    """Before every view: who is it, in which language, and may they come in?"""
    g.now = site().clock()
    g.language = language_of(request)
    g.session = None
    if request.endpoint == "static":
        return None
    g.session = current_user.session if current_user.is_authenticated else None
    if g.session is not None:
        request.max_content_length = request.max_form_memory_size = handling.INSIDE
    if g.session is not None and not in_transaction():
        look_at_session()
    csrf.open_door()
    refused = turned_away() or forged()
    if refused is None:
        refuse_without_room()
    return refused


def in_transaction() -> bool:
    """Whether the view's own transaction looks at the session, before anything of the view runs."""
    active = not g.session.locked and g.session.actor.state == ACTIVE
    return active and request.endpoint in policy.POLICY and request.endpoint not in handling.DEFERRED


def look_at_session() -> None:
    """Compare the session with the database; raises SessionEnded, where a page for anybody just forgets it."""
    try:
        with reading():
            pass
    except SessionEnded:
        if policy.of(request.endpoint) is not Openness.PUBLIC:
            raise
        g.session = None


def session_ended(_: SessionEnded) -> ResponseReturnValue:
    """The log-in page in place of what was asked for; what was typed is kept as after any session's end."""
    g.session = None
    return at_the_door("enter.show", "c")


def turned_away() -> ResponseReturnValue | None:
    """Where somebody is sent who may not come in; an address that does not exist turns away like any other."""
    openness = policy.of(request.endpoint)
    if openness is Openness.PUBLIC:
        return None
    if g.session is None:
        return at_the_door("enter.show", "c")
    if openness is Openness.LOCKED:
        return None
    if g.session.locked:
        return at_the_door("enter.locked", "")
    if g.session.actor.state != ACTIVE and openness is not Openness.WAITING:
        return redirect(url_for("enter.waiting"), 303)
    return None


def at_the_door(endpoint: str, message: str) -> ResponseReturnValue:
    """Send somebody to the log-in page; what they had typed is kept for them, sealed, and never carried out."""
    if request.method not in READS:
        message = "b" if sending.keep_text() else "d"
    back = request.path if request.method in READS and endpoint == "enter.locked" else None
    return redirect(url_for(endpoint, m=message or None, b=back), 303)


def typed() -> dict[str, list[str]]:
    """What the form sent, in its order; of one with files, what was read of it piece by piece."""
    arrived: dict[str, list[str]] | None = g.get("arrived")
    return dict(request.form.lists()) if arrived is None else dict(arrived)


def page_number(name: str = "n") -> int:
    """Which page of a long list the address asks for, from 1."""
    text = request.args.get(name, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def forged() -> ResponseReturnValue | None:
    """Refuse what changes something and does not come from a page of ours."""
    if request.method in READS or request.routing_exception is not None:
        return None
    if csrf.from_here() if request.endpoint in handling.STREAMED else csrf.accepted(request.path, *sending.left_form()):
        return None
    if csrf.from_here() and sending.own_origin() is not None and (form := sending.keep_text()):
        return redirect(url_for("account.restore", form=form), 303)  # of an earlier session of theirs: kept, not done
    return abort(400)


def refuse_without_room() -> None:
    """Refuse what writes more than the log while the disk has room for reading alone; raises NoRoom."""
    if request.method in READS or not policy.needs_room(request.endpoint):
        return
    streamed, runtime = request.endpoint in handling.STREAMED, site().runtime
    coming = (request.content_length or 0) if streamed else 0
    if runtime.blobs.room.is_low(coming) or (runtime.database.room is not None and runtime.database.room.is_low()):
        if streamed:
            drain(request)
        raise NoRoom


def language_of(request: Request) -> str:
    """The language chosen here, else the one the browser prefers of ours."""
    chosen = cookies.read(request, cookies.LANGUAGE)
    if chosen in LANGUAGES:
        return chosen
    values = (code.split("-")[0].lower() for code in request.accept_languages.values())
    return next((code for code in values if code in LANGUAGES), FIRST)
