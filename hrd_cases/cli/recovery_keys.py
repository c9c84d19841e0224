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
from hrd_cases.crypto.ceremony.custody_record import CustodyRecord
from hrd_cases.crypto.core.certificates import key_words
from hrd_cases.crypto.core.passphrases import compared_words
from hrd_cases.domain.access.roles import ADMINISTRATOR, LAWYER, ROLES
from hrd_cases.domain.dates import day_of
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.vocabulary import LANGUAGES
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.recovery import answering, custody_records, newcomers, offline, requests
from hrd_cases.services.recovery.custody import words_of_pins
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
    command = f"hrd-cases recovery use {shlex.quote(str(file))} ANSWER --record RECORD"
    say(_("The custodians bring their record (--record); without it, the root cards are needed too."))
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


@command("record")
@argument("file", type=FILE, metavar="RECORD", help=N_("where the record is written"))
@option("--by-custodians", is_flag=True, help=N_("nobody logs in: the root is to sign it offline (recovery certify)"))
@of_words
def record(*, file: Path, by_custodians: bool) -> int:
    """Write the record of who counts."""
    free(file)
    with organisation() as runtime, ExitStack() as ending:
        if by_custodians:
            with runtime.reading(None, now()) as ctx:
                drawn_up = custody_records.draw_up(ctx)
            data = drawn_up.encode()
        else:
            first, second = _two(runtime, ending)
            with runtime.writing(first, now()) as ctx:
                signed = custody_records.sign(ctx, second)
            drawn_up, data = signed.newest(), signed.encode()
    write_new(file, data)
    _show_record(drawn_up)
    if by_custodians:
        place = shlex.quote(str(file))
        say(_("Offline: %(command)s", command=f"hrd-cases recovery certify {place} RECORD"))
        say(_("Then on the server: %(command)s", command="hrd-cases recovery adopt RECORD"))
    else:
        say(_("This record of the custodians counts now. Each custodian takes a copy, and prints it."))
    return 0


@command("use")
@argument("request", type=FILE)
@argument("answer", type=FILE, help=N_("where the answer is written"))
@option("--record", "brought", type=FILE, help=N_("the record that the custodians brought; without it the root signs"))
@of_words
def use(*, request: Path, answer: Path, brought: Path | None) -> int:
    """Open a request with cards."""
    data = read_file(request)
    free(answer, room=len(data) * 2 + ROOM)
    signed = offline.read_request(data)
    kept = offline.read_record(read_file(brought)) if brought else None
    summary = offline.summary(signed, kept)
    if kept is not None:
        _show_record(kept)
        _show_age(kept)
    _show(summary)
    agree(_("Does everybody here agree, and did the person read out the same eight words?"))
    both = bool(summary.root_because)
    hands = gather(("root", "recovery") if both else ("recovery",), offline.cards_of(signed, kept))
    answered = offline.answer(signed, kept, hands["recovery"].seed(), hands["root"].seed() if both else None)
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
@argument("answer", type=FILE, help=N_("where what the root signed is written"))
@of_words
def certify(*, request: Path, answer: Path) -> int:
    """Sign a founder's key, or the record of who counts."""
    free(answer)
    data = read_file(request)
    if offline.is_draft(data):
        return _certify_record(offline.read_draft(data), answer)
    certify_request = offline.read_certify(data)
    _show(offline.certify_summary(certify_request))
    agree(_("Does everybody here agree, and did the founder read out the same eight words?"))
    hands = gather(("root",))
    write_new(answer, offline.certify(certify_request, hands["root"].seed()))
    say(_("%(file)s: carry it back to where hrd-cases init waits for it.", file=answer))
    return 0


def _certify_record(draft: CustodyRecord, answer: Path) -> int:
    _show_record(draft)
    _show_age(draft)
    agree(_("Does everybody here agree, and did each of these people read out the same eight words?"))
    hands = gather(("root",), offline.cards_of_draft(draft))
    write_new(answer, offline.sign_record(draft, hands["root"].seed()))
    say(_("On the server: %(command)s", command=f"hrd-cases recovery adopt {shlex.quote(str(answer))}"))
    return 0


def _show_record(drawn_up: CustodyRecord) -> None:
    """What stands in the record, to print, and to compare with what is printed."""
    listed = compared_words()
    rows: list[tuple[str, object]] = [(_("Record of:"), day_of(drawn_up.day).isoformat())]
    rows.append((_("Words of the record:"), " ".join(key_words(drawn_up.hash(), listed))))
    rows.append((_("Words on the cards:"), " ".join(words_of_pins(drawn_up.pins))))
    labels = {ADMINISTRATOR: _("Administrator:"), LAWYER: _("Lawyer:")}
    for role, label in labels.items():
        rows += [(label, " ".join(key_words(key, listed))) for key in drawn_up.fingerprints(role)]
    rows.append((_("Log:"), f"{drawn_up.log_size} {drawn_up.log_root.hex()}"))
    say_rows(*rows)


def _show_age(drawn_up: CustodyRecord) -> None:
    days = (now().date() - day_of(drawn_up.day)).days
    say(_("By the clock of this machine the record is %(days)s days old.", days=days))
    if days > custody_records.OLD_DAYS:
        say(_("WARNING: it is older than %(days)s days. Ask who is administrator now.", days=custody_records.OLD_DAYS))


def _show(summary: Summary) -> None:
    """What people agree to, each value on a line of its own."""
    say(_("The keys are in this machine's memory until this command ends; they are written to no disk."))
    rows = [(_("Why:"), summary.reason)] if summary.reason else []
    rows += [(_("Role of the person:"), role_words((role,)) or role) for role in summary.roles]
    if summary.certify:
        rows.append((_("Admitted by:"), _("the root")))
    rows += [(_("Office:"), _(OFFICES.get(office, office))) for office in summary.offices]
    rows += [(_("Case:"), case) for case in summary.cases]
    if summary.keys:
        rows.append((_("Cases in all:"), str(len(summary.cases))))
        rows.append((_("Keys in all:"), str(summary.keys)))
        rows.append((_("Lawyers' parts in all:"), str(summary.lawyers_parts)))
    rows += [(_("Signed by administrator:"), " ".join(words)) for words in summary.signed_by]
    rows += [(_("The root cards are needed:"), _(because)) for because in summary.root_because]
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
