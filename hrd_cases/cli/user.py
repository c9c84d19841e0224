"""`hrd-cases user`: accounts, for an administrator; no act here opens a case."""

import click

from hrd_cases.cli.options import argument, as_json, group, option
from hrd_cases.cli.place import now, signed_in
from hrd_cases.cli.terminal import Stop, rule_words, say, say_json
from hrd_cases.cli.words import _, language, ngettext, role_words
from hrd_cases.domain.access.roles import ROLES
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.team import administration
from hrd_cases.services.team.administration import AccountLine


@group("user")
def user() -> None:
    """Each act asks for an administrator's handle, passphrase and code."""


@user.command("add", help=N_("print a one-time code for a newcomer"))
@option("--role", multiple=True, type=click.Choice(tuple(ROLES)), required=True, help=N_("may be given several times"))
@as_json
def add(*, role: tuple[str, ...], as_json: bool) -> int:
    """Invite a newcomer."""
    with signed_in() as (runtime, session), runtime.writing(session, now()) as ctx:
        code = administration.invite(ctx, frozenset(role))
    if as_json:
        say_json({"code": code, "days": administration.CODE_DAYS, "roles": sorted(role)})
        return 0
    say(_("One-time code: %(code)s", code=code))
    days = administration.CODE_DAYS
    say(ngettext("Valid for %(num)s day.", "Valid for %(num)s days.", days))
    say(_("Hand it over in person; the newcomer enters it under First log-in."))
    say(_("Then compare the eight words of their key and certify them on the page Administration."))
    return 0


@user.command("list", help=N_("every account"))
@as_json
def show(*, as_json: bool) -> int:
    """List the accounts."""
    with signed_in() as (runtime, session), runtime.reading(session, now(), language()) as ctx:
        lines = administration.users(ctx)
    if as_json:
        say_json([_as_json(line) for line in lines])
        return 0
    for line in lines:
        request = _("asks for: %(roles)s", roles=role_words(line.asked))
        roles = role_words(line.roles) or request
        name = line.name or _("(no name yet)")
        say(f"{line.user}  {_(STATES.get(line.state, line.state)):<8}  {name}  [{roles}]")
    return 0


@user.command("disable", help=N_("end an account and its sessions"))
@argument("account", help=N_("its id, as `user list` shows it"))
@option("--leave-to-cards", is_flag=True, help=N_("also when cases then open with the cards alone"))
def disable(*, account: str, leave_to_cards: bool) -> int:
    """End an account."""
    with signed_in() as (runtime, session), runtime.writing(session, now()) as ctx:
        account_lines = {line.user: line for line in administration.users(ctx)}
        if account not in account_lines:
            raise Stop(_("There is no account with this id: see hrd-cases user list."))
        if account_lines[account].state == "disabled":
            raise Stop(_("This account is disabled already."))
        try:
            done = administration.disable(ctx, account, lose=leave_to_cards)
        except RuleBroken as rule:
            if rule.place != "lose":
                raise
            command = f"hrd-cases user disable {account} --leave-to-cards"
            text = _("Or leave them to the recovery cards alone: %(command)s", command=command)
            raise Stop(f"{rule_words(rule)} {text}") from None
    if not done:
        say(_("Noted. A second administrator agrees to close this account; until then nothing changes."))
        return 0
    say(_("Disabled. Its sessions end at their next request."))
    return 0


STATES = {"active": N_("active"), "waiting": N_("waiting"), "disabled": N_("disabled")}


def _as_json(line: AccountLine) -> dict[str, object]:
    return {
        "id": line.user,
        "name": line.name,
        "state": line.state,
        "roles": sorted(line.roles),
        "asked": sorted(line.asked),
        "words": list(line.words),
    }
