"""`hrd-cases user`: accounts, for an administrator; no act here opens a case."""

import argparse
from typing import Any

from hrd_cases.cli.place import now, signed_in
from hrd_cases.cli.terminal import Stop, say, tell
from hrd_cases.domain.access.facts import ROLES
from hrd_cases.services.colleagues import administration
from hrd_cases.services.colleagues.administration import AccountLine


def register(below: Any) -> None:
    """Add the commands; each asks for an administrator's handle, passphrase and code."""
    made = below.add_parser("user", help="accounts: add, list, disable (asks for an administrator's log-in)")
    acts = made.add_subparsers(title="acts", metavar="ACT", required=True)
    new = acts.add_parser("add", help="print a one-time code for a newcomer")
    new.add_argument("--role", action="append", choices=ROLES, required=True, help="may be given several times")
    new.add_argument("--json", action="store_true", help="answer in JSON")
    new.set_defaults(run=add)
    every = acts.add_parser("list", help="every account")
    every.add_argument("--json", action="store_true", help="answer in JSON")
    every.set_defaults(run=show)
    gone = acts.add_parser("disable", help="end an account and its sessions")
    gone.add_argument("account", help="its id, as `user list` shows it")
    gone.add_argument("--leave-to-cards", action="store_true", help="also when cases then open with the cards alone")
    gone.set_defaults(run=disable)


def add(told: argparse.Namespace) -> int:
    """Invite a newcomer."""
    with signed_in() as (runtime, session), runtime.writing(session, now()) as ctx:
        code = administration.invite(ctx, frozenset(told.role))
    if told.json:
        tell({"code": code, "days": administration.CODE_DAYS, "roles": sorted(told.role)})
        return 0
    say(f"One-time code: {code}")
    say(f"Good for {administration.CODE_DAYS} days. Hand it over in person; the newcomer enters it under First log-in.")
    say("Then compare the eight words of their key and certify them on the page Administration.")
    return 0


def show(told: argparse.Namespace) -> int:
    """List the accounts."""
    with signed_in() as (runtime, session), runtime.reading(session, now(), "en") as ctx:
        found = administration.users(ctx)
    if told.json:
        tell([_told(line) for line in found])
        return 0
    for line in found:
        roles = ", ".join(sorted(line.roles)) or f"asks for: {', '.join(sorted(line.asked))}"
        say(f"{line.user}  {line.state:<8}  {line.name or '(no name yet)'}  [{roles}]")
    return 0


def disable(told: argparse.Namespace) -> int:
    """End an account."""
    with signed_in() as (runtime, session), runtime.writing(session, now()) as ctx:
        known = {line.user: line for line in administration.users(ctx)}
        if told.account not in known:
            raise Stop("There is no account with this id: see hrd-cases user list.")
        if known[told.account].state == "disabled":
            raise Stop("This account is disabled already.")
        administration.disable(ctx, told.account, lose=told.leave_to_cards)
    say("Disabled. Its sessions end at their next request.")
    return 0


def _told(line: AccountLine) -> dict[str, object]:
    return {
        "id": line.user,
        "name": line.name,
        "state": line.state,
        "roles": sorted(line.roles),
        "asked": sorted(line.asked),
        "words": list(line.words),
    }
