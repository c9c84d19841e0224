"""`hrd-cases recovery`: cards of custodians made, read back and replaced, without server, network or organisation."""

import argparse
from pathlib import Path
from typing import Any

from hrd_cases.cli import recovery_drill, recovery_keys
from hrd_cases.cli.custodians import free, gather, read_file, until_right, whole_lines, write_new
from hrd_cases.cli.place import now, organisation, place
from hrd_cases.cli.terminal import Progress, refuse, say
from hrd_cases.crypto import cards
from hrd_cases.crypto.card_sets import CardSet, Made
from hrd_cases.crypto.keys import OrgSeeds
from hrd_cases.crypto.shares import set_name
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.papers import Language
from hrd_cases.services import installing
from hrd_cases.services.recovery import custody, sets
from hrd_cases.services.recovery.custody import KINDS

HERE = "The keys are in this machine's memory until this command ends; they are written to no disk."
NEXT = """
What to do now:
 1. Print each card alone on a printer without memory, or copy it by hand; then destroy the files and empty the printer.
 2. Hand each card to its custodian in person, no two to the same place. Compare the eight words with the card.
 3. Read them back before anything real is entered: hrd-cases recovery check --public %(public)s --proof PROOF
 4. Carry the public record %(public)s to the server: %(server)s"""


def register(below: Any) -> None:
    """Add the commands."""
    made = below.add_parser("recovery", help="custodians' cards, and keys recovered with them")
    acts = made.add_subparsers(title="acts", metavar="ACT", required=True)
    new = acts.add_parser("create", help="make root and recovery key and split them (offline)")
    new.add_argument("--from-cards", action="store_true", help="split the keys of the two whole cards of init instead")
    _sizes(new, needed=True)
    new.set_defaults(run=create)
    again = acts.add_parser("reshare", help="from enough cards of a set a new set, which replaces it (offline)")
    again.add_argument("--old", type=Path, required=True, metavar="FILE", help="public record of the set that counts")
    _sizes(again, needed=False)
    again.set_defaults(run=reshare)
    looked = acts.add_parser("check", help="restore the keys from the cards and compare them with the pinned ones")
    looked.add_argument("--public", type=Path, metavar="FILE", help="compare with this record, away from the server")
    looked.add_argument("--proof", type=Path, metavar="FILE", help="write a signed proof for: recovery adopt")
    looked.set_defaults(run=check)
    taken = acts.add_parser("adopt", help="on the server: let a set of cards count, or believe that it was read back")
    taken.add_argument("file", type=Path)
    taken.set_defaults(run=adopt)
    recovery_keys.register(acts)
    recovery_drill.register(acts)


def _sizes(to: argparse.ArgumentParser, *, needed: bool) -> None:
    to.add_argument("--needed", type=int, required=needed, default=0, metavar="K", help="how many cards open")
    to.add_argument("--cards", type=int, required=needed, default=0, metavar="N", help="how many are made (to 16)")
    to.add_argument("--language", choices=[one.value for one in Language], default="ru", help="of the cards")
    to.add_argument("--public", type=Path, required=True, metavar="FILE", help="where the public record is written")
    to.add_argument("--out", type=Path, metavar="FOLDER", help="write a PDF for each card; left out: show them here")


def create(told: argparse.Namespace) -> int:
    """Make a first set."""
    _refuse_existing(told)
    seeds = _from_whole_cards() if told.from_cards else OrgSeeds.new()
    made = custody.make(seeds, needed=told.needed, count=told.cards)
    _hand_out(made, seeds, told)
    if told.from_cards:
        say(NEXT % {"public": told.public, "server": f"hrd-cases recovery adopt {told.public}"})
        say(" 5. Then burn the two whole cards: each of them still opens everything by itself.")
    else:
        server = f"hrd-cases init --recovery {told.public} --request REQUEST"
        say(NEXT % {"public": told.public, "server": server})
    return 0


