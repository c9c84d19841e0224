"""`hrd-cases init`: an organisation, its founder, and two cards that are read back before anything real is entered."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from hrd_cases.cli.custodians import ask_file, free, read_file, whole_lines, writable, write_new
from hrd_cases.cli.options import FILE, command, option
from hrd_cases.cli.place import now, place
from hrd_cases.cli.place import organisation as opened
from hrd_cases.cli.terminal import StepClock, ask_right, refuse, say, say_rows, until_right
from hrd_cases.cli.words import _, speak
from hrd_cases.cli.words import language as spoken
from hrd_cases.crypto.ceremony import cards
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.install import install
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.recovery import offline, sets
from hrd_cases.services.signin.organisation_setup import Ceremony, Founded

CARDS = {
    "root": N_("ROOT CARD: certifies the first administrators"),
    "recovery": N_("RECOVERY CARD: opens everything"),
}
ROOM = 64 << 20  # bytes that a new organisation wants to find free


@command("init")
@option("--organisation", default="", help=N_("its name; asked when left out"))
@option("--founder", default="", help=N_("the founder's name; asked when left out"))
@option(
    "--language",
    type=click.Choice(install.LANGUAGES),
    help=N_("of this command and of the words offered"),
)
@option("--zone", default="", help=N_("time zone, such as Asia/Almaty; asked at a terminal when left out"))
@option(
    "--calendar", default="", help=N_("public holidays: kz, or weekends for none; asked at a terminal when left out")
)
@option(
    "--read-back",
    type=click.Choice(("now", "later")),
    is_flag=False,
    flag_value="now",
    help=N_("type the cards in again: now (also on its own, for an organisation founded before), or later"),
)
@option("--recovery", type=FILE, metavar="FILE", help=N_("public record of cards made beforehand, offline"))
@option("--request", type=FILE, metavar="FILE", help=N_("with --recovery: where the founder's key is written"))
def init(
    *,
    organisation: str,
    founder: str,
    language: str | None,
    zone: str,
    calendar: str,
    read_back: str | None,
    recovery: Path | None,
    request: Path | None,
) -> int:
    """Found and read back, or only read back."""
    if install.founded(place()) and read_back == "now":
        with opened() as runtime:
            _read_both(runtime)
        return 0
    local = install.local_time(zone, calendar)
    ceremony = _ceremony(recovery, request)
    name, person, chosen = _ask_missing(organisation, founder, language)
    local = _where(local, zone=zone, calendar=calendar)
    StepClock()(N_("Measuring this machine, making keys"))
    runtime, founded = install.install(
        place(), organisation=name, founder=person, language=chosen, now=now(), local=local, ceremony=ceremony
    )
    runtime.database.close()
    _show(founded)
    say(_("Time zone: %(zone)s. Public holidays: %(calendar)s.", zone=local.zone, calendar=local.calendar_name))
    say(_("An administrator changes both on the page “Time zone and working days”.") + "\n")
    say(_("Root words, which you publish so that others can verify your papers (hrd-cases verify FILE --root ...):"))
    say(f"    {' '.join(install.words_of_root(runtime))}\n")
    _what_next(runtime, read_back, by_set=ceremony is not None)
    return 0


def _ask_missing(organisation: str, founder: str, requested: str | None) -> tuple[str, str, str]:
    """Name of the organisation, founder's name, language of the words; each asked until it is right."""
    values = [install.name(item) if item else "" for item in (organisation, founder)]
    name = values[0] or ask_right(_("Name of the organisation"), install.name)
    person = values[1] or ask_right(_("Founder's name (colleagues see it)"), install.name)
    chosen = requested or ask_right(_("Language of the words offered: ru, kk or en"), _language, _offered())
    if requested or sys.stdin.isatty():  # what a script reads stays in the language that it asked for
        speak(chosen)
    return name, person, chosen


