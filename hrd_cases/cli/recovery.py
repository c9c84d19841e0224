"""`hrd-cases recovery`: cards of custodians made, read back and replaced, without server, network or organisation."""

import argparse
import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hrd_cases.cli import recovery_drill, recovery_keys
from hrd_cases.cli.custodians import (
    TAKEN,
    free,
    gather,
    one_card,
    read_file,
    until_right,
    whole_lines,
    writable,
    write_new,
)
from hrd_cases.cli.place import now, organisation, place
from hrd_cases.cli.terminal import Progress, refuse, say
from hrd_cases.cli.words import _
from hrd_cases.crypto import cards
from hrd_cases.crypto.card_sets import CardSet, Made
from hrd_cases.crypto.keys import OrgSeeds
from hrd_cases.crypto.shares import set_name
from hrd_cases.domain.custodians import CustodianCard
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.papers import Language
from hrd_cases.domain.words import N_
from hrd_cases.services import installing
from hrd_cases.services.recovery import custody, sets
from hrd_cases.services.recovery.custody import KINDS

HERE = N_("The keys are in this machine's memory until this command ends; they are written to no disk.")
ROOM_FOR_CARDS = 16 << 20  # bytes


def register(below: Any) -> None:
    """Add the commands."""
    made = below.add_parser("recovery", help=_("custodians' cards, and keys recovered with them"))
    acts = made.add_subparsers(title="acts", metavar="ACT", required=True)
    new = acts.add_parser("create", help=_("make root and recovery key and split them (offline)"))
    new.add_argument(
        "--from-cards", action="store_true", help=_("split the keys of the two whole cards of init instead")
    )
    _sizes(new, needed=True)
    new.set_defaults(run=create)
    again = acts.add_parser("reshare", help=_("from enough cards of a set a new set, which replaces it (offline)"))
    again.add_argument(
        "--old", type=Path, required=True, metavar="FILE", help=_("public record of the set that counts")
    )
    _sizes(again, needed=False)
    again.set_defaults(run=reshare)
    looked = acts.add_parser("check", help=_("restore the keys from the cards and compare them with the pinned ones"))
    looked.add_argument("--public", type=Path, metavar="FILE", help=_("compare with this record, away from the server"))
    looked.add_argument("--proof", type=Path, metavar="FILE", help=_("write a signed proof for: recovery adopt"))
    looked.add_argument("--all", action="store_true", help=_("read every card, not only as many as open"))
    looked.add_argument("--card", action="store_true", help=_("one custodian proves one card alone; nothing is opened"))
    looked.set_defaults(run=check)
    taken = acts.add_parser(
        "adopt", help=_("on the server: let a set of cards count, or believe that it was read back")
    )
    taken.add_argument("file", type=Path)
    taken.set_defaults(run=adopt)
    recovery_keys.register(acts)
    recovery_drill.register(acts)


def _sizes(to: argparse.ArgumentParser, *, needed: bool) -> None:
    to.add_argument("--needed", type=int, required=needed, default=0, metavar="K", help=_("how many cards open"))
    to.add_argument("--cards", type=int, required=needed, default=0, metavar="N", help=_("how many are made (to 16)"))
    to.add_argument("--language", choices=[one.value for one in Language], default="ru", help=_("of the cards"))
    to.add_argument("--public", type=Path, required=True, metavar="FILE", help=_("where the public record is written"))
    to.add_argument("--out", type=Path, metavar="FOLDER", help=_("write a PDF for each card; left out: show them here"))


def create(args: argparse.Namespace) -> int:
    """Make a first set."""
    _refuse_unready(args)
    custody.check_sizes(args.needed, args.cards)
    seeds = _from_whole_cards() if args.from_cards else OrgSeeds.new()
    _hand_out(custody.make(seeds, needed=args.needed, count=args.cards), seeds, args)
    if args.from_cards:
        _say_next(args, f"hrd-cases recovery adopt {shlex.quote(str(args.public))}")
        say(" " + _("5. Then burn the two whole cards: each of them still opens everything by itself."))
    else:
        _say_next(args, f"hrd-cases init --recovery {shlex.quote(str(args.public))} --request REQUEST")
    return 0


