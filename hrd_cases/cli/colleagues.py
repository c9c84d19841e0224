"""`hrd-cases user`: accounts, for an administrator; no act here opens a case."""

import argparse
from collections.abc import Iterable
from typing import Any

from hrd_cases.cli.place import now, signed_in
from hrd_cases.cli.terminal import Stop, rule_words, say, tell
from hrd_cases.cli.words import ROLE_WORDS, _, language, ngettext
from hrd_cases.domain.access.facts import ROLES
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.colleagues import administration
from hrd_cases.services.colleagues.administration import AccountLine


def register(below: Any) -> None:
    """Add the commands; each asks for an administrator's handle, passphrase and code."""
    made = below.add_parser("user", help=_("accounts: add, list, disable (asks for an administrator's log-in)"))
    acts = made.add_subparsers(title=_("acts"), metavar=_("ACT"), required=True)
    new = acts.add_parser("add", help=_("print a one-time code for a newcomer"))
    new.add_argument("--role", action="append", choices=ROLES, required=True, help=_("may be given several times"))
    new.add_argument("--json", action="store_true", help=_("answer in JSON"))
    new.set_defaults(run=add)
    every = acts.add_parser("list", help=_("every account"))
    every.add_argument("--json", action="store_true", help=_("answer in JSON"))
    every.set_defaults(run=show)
    gone = acts.add_parser("disable", help=_("end an account and its sessions"))
    gone.add_argument("account", help=_("its id, as `user list` shows it"))
    gone.add_argument("--leave-to-cards", action="store_true", help=_("also when cases then open with the cards alone"))
    gone.set_defaults(run=disable)


def add(args: argparse.Namespace) -> int:
    """Invite a newcomer."""
    with signed_in() as (runtime, session), runtime.writing(session, now()) as ctx:
        code = administration.invite(ctx, frozenset(args.role))
    if args.json:
        tell({"code": code, "days": administration.CODE_DAYS, "roles": sorted(args.role)})
        return 0
    say(_("One-time code: %(code)s", code=code))
    days = administration.CODE_DAYS
    say(ngettext("Good for %(num)s day.", "Good for %(num)s days.", days))
    say(_("Hand it over in person; the newcomer enters it under First log-in."))
    say(_("Then compare the eight words of their key and certify them on the page Administration."))
    return 0


def show(args: argparse.Namespace) -> int:
    """List the accounts."""
    with signed_in() as (runtime, session), runtime.reading(session, now(), language()) as ctx:
        found = administration.users(ctx)
    if args.json:
        tell([_told(line) for line in found])
        return 0
    for line in found:
        asked = _("asks for: %(roles)s", roles=_roles(line.asked))
        roles = _roles(line.roles) or asked
        name = line.name or _("(no name yet)")
        say(f"{line.user}  {_(STATES.get(line.state, line.state)):<8}  {name}  [{roles}]")
    return 0


def disable(args: argparse.Namespace) -> int:
    """End an account."""
    with signed_in() as (runtime, session), runtime.writing(session, now()) as ctx:
        known = {line.user: line for line in administration.users(ctx)}
        if args.account not in known:
            raise Stop(_("There is no account with this id: see hrd-cases user list."))
        if known[args.account].state == "disabled":
            raise Stop(_("This account is disabled already."))
        try:
            administration.disable(ctx, args.account, lose=args.leave_to_cards)
        except RuleBroken as rule:
            if rule.place != "lose":
                raise
            command = f"hrd-cases user disable {args.account} --leave-to-cards"
            text = _("Or leave them to the recovery cards alone: %(command)s", command=command)
            raise Stop(f"{rule_words(rule)} {text}") from None
    say(_("Disabled. Its sessions end at their next request."))
    return 0


def _roles(roles: Iterable[str]) -> str:
    return ", ".join(_(ROLE_WORDS.get(role, role)) for role in sorted(roles))


STATES = {"active": N_("active"), "waiting": N_("waiting"), "disabled": N_("disabled")}


def _told(line: AccountLine) -> dict[str, object]:
    return {
        "id": line.user,
        "name": line.name,
        "state": line.state,
        "roles": sorted(line.roles),
        "asked": sorted(line.asked),
        "words": list(line.words),
    }
