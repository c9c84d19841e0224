"""`hrd-cases demo`: an invented organisation, its accounts printed once."""

from pathlib import Path

from hrd_cases.cli import serve as serving
from hrd_cases.cli.options import command, option
from hrd_cases.cli.place import now, place, refuse_served
from hrd_cases.cli.terminal import StepClock, say
from hrd_cases.cli.words import _, role_words
from hrd_cases.domain.access.roles import ROLES
from hrd_cases.domain.words import N_
from hrd_cases.services.demo import demo as demos
from hrd_cases.services.install.install import InstallPlace


@command("demo")
@option("--serve", "served", is_flag=True, help=N_("serve it afterwards"))
@option("--fresh", is_flag=True, help=N_("make it again; what was typed in the demo is lost"))
@option("--remove", is_flag=True, help=N_("remove the demo that is here, and make none"))
@option("--figures", is_flag=True, help=N_("fill it with many invented incidents for the pages of figures"))
@serving.serving_options
def demo(  # noqa: PLR0913  # a command has as many parameters as options
    *,
    served: bool,
    fresh: bool,
    remove: bool,
    figures: bool,
    port: int,
    lan: bool,
    address: tuple[str, ...],
    socket: Path | None,
    workers: int,
) -> int:
    """Make the demo unless it is here already, then serve it if asked."""
    here = place()
    where = serving.Where(port=port, lan=lan, address=address, socket=socket, workers=workers)
    if served:
        serving.refuse_wrong(where)
    if demos.is_demo(here.folder) and (fresh or remove or not demos.is_whole(here)):
        refuse_served(here.folder)
        StepClock()(N_("Removing the demo that was here"))
        demos.remove(here)
    if remove:
        say(_("There is no demo here any more."))
        return 0
    if demos.is_demo(here.folder):
        say(_("The demo is here already. Its passphrases were printed when it was made and are kept nowhere."))
        say(_("If they are lost, make the demo again: ./run demo --fresh"))
    else:
        _make(here, figures=figures)
    if served:
        serving.serve_afresh(where)
    return 0


def _make(where: InstallPlace, *, figures: bool) -> None:
    accounts = demos.build(where, now(), say=StepClock(), figures=figures)
    say("\n" + _("The demo organisation is ready. One account for each role (no second factor in the demo):") + "\n")
    for account in accounts:
        say(f"  {role_words([account.role]):<14} {_(ROLES[account.role].work)}")
        say("      " + _("handle %(handle)s", handle=account.handle))
        say("      " + _("passphrase %(passphrase)s", passphrase=account.passphrase) + "\n")
    say(_("These passphrases are kept nowhere: copy them now. Organisations and events come from the public record;"))
    say(_("people are pseudonyms; staff, consents, files and everything dated from today on are invented.") + "\n")