def reshare(args: argparse.Namespace) -> int:
    """Make a set that replaces another one."""
    _refuse_unready(args)
    old = custody.read_set(read_file(args.old))
    needed, count = args.needed or old.needed, args.cards or old.count
    custody.check_sizes(needed, count)
    seeds = _typed(old)
    _hand_out(custody.make(seeds, needed=needed, count=count, voids=(old.set_id, *old.voids)), seeds, args)
    _say_next(args, f"hrd-cases recovery adopt {shlex.quote(str(args.public))}")
    say(
        " "
        + _("5. Then every custodian burns their card of set %(set)s in front of another.", set=set_name(old.set_id))
    )
    say(
        "    "
        + _("A lost card opens nothing alone. Were enough old cards stolen together, the keys themselves are known:")
    )
    say("    " + _("found the organisation anew and carry the cases over (docs/manual/custodian.md)."))
    return 0


def check(args: argparse.Namespace) -> int:
    """Read cards back, here or away from the server: as many as open, all of them, or one alone."""
    if args.card and (args.all or args.proof):
        refuse(_("--card is one card alone: it goes with neither --all nor --proof."))
    if args.public is None:
        with organisation() as runtime:
            record = sets.in_force(runtime)
            if record is None:
                refuse(_("There are two whole cards here, no set: hrd-cases init --read-back."))
            if args.card:
                return _one_card(record)
            sets.read_back(runtime, _typed(record, every=args.all), now())
        say(_("The cards give the pinned keys. Remembered here."))
        _say_unread(record, every=args.all)
        return 0
    if args.proof is not None:
        free(args.proof)
    record = custody.read_set(read_file(args.public))
    if args.card:
        return _one_card(record)
    seeds = _typed(record, every=args.all)
    say(_("The cards give the pinned keys."))
    if args.proof is not None:
        write_new(args.proof, custody.proof(seeds, record, day_number(now().date())))
        command = f"hrd-cases recovery adopt {shlex.quote(str(args.proof))}"
        say(_("On the server: %(command)s", command=command))
    _say_unread(record, every=args.all)
    return 0


def adopt(args: argparse.Namespace) -> int:
    """Take a public record or a proof in."""
    data = read_file(args.file)
    with organisation() as runtime:
        if sets.is_proof(data):
            record = sets.take_proof(runtime, data, now())
            say(_("Set %(set)s was read back. Remembered here.", set=set_name(record.set_id)))
            return 0
        record = sets.adopt(runtime, data, now())
    values = {"set": set_name(record.set_id), "needed": record.needed, "count": record.count}
    say(_("Set %(set)s counts now: any %(needed)s of %(count)s cards.", **values))
    for void in record.voids:
        say(_("Set %(set)s is void: destroy its cards.", set=set_name(void)))
    say(
        _("Read it back: hrd-cases recovery check (here), or with --public and --proof on a machine without a network.")
    )
    return 0


def _refuse_unready(args: argparse.Namespace) -> None:
    """Before keys are made or anybody types: every file can be written, and nothing is overwritten."""
    free(args.public)
    if args.out is None:
        return
    custody.refuse_unprintable()
    if args.out.exists() and not args.out.is_dir():
        refuse(_(TAKEN, file=args.out))
    if args.out.is_dir() and any(args.out.iterdir()):
        refuse(_("%(folder)s is not empty: name another folder, nothing is overwritten.", folder=args.out))
    writable(args.out if args.out.is_dir() else args.out.absolute().parent, ROOM_FOR_CARDS)