def reshare(told: argparse.Namespace) -> int:
    """Make a set that replaces another one."""
    _refuse_existing(told)
    old = custody.read_set(read_file(told.old))
    seeds = _typed(old)
    made = custody.make(
        seeds, needed=told.needed or old.needed, count=told.cards or old.count, voids=(old.set_id, *old.voids)
    )
    _hand_out(made, seeds, told)
    say(NEXT % {"public": told.public, "server": f"hrd-cases recovery adopt {told.public}"})
    say(f" 5. Then every custodian burns their card of set {set_name(old.set_id)} in front of another one.")
    say("    A lost card opens nothing alone. Were enough old cards stolen together, the keys themselves are known:")
    say("    found the organisation anew and carry the cases over (docs/manual/custodian.md).")
    return 0


def check(told: argparse.Namespace) -> int:
    """Read cards back, here or away from the server."""
    if told.public is None:
        with organisation() as runtime:
            record = sets.in_force(runtime)
            if record is None:
                refuse("There are two whole cards here, no set: hrd-cases init --read-back.")
            sets.read_back(runtime, _typed(record), now())
        say("The cards give the pinned keys. Remembered here.")
        return 0
    if told.proof is not None:
        free(told.proof)
    record = custody.read_set(read_file(told.public))
    seeds = _typed(record)
    say("The cards give the pinned keys.")
    if told.proof is not None:
        write_new(told.proof, custody.proof(seeds, record, day_number(now().date())))
        say(f"On the server: hrd-cases recovery adopt {told.proof}")
    return 0


def adopt(told: argparse.Namespace) -> int:
    """Take a public record or a proof in."""
    data = read_file(told.file)
    with organisation() as runtime:
        if sets.is_proof(data):
            record = sets.take_proof(runtime, data, now())
            say(f"Set {set_name(record.set_id)} was read back. Remembered here.")
            return 0
        record = sets.adopt(runtime, data, now())
    say(f"Set {set_name(record.set_id)} counts now: any {record.needed} of {record.count} cards.")
    for void in record.voids:
        say(f"Set {set_name(void)} is void: destroy its cards.")
    say("Read it back: hrd-cases recovery check (here), or with --public and --proof on a machine without a network.")
    return 0


def _refuse_existing(told: argparse.Namespace) -> None:
    """Before keys are made: nothing may be left half written because a name was taken."""
    free(told.public)
    if told.out is not None and told.out.exists() and any(told.out.iterdir()):
        refuse(f"{told.out} is not empty: name another folder, nothing is overwritten.")


def _hand_out(made: Made, seeds: OrgSeeds, told: argparse.Namespace) -> None:
    say(HERE)
    language = Language(told.language)
    cards = [custody.printed(made, number, language, now()) for number in range(1, made.record.count + 1)]
    say(f"Set {cards[0].set_name}: any {made.record.needed} of {made.record.count} cards open everything.")
    say(f"Words of the keys: {' '.join(cards[0].key_words)}")
    if told.out is None:
        for number in range(made.record.count):
            say(f"\n=== CARD {number + 1} of {made.record.count} ===")
            say(made.root[number].text() + made.recovery[number].text())
    else:
        told.out.mkdir(mode=0o700, parents=True, exist_ok=True)
        progress = Progress()
        for card in cards:
            progress(f"Setting card {card.number}")
            write_new(told.out / f"card-{card.number}.pdf", custody.as_pdf(card))
        say(f"{made.record.count} cards lie in {told.out}, readable by you alone: the only copies on a disk.")
    write_new(told.public, made.record.to_file(seeds))
    say(f"The public record lies in {told.public}; it opens nothing.")


def _from_whole_cards() -> OrgSeeds:
    found = {}
    for kind in KINDS:
        say(f"The {kind} card of init. Type its {cards.GROUPS} groups; lines with # may be left out.")

        def read(text: str, kind: str = kind) -> None:
            found[kind] = custody.whole_card(text, kind)

        until_right(read, whole_lines)
        say("This card is right.")
    # On the server itself a card of another organisation is found out at once; elsewhere when the record is adopted.
    pins = None
    if installing.founded(place()):
        with organisation() as runtime:
            pins = runtime.pins
    return custody.together(found["root"], found["recovery"], pins)


def _typed(record: CardSet) -> OrgSeeds:
    say(HERE)
    say(f"Set {set_name(record.set_id)}: any {record.needed} of {record.count} cards.")
    hands = gather(KINDS, record)
    return custody.together(hands["root"].seed(), hands["recovery"].seed(), record.pins)
