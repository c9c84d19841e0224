"""`hrd-cases init`: an organisation, its founder, and two cards that are read back before anything real is entered."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hrd_cases.cli.custodians import read_file, until_right, whole_lines, write_new
from hrd_cases.cli.place import now, organisation, place
from hrd_cases.cli.terminal import Progress, ask, refuse, say
from hrd_cases.crypto import cards
from hrd_cases.domain.papers import Language
from hrd_cases.services import installing
from hrd_cases.services.context import Runtime
from hrd_cases.services.founding import Founded
from hrd_cases.services.recovery import offline, sets

CARDS = {"root": "ROOT CARD: certifies the first administrators", "recovery": "RECOVERY CARD: opens everything"}
SET_WAITS = (
    "Before the first real case the cards are read back: hrd-cases recovery check, here, or offline with --proof."
)


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("init", help="found an organisation and print its two cards")
    made.add_argument("--organisation", default="", help="its name; asked when left out")
    made.add_argument("--founder", default="", help="the founder's name; asked when left out")
    made.add_argument("--language", choices=installing.LANGUAGES, default="", help="of the words offered")
    made.add_argument(
        "--read-back",
        choices=("now", "later"),
        nargs="?",
        const="now",
        default="",
        help="type the cards in again: now (also on its own, for an organisation founded before), or later",
    )
    made.add_argument("--recovery", type=Path, metavar="FILE", help="public record of cards made beforehand, offline")
    made.add_argument(
        "--request", type=Path, metavar="FILE", help="with --recovery: where the founder's key is written"
    )
    made.set_defaults(run=run)


def run(told: argparse.Namespace) -> int:
    """Found and read back, or only read back."""
    if installing.founded(place()) and told.read_back == "now":
        with organisation() as runtime:
            _read_both(runtime)
        return 0
    installing.refuse_used(place())
    name, founder, language = _asked(told)
    ceremony = None
    if told.recovery:
        ceremony = installing.keys_made_elsewhere(read_file(told.recovery), _carried(told.request, language))
    Progress()("Measuring this machine, making keys")
    runtime, founded = installing.found(
        place(), organisation=name, founder=founder, language=language, now=now(), ceremony=ceremony
    )
    runtime.database.close()
    _show(founded)
    say("Root words, which you publish so that others can verify your papers (hrd-cases verify FILE --root ...):")
    say(f"    {' '.join(installing.words_of_root(runtime, language))}\n")
    if ceremony is not None:
        say(SET_WAITS)
    elif told.read_back == "later":
        say("The cards were not read back. Do it before the first real case: hrd-cases init --read-back")
    else:
        say("Copy both cards onto paper now. Then type them in again, from the paper.")
        _read_both(runtime)
        say("Clear this screen now. Then: hrd-cases serve")
    return 0


def _asked(told: argparse.Namespace) -> tuple[str, str, str]:
    """Name of the organisation, founder's name, language of the words."""
    if (told.recovery is None) != (told.request is None):
        refuse("--recovery and --request belong together.")
    name = told.organisation or ask("Name of the organisation")
    founder = told.founder or ask("Founder's name (colleagues see it)")
    language = told.language or ask("Language of the words offered: ru, kk or en", "ru")
    if language not in installing.LANGUAGES:
        refuse("The language must be ru, kk or en.")
    return name, founder, language


def _show(founded: Founded) -> None:
    """What is shown once."""
    for kind, text in (("root", founded.root_card), ("recovery", founded.recovery_card)):
        if text:
            say(f"\n=== {CARDS[kind]} ===\n{text}")
    if founded.root_card:
        say("Keep each card in another place, away from this machine. Nobody can make them a second time.\n")
    say(f"Your handle:      {founded.handle}")
    say(f"Your passphrase:  {founded.passphrase}")
    say(f"Second factor:    {founded.second_secret}   (type it into an authenticator)")
    say(f"                  {founded.second_uri}")
    say("Recovery codes, each good once when the authenticator is lost:")
    for first in range(0, len(founded.recovery_codes), 2):
        say("    " + "    ".join(founded.recovery_codes[first : first + 2]))
    say()


def _carried(to: Path, language: str) -> Callable[[bytes], bytes]:
    """Write the founder's key for the custodians, and wait until a person says where their signature lies."""

    def ask_custodians(request: bytes) -> bytes:
        write_new(to, request)
        seen = offline.summary(offline.read_certify(request), Language(language))
        say(f"The founder's key lies in {to}. Where the cards are: hrd-cases recovery certify REQUEST ANSWER")
        say(f"Words of the founder's key, to read out there: {' '.join(seen.person_words)}")
        say(f"Words on the cards: {' '.join(seen.pins_words)}")
        say("Leave this command waiting; it keeps the founder's keys in memory alone.")
        return read_file(Path(ask("File with the answer")))

    return ask_custodians


def _read_both(runtime: Runtime) -> None:
    if sets.in_force(runtime) is not None:
        refuse("Here a set of cards counts: hrd-cases recovery check.")
    for kind, label in CARDS.items():
        say(f"{label}. Type its {cards.GROUPS} groups; lines with # may be left out.")
        until_right(partial(installing.read_back, runtime, kind), whole_lines, "hrd-cases init --read-back")
        say("This card is right.")
    installing.cards_were_read_back(runtime)
    say("Both cards were read back.")