def _hand_out(made: Made, seeds: OrgSeeds, args: argparse.Namespace) -> None:
    """The record first, the cards last: when a card can not be made, no card and no record is left."""
    say(_(HERE))
    language = Language(args.language)
    cards = [custody.printed(made, number, language, now()) for number in range(1, made.record.count + 1)]
    values = {"set": cards[0].set_name, "needed": made.record.needed, "count": made.record.count}
    words = " ".join(cards[0].key_words)
    say(_("Set %(set)s: any %(needed)s of %(count)s cards open everything.", **values))
    say(_("Words of the keys: %(words)s", words=words))
    write_new(args.public, made.record.to_file(seeds))
    try:
        if args.out is not None:
            _write_cards(args.out, cards)
    except BaseException:
        args.public.unlink(missing_ok=True)
        raise
    say(_("The public record lies in %(file)s; it opens nothing.", file=args.public))
    if args.out is None:
        for number in range(made.record.count):
            title = _("CARD %(number)s of %(count)s", number=number + 1, count=made.record.count)
            say(f"\n=== {title} ===\n{made.root[number].text()}{made.recovery[number].text()}")
            say(_("Words of the keys: %(words)s", words=words))


def _write_cards(folder: Path, cards: Sequence[CustodianCard]) -> None:
    """A PDF for each card; none is left when one can not be made."""
    folder.mkdir(mode=0o700, exist_ok=True)
    progress = Progress()
    try:
        for card in cards:
            progress(_("Setting card %(number)s", number=card.number))
            write_new(folder / f"card-{card.number}.pdf", custody.as_pdf(card))
    except BaseException:
        for path in folder.glob("card-*.pdf"):
            path.unlink()
        raise
    values = {"number": len(cards), "folder": folder}
    say(_("%(number)s cards lie in %(folder)s, readable by you alone: the only copies on a disk.", **values))


def _say_next(args: argparse.Namespace, server: str) -> None:
    public = shlex.quote(str(args.public))
    check = f"hrd-cases recovery check --all --public {public} --proof PROOF"
    say("\n" + _("What to do now:"))
    say(
        " "
        + _("1. Print each card alone on a printer without memory, or copy it by hand; destroy the files afterwards.")
    )
    say(" " + _("2. Hand each card to its custodian in person, no two to the same place. Compare the eight words."))
    say(" " + _("3. Read all of them back before anything real is entered: %(command)s", command=check))
    say(" " + _("4. Carry the public record %(file)s to the server: %(command)s", file=public, command=server))


def _say_unread(record: CardSet, *, every: bool) -> None:
    if not every and record.count > record.needed:
        say(_("The other cards were not read: --all reads every card, --card lets one custodian prove theirs alone."))


def _one_card(record: CardSet) -> int:
    say(_("Nothing is opened: the card is compared with the public record alone."))
    number = one_card(record)
    say(_("Card %(number)s of set %(set)s is right.", number=number, set=set_name(record.set_id)))
    return 0


def _from_whole_cards() -> OrgSeeds:
    # On the server itself a card of another organisation is found out at once; elsewhere when the record is adopted.
    with ExitStack() as ending:
        runtime = ending.enter_context(organisation()) if installing.founded(place()) else None
        found = {}
        for kind in KINDS:
            words = {"kind": _(custody.KEY_WORDS[kind]), "groups": cards.GROUPS}
            say(_("The %(kind)s card of init. Type its %(groups)s groups; lines with # may be left out.", **words))

            def read(text: str, kind: str = kind) -> None:
                found[kind] = (
                    custody.whole_card(text, kind) if runtime is None else installing.read_back(runtime, kind, text)
                )

            until_right(read, whole_lines)
            say(_("This card is right."))
    return custody.together(found["root"], found["recovery"], None)


def _typed(record: CardSet, *, every: bool = False) -> OrgSeeds:
    say(_(HERE))
    values = {"set": set_name(record.set_id), "needed": record.needed, "count": record.count}
    say(_("Set %(set)s: any %(needed)s of %(count)s cards.", **values))
    hands = gather(KINDS, record, every=every)
    return custody.together(hands["root"].seed(), hands["recovery"].seed(), record.pins)
