"""`hrd-cases recovery export, use, import, certify`: keys asked for on the server, opened offline, taken in again."""

import shlex
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import click

from hrd_cases.cli.custodians import ROOM, agree, free, gather, read_file, write_new
from hrd_cases.cli.options import FILE, argument, command, option
from hrd_cases.cli.place import now, organisation, sign_in
from hrd_cases.cli.terminal import refuse, say, say_json, say_rows
from hrd_cases.cli.words import _, ngettext, role_words
from hrd_cases.domain.access.roles import ROLES
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.vocabulary import LANGUAGES
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.recovery import answering, newcomers, offline, requests
from hrd_cases.services.recovery.offline import Summary
from hrd_cases.services.recovery.requests import RequestedKeys

of_words = option(
    "--language",
    type=click.Choice(LANGUAGES),
    expose_value=False,
    help=N_("of the words shown"),
)


@command("export")
@argument("file", type=FILE, metavar="REQUEST", help=N_("where the request is written"))
@option("--for", "account", required=True, metavar="ACCOUNT", help=N_("whose key is to open them: its id"))
@option("--case", multiple=True, metavar="ID", help=N_("a case by id; may be given several times"))
@option("--of", default="", metavar="ACCOUNT", help=N_("every case that this account was on, as it was on it"))
@option("--certify", multiple=True, type=click.Choice(tuple(ROLES)), help=N_("let the root admit the account"))
@option("--reason", required=True, help=N_("the reason; the custodians read it, and the audit log records it"))
@option("--by-custodians", is_flag=True, help=N_("nobody logs in: the answer counts only with the root's signature"))
def export(
    *,
    file: Path,
    account: str,
    case: tuple[CaseId, ...],
    of: str,
    certify: tuple[str, ...],
    reason: str,
    by_custodians: bool,
) -> int:
    """Write a request."""
    free(file)
    requested = RequestedKeys(
        account=account,
        cases=case,
        of=of,
        certify=frozenset(certify),
        reason=reason,
    )
    with organisation() as runtime, ExitStack() as ending:
        first, second = (None, None) if by_custodians else _two(runtime, ending)
        with runtime.writing(first, now()) as ctx:
            request = requests.ask(ctx, requested, second)
    write_new(file, request.data)
    many = ngettext(
        "%(file)s: a request for %(num)s case.", "%(file)s: a request for %(num)s cases.", request.cases, file=file
    )
    opens_nothing = _("It opens nothing; carry it to a machine without a network.")
    say(f"{many} {opens_nothing}")
    words = " ".join(words_of(request.fingerprint))
    say(_("Key words of the person, to compare there: %(words)s", words=words))
    for vault in request.left_out:
        say(_(LEFT_OUT, id=vault) + " " + _("See hrd-cases check."))
    command = f"hrd-cases recovery use {shlex.quote(str(file))} ANSWER"
    say(_("There: %(command)s", command=command) + (" " + _("(root and recovery cards)") if request.by_root else ""))
    return 0


@command("newcomer")
@option("--account", default="", metavar="ACCOUNT", help=N_("for new keys of this account, not a newcomer"))
@option("--list", "waiting", is_flag=True, help=N_("show who made keys and waits"))
@option("--json", "as_json", is_flag=True, help=N_("answer in JSON (only with --list)"))
def newcomer(*, account: str, waiting: bool, as_json: bool) -> int:
    """Make a code, or show who waits."""
    if as_json and not waiting:
        refuse(_("Use --json only with --list."))
    with organisation() as runtime:
        if waiting:
            with runtime.reading(None, now()) as ctx:
                _say_waiting(newcomers.waiting(ctx), as_json=as_json)
            return 0
        with runtime.writing(None, now()) as ctx:
            code = newcomers.code(ctx, account)
    say(_("One-time code: %(code)s", code=code))
    say(_("The code alone admits nobody: the person waits until the custodians certify their key with the root cards."))
    say(_("Then: %(command)s", command="hrd-cases recovery newcomer --list"))
    say(_("Then: %(command)s", command="hrd-cases recovery export --by-custodians --certify administrator"))
    return 0


