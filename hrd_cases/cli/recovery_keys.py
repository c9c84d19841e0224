"""`hrd-cases recovery export, use, import, certify`: keys asked for on the server, opened offline, taken in again."""

import argparse
import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hrd_cases.cli.custodians import ROOM, agree, free, gather, read_file, write_new
from hrd_cases.cli.place import now, organisation, sign_in
from hrd_cases.cli.terminal import say, say_rows
from hrd_cases.cli.words import ROLE_WORDS, _, ngettext
from hrd_cases.domain.access.facts import ROLES
from hrd_cases.domain.papers import Language
from hrd_cases.domain.words import N_
from hrd_cases.services.context import Runtime
from hrd_cases.services.key_words import words_of
from hrd_cases.services.recovery import answering, newcomers, offline, requests
from hrd_cases.services.recovery.offline import Summary
from hrd_cases.services.recovery.requests import Wanted
from hrd_cases.services.sessions import Session


def register(acts: Any) -> None:
    """Add the commands."""
    _register_server(acts)
    _register_offline(acts)


def _register_server(acts: Any) -> None:
    out = acts.add_parser("export", help=_("on the server: ask the custodians for keys (two people log in)"))
    out.add_argument("file", type=Path, metavar="REQUEST", help=_("where the request is written"))
    out.add_argument(
        "--for", dest="account", required=True, metavar="ACCOUNT", help=_("whose key is to open them: its id")
    )
    out.add_argument(
        "--case", action="append", default=[], metavar="ID", help=_("a case by id; may be given several times")
    )
    out.add_argument(
        "--of", default="", metavar="ACCOUNT", help=_("every case that this account was on, as it was on it")
    )
    out.add_argument("--certify", action="append", default=[], choices=ROLES, help=_("let the root admit the account"))
    out.add_argument("--reason", required=True, help=_("why; the custodians read it, and it stands in the log"))
    out.add_argument(
        "--by-custodians",
        action="store_true",
        help=_("nobody logs in: the answer counts only with the root's signature"),
    )
    out.set_defaults(run=export)
    new = acts.add_parser(
        "newcomer", help=_("on the server: a one-time code without a log-in; only the root can admit")
    )
    new.add_argument("--account", default="", metavar="ACCOUNT", help=_("for new keys of this account, not a newcomer"))
    new.add_argument("--list", action="store_true", help=_("show who made keys and waits"))
    new.set_defaults(run=newcomer)
    took = acts.add_parser(
        "import", help=_("on the server: take in what the custodians opened (an administrator logs in)")
    )
    took.add_argument("answer", type=Path)
    took.set_defaults(run=take_in)


def _register_offline(acts: Any) -> None:
    used = acts.add_parser("use", help=_("offline: open what a request asks for with enough cards"))
    used.add_argument("request", type=Path)
    used.add_argument("answer", type=Path, help=_("where the answer is written"))
    used.add_argument("--language", choices=[one.value for one in Language], default="ru", help=_("of the words shown"))
    used.set_defaults(run=use)
    signed = acts.add_parser("certify", help=_("offline: sign a founder's key with enough root cards"))
    signed.add_argument("request", type=Path)
    signed.add_argument("answer", type=Path, help=_("where the certificate is written"))
    signed.add_argument(
        "--language", choices=[one.value for one in Language], default="ru", help=_("of the words shown")
    )
    signed.set_defaults(run=certify)


def export(args: argparse.Namespace) -> int:
    """Write a request."""
    free(args.file)
    wanted = Wanted(
        account=args.account,
        cases=tuple(args.case),
        of=args.of,
        certify=frozenset(args.certify),
        reason=args.reason,
    )
    with organisation() as runtime, ExitStack() as ending:
        first, second = (None, None) if args.by_custodians else _two(runtime, ending)
        with runtime.writing(first, now()) as ctx:
            asked = requests.ask(ctx, wanted, second)
    write_new(args.file, asked.data)
    many = ngettext(
        "%(file)s: a request for %(num)s case.", "%(file)s: a request for %(num)s cases.", asked.cases, file=args.file
    )
    say(f"{many} {_('It opens nothing; carry it to a machine without a network.')}")
    words = " ".join(words_of(asked.fingerprint))
    say(_("Key words of the person, to compare there: %(words)s", words=words))
    for vault in asked.left_out:
        say(_(LEFT_OUT, id=vault) + " " + _("See hrd-cases check."))
    command = f"hrd-cases recovery use {shlex.quote(str(args.file))} ANSWER"
    say(_("There: %(command)s", command=command) + (" " + _("(root and recovery cards)") if asked.by_root else ""))
    return 0