def _where(chosen: install.LocalTime, *, zone: str, calendar: str) -> install.LocalTime:
    """Time zone and calendar: a terminal is asked for what was left out, a script gets the usual ones."""
    if not sys.stdin.isatty():
        return chosen
    if not zone:
        chosen = ask_right(_("Time zone"), partial(install.local_time, calendar=calendar), chosen.zone)
    if not calendar:
        question = _("Public holidays: kz, or weekends for none")
        chosen = ask_right(question, partial(install.local_time, chosen.zone), chosen.calendar_name)
    return chosen


def _ceremony(recovery: Path | None, request: Path | None) -> Ceremony | None:
    """Everything that can be wrong before the first question; with a public record, founding with its cards."""
    if (recovery is None) != (request is None):
        refuse(_("--recovery and --request belong together."))
    where = place()
    install.refuse_used(where)
    writable(where.folder, ROOM)
    if recovery is None or request is None:
        return None
    free(request)
    return install.keys_made_elsewhere(read_file(recovery), _carried(request))


def _language(text: str) -> str:
    if text.strip() not in install.LANGUAGES:
        raise RuleBroken(N_("The language must be ru, kk or en."))
    return text.strip()


def _offered() -> str:
    """The language of the terminal; in English, that of most who found an organisation."""
    return spoken() if spoken() != "en" else "ru"


def _what_next(runtime: Runtime, read_back: str | None, *, by_set: bool) -> None:
    if by_set:
        say(_("Before the first real case the cards are read back: hrd-cases recovery check, here or with --proof."))
    elif read_back == "later":
        say(_("The cards were not read back. Do it before the first real case: hrd-cases init --read-back"))
    else:
        say(_("Copy both cards onto paper now. Then type them in again, from the paper."))
        _read_both(runtime)
        say(_("Clear this screen now. Then: hrd-cases serve"))


def _show(founded: Founded) -> None:
    """What is shown once."""
    for kind, text in (("root", founded.root_card), ("recovery", founded.recovery_card)):
        if text:
            say(f"\n=== {_(CARDS[kind])} ===\n{text}")
    if founded.root_card:
        say(_("Keep each card in another place, away from this machine. Nobody can make them a second time.") + "\n")
    where = _("(type it into an authenticator)")
    say_rows(
        (_("Your handle:"), founded.handle),
        (_("Your passphrase:"), founded.passphrase),
        (_("Second factor:"), f"{founded.second_secret}   {where}"),
        ("", founded.second_uri),
    )
    say(_("Recovery codes, each good once when the authenticator is lost:"))
    for first in range(0, len(founded.recovery_codes), 2):
        say("    " + "    ".join(founded.recovery_codes[first : first + 2]))
    say()


def _carried(to: Path) -> Callable[[bytes, Callable[[bytes], bytes]], bytes]:
    """Write the founder's key for the custodians, and wait until a person names the file with their signature."""

    def ask_custodians(request: bytes, right: Callable[[bytes], bytes]) -> bytes:
        write_new(to, request)
        summary = offline.certify_summary(offline.read_certify(request))
        say(_("The founder's key is in %(file)s. Where the cards are:", file=to))
        say("    hrd-cases recovery certify REQUEST ANSWER")
        say(_("Words of the founder's key, to read out there: %(words)s", words=" ".join(summary.person_words)))
        say(_("Words on the cards: %(words)s", words=" ".join(summary.pins_words)))
        say(_("Leave this command waiting; it keeps the founder's keys in memory alone."))
        return ask_file(_("File with the answer"), right)

    return ask_custodians


def _read_both(runtime: Runtime) -> None:
    if sets.in_force(runtime) is not None:
        refuse(_("Here a set of cards counts: hrd-cases recovery check."))
    for kind, label in CARDS.items():
        say(
            _("%(card)s. Type its %(groups)s groups; lines with # may be left out.", card=_(label), groups=cards.GROUPS)
        )
        until_right(partial(install.read_back, runtime, kind), whole_lines)
        say(_("This card is right."))
    install.cards_were_read_back(runtime)
    say(_("Both cards were read back."))