def _say_waiting(waiting: Iterable[newcomers.WaitingNewcomer], *, as_json: bool) -> None:
    if as_json:
        say_json([{"account": waiting_item.account, "words": list(waiting_item.words)} for waiting_item in waiting])
        return
    for item in waiting:
        say(f"{item.account}  {' '.join(item.words)}")


@command("use")
@argument("request", type=FILE)
@argument("answer", type=FILE, help=N_("where the answer is written"))
@of_words
def use(*, request: Path, answer: Path) -> int:
    """Open a request with cards."""
    data = read_file(request)
    free(answer, room=len(data) * 2 + ROOM)
    recovery_request = offline.read_request(data)
    summary = offline.summary(recovery_request)
    _show(summary)
    agree(_("Does everybody here agree, and did the person read out the same eight words?"))
    both = summary.by_root or summary.certify
    record = offline.cards_of(recovery_request)
    hands = gather(("root", "recovery") if both else ("recovery",), record)
    answered = offline.answer(recovery_request, hands["recovery"].seed(), hands["root"].seed() if both else None)
    write_new(answer, answered.data)
    for vault in answered.left_out:
        say(_(LEFT_OUT, id=vault))
    say(_("%(file)s: opened and wrapped to the person's key alone.", file=answer))
    say(_("On the server: %(command)s", command=f"hrd-cases recovery import {shlex.quote(str(answer))}"))
    return 0


@command("import")
@argument("answer", type=FILE)
def take_in(*, answer: Path) -> int:
    """Take an answer in."""
    data = read_file(answer)
    with organisation() as runtime, ExitStack() as ending:
        with runtime.reading(None, now()) as ctx:
            alone = answering.by_root(ctx, data)
        session = None if alone else _one(runtime, ending)
        with runtime.writing(session, now()) as ctx:
            used = answering.take_in(ctx, data)
    if used.certified:
        say(_("The root admitted account %(account)s.", account=used.account))
    values = {"cases": used.cases, "account": used.account}
    say(_("Keys of cases (%(cases)s) wait for account %(account)s; they open at its next log-in.", **values))
    for vault in used.changed:
        say(_("Not imported, because its team changed since the request: %(id)s. Ask for it again.", id=vault))
    return 0


@command("certify")
@argument("request", type=FILE)
@argument("answer", type=FILE, help=N_("where the certificate is written"))
@of_words
def certify(*, request: Path, answer: Path) -> int:
    """Sign a founder's key."""
    free(answer)
    certify_request = offline.read_certify(read_file(request))
    _show(offline.summary(certify_request))
    agree(_("Does everybody here agree, and did the founder read out the same eight words?"))
    hands = gather(("root",))
    write_new(answer, offline.certify(certify_request, hands["root"].seed()))
    say(_("%(file)s: carry it back to where hrd-cases init waits for it.", file=answer))
    return 0


def _show(summary: Summary) -> None:
    """What people agree to."""
    say(_("The keys are in this machine's memory until this command ends; they are written to no disk."))
    roles = role_words(summary.roles)
    rows = [(_("Why:"), summary.reason)] if summary.reason else []
    rows.append((_("Roles of the person:"), roles + (" " + _("(the root admits them)") if summary.certify else "")))
    if summary.offices:
        rows.append((_("Offices:"), ", ".join(_(OFFICES.get(office, office)) for office in summary.offices)))
    rows += [(_("Case:"), case) for case in summary.cases]
    if summary.cases:
        rows.append((_("Cases in all:"), str(len(summary.cases))))
    rows.append((_("Words of the person:"), " ".join(summary.person_words)))
    rows.append((_("Words on the cards:"), " ".join(summary.pins_words)))
    say_rows(*rows)


def _two(runtime: Runtime, ending: ExitStack) -> tuple[Session, Session]:
    say(_("An administrator logs in."))
    first = _one(runtime, ending)
    say(_("A second person logs in: another administrator or, where there is none, somebody else who is admitted."))
    return first, _one(runtime, ending)


def _one(runtime: Runtime, ending: ExitStack) -> Session:
    session = sign_in(runtime)
    ending.callback(runtime.sessions.end, session.cookie)
    return session


LEFT_OUT = N_("Left out, because its headers or wraps are not in order: %(id)s.")
OFFICES = {"directory": N_("directory"), "trends": N_("trends"), "log": N_("log")}
