"""`hrd-cases recovery export, use, import, certify`: keys asked for on the server, opened offline, taken in again."""

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hrd_cases.cli.custodians import agree, free, gather, read_file, write_new
from hrd_cases.cli.place import now, organisation, sign_in
from hrd_cases.cli.terminal import say
from hrd_cases.domain.access.facts import ROLES
from hrd_cases.domain.papers import Language
from hrd_cases.services import accounts
from hrd_cases.services.context import Runtime
from hrd_cases.services.recovery import answering, newcomers, offline, requests
from hrd_cases.services.recovery.offline import Summary
from hrd_cases.services.recovery.requests import Wanted
from hrd_cases.services.sessions import Session


def register(acts: Any) -> None:
    """Add the commands."""
    _register_server(acts)
    _register_offline(acts)


def _register_server(acts: Any) -> None:
    out = acts.add_parser("export", help="on the server: ask the custodians for keys (two people log in)")
    out.add_argument("file", type=Path, metavar="REQUEST", help="where the request is written")
    out.add_argument(
        "--for", dest="account", required=True, metavar="ACCOUNT", help="whose key is to open them: its id"
    )
    out.add_argument(
        "--case", action="append", default=[], metavar="ID", help="a case by id; may be given several times"
    )
    out.add_argument("--of", default="", metavar="ACCOUNT", help="every case that this account was on, as it was on it")
    out.add_argument("--certify", action="append", default=[], choices=ROLES, help="let the root admit the account")
    out.add_argument("--reason", required=True, help="why; the custodians read it, and it stands in the log")
    out.add_argument(
        "--by-custodians", action="store_true", help="nobody logs in: the answer counts only with the root's signature"
    )
    out.set_defaults(run=export)
    new = acts.add_parser("newcomer", help="on the server: a one-time code without a log-in; only the root can admit")
    new.add_argument("--account", default="", metavar="ACCOUNT", help="for new keys of this account, not a newcomer")
    new.add_argument("--list", action="store_true", help="show who made keys and waits")
    new.set_defaults(run=newcomer)
    took = acts.add_parser(
        "import", help="on the server: take in what the custodians opened (an administrator logs in)"
    )
    took.add_argument("answer", type=Path)
    took.set_defaults(run=take_in)


def _register_offline(acts: Any) -> None:
    used = acts.add_parser("use", help="offline: open what a request asks for with enough cards")
    used.add_argument("request", type=Path)
    used.add_argument("answer", type=Path, help="where the answer is written")
    used.add_argument("--language", choices=[one.value for one in Language], default="ru", help="of the words shown")
    used.set_defaults(run=use)
    signed = acts.add_parser("certify", help="offline: sign a founder's key with enough root cards")
    signed.add_argument("request", type=Path)
    signed.add_argument("answer", type=Path, help="where the certificate is written")
    signed.add_argument("--language", choices=[one.value for one in Language], default="ru", help="of the words shown")
    signed.set_defaults(run=certify)


def export(told: argparse.Namespace) -> int:
    """Write a request."""
    free(told.file)
    wanted = Wanted(
        account=told.account,
        cases=tuple(told.case),
        of=told.of,
        certify=frozenset(told.certify),
        reason=told.reason,
    )
    with organisation() as runtime, ExitStack() as ending:
        first, second = (None, None) if told.by_custodians else _two(runtime, ending)
        with runtime.writing(first, now()) as ctx:
            asked = requests.ask(ctx, wanted, second)
    write_new(told.file, asked.data)
    say(f"{told.file}: a request for {asked.cases} cases. It opens nothing; carry it to a machine without a network.")
    say(f"Key words of the person, to compare there: {' '.join(accounts.words_of(asked.fingerprint))}")
    for vault in asked.left_out:
        say(f"Left out, because its headers or wraps are not in order: {vault} (see hrd-cases check)")
    say(f"There: hrd-cases recovery use {told.file} ANSWER" + (" (root and recovery cards)" if asked.by_root else ""))
    return 0


def newcomer(told: argparse.Namespace) -> int:
    """Make a code, or show who waits."""
    with organisation() as runtime:
        if told.list:
            with runtime.reading(None, now()) as ctx:
                found = newcomers.waiting(ctx)
            for one in found:
                say(f"{one.account}  {' '.join(one.words)}")
            return 0
        with runtime.writing(None, now()) as ctx:
            code = newcomers.code(ctx, told.account)
    say(f"One-time code: {code}")
    say("It admits nobody: whoever uses it waits until the custodians certify their key with the root cards.")
    say("Then: hrd-cases recovery newcomer --list, and recovery export --by-custodians --certify administrator")
    return 0


def use(told: argparse.Namespace) -> int:
    """Open a request with cards."""
    free(told.answer)
    request = offline.read_request(read_file(told.request))
    seen = offline.summary(request, Language(told.language))
    _show(seen)
    agree("Does everybody here agree, and did the person read out the same eight words?")
    both = seen.by_root or seen.certify
    record = offline.cards_of(request)
    hands = gather(("root", "recovery") if both else ("recovery",), record)
    answered = offline.answer(request, hands["recovery"].seed(), hands["root"].seed() if both else None)
    write_new(told.answer, answered.data)
    for vault in answered.left_out:
        say(f"Left out, because its headers or wraps are not in order: {vault}")
    say(f"{told.answer}: opened and wrapped to the person's key alone. On the server: hrd-cases recovery import")
    return 0


def take_in(told: argparse.Namespace) -> int:
    """Take an answer in."""
    data = read_file(told.answer)
    with organisation() as runtime, ExitStack() as ending:
        with runtime.reading(None, now()) as ctx:
            alone = answering.by_root(ctx, data)
        session = None if alone else _one(runtime, ending)
        with runtime.writing(session, now()) as ctx:
            taken = answering.take_in(ctx, data)
    if taken.certified:
        say(f"The root admitted account {taken.account}.")
    say(f"Keys of {taken.cases} cases wait for account {taken.account}; they open at its next log-in.")
    for vault in taken.changed:
        say(f"Not taken in, because its team changed since the request: {vault}. Ask again for it.")
    return 0


def certify(told: argparse.Namespace) -> int:
    """Sign a founder's key."""
    free(told.answer)
    request = offline.read_certify(read_file(told.request))
    _show(offline.summary(request, Language(told.language)))
    agree("Does everybody here agree, and did the founder read out the same eight words?")
    hands = gather(("root",))
    write_new(told.answer, offline.certify(request, hands["root"].seed()))
    say(f"{told.answer}: carry it back to where hrd-cases init waits for it.")
    return 0


def _show(seen: Summary) -> None:
    """What people agree to."""
    say("The keys are in this machine's memory until this command ends; they are written to no disk.")
    if seen.reason:
        say(f"Why:                 {seen.reason}")
    say(f"Roles of the person: {', '.join(seen.roles)}{' (the root admits them)' if seen.certify else ''}")
    if seen.offices:
        say(f"Offices:             {', '.join(seen.offices)}")
    for case in seen.cases:
        say(f"Case:                {case}")
    say(f"Words of the person: {' '.join(seen.person_words)}")
    say(f"Words on the cards:  {' '.join(seen.pins_words)}")


def _two(runtime: Runtime, ending: ExitStack) -> tuple[Session, Session]:
    say("An administrator logs in.")
    first = _one(runtime, ending)
    say("A second person logs in: another administrator or, where there is none, somebody else who is admitted.")
    return first, _one(runtime, ending)


def _one(runtime: Runtime, ending: ExitStack) -> Session:
    session = sign_in(runtime)
    ending.callback(runtime.sessions.end, session.cookie)
    return session