def newcomer(args: argparse.Namespace) -> int:
    """Make a code, or show who waits."""
    with organisation() as runtime:
        if args.list:
            with runtime.reading(None, now()) as ctx:
                found = newcomers.waiting(ctx)
            for one in found:
                say(f"{one.account}  {' '.join(one.words)}")
            return 0
        with runtime.writing(None, now()) as ctx:
            code = newcomers.code(ctx, args.account)
    say(_("One-time code: %(code)s", code=code))
    say(_("It admits nobody: whoever uses it waits until the custodians certify their key with the root cards."))
    say(_("Then: %(command)s", command="hrd-cases recovery newcomer --list"))
    say(_("Then: %(command)s", command="hrd-cases recovery export --by-custodians --certify administrator"))
    return 0


def use(args: argparse.Namespace) -> int:
    """Open a request with cards."""
    data = read_file(args.request)
    free(args.answer, room=len(data) * 2 + ROOM)
    request = offline.read_request(data)
    seen = offline.summary(request)
    _show(seen)
    agree(_("Does everybody here agree, and did the person read out the same eight words?"))
    both = seen.by_root or seen.certify
    record = offline.cards_of(request)
    hands = gather(("root", "recovery") if both else ("recovery",), record)
    answered = offline.answer(request, hands["recovery"].seed(), hands["root"].seed() if both else None)
    write_new(args.answer, answered.data)
    for vault in answered.left_out:
        say(_(LEFT_OUT, id=vault))
    say(_("%(file)s: opened and wrapped to the person's key alone.", file=args.answer))
    say(_("On the server: %(command)s", command=f"hrd-cases recovery import {shlex.quote(str(args.answer))}"))
    return 0


def take_in(args: argparse.Namespace) -> int:
    """Take an answer in."""
    data = read_file(args.answer)
    with organisation() as runtime, ExitStack() as ending:
        with runtime.reading(None, now()) as ctx:
            alone = answering.by_root(ctx, data)
        session = None if alone else _one(runtime, ending)
        with runtime.writing(session, now()) as ctx:
            taken = answering.take_in(ctx, data)
    if taken.certified:
        say(_("The root admitted account %(account)s.", account=taken.account))
    values = {"cases": taken.cases, "account": taken.account}
    say(_("Keys of cases (%(cases)s) wait for account %(account)s; they open at its next log-in.", **values))
    for vault in taken.changed:
        say(_("Not taken in, because its team changed since the request: %(id)s. Ask again for it.", id=vault))
    return 0


def certify(args: argparse.Namespace) -> int:
    """Sign a founder's key."""
    free(args.answer)
    request = offline.read_certify(read_file(args.request))
    _show(offline.summary(request))
    agree(_("Does everybody here agree, and did the founder read out the same eight words?"))
    hands = gather(("root",))
    write_new(args.answer, offline.certify(request, hands["root"].seed()))
    say(_("%(file)s: carry it back to where hrd-cases init waits for it.", file=args.answer))
    return 0


def _show(seen: Summary) -> None:
    """What people agree to."""
    say(_("The keys are in this machine's memory until this command ends; they are written to no disk."))
    roles = ", ".join(_(ROLE_WORDS.get(role, role)) for role in seen.roles)
    rows = [(_("Why:"), seen.reason)] if seen.reason else []
    rows.append((_("Roles of the person:"), roles + (" " + _("(the root admits them)") if seen.certify else "")))
    if seen.offices:
        rows.append((_("Offices:"), ", ".join(_(OFFICES.get(one, one)) for one in seen.offices)))
    rows += [(_("Case:"), case) for case in seen.cases]
    rows.append((_("Words of the person:"), " ".join(seen.person_words)))
    rows.append((_("Words on the cards:"), " ".join(seen.pins_words)))
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
