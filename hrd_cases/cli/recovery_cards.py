"""`hrd-cases recovery`: cards of custodians made, read back and replaced, without server, network or organisation."""

import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from hrd_cases.cli.custodians import (
    TAKEN,
    free,
    gather,
    one_card,
    read_file,
    whole_lines,
    writable,
    write_new,
)
from hrd_cases.cli.options import FILE, argument, command, option, together
from hrd_cases.cli.place import now, organisation, place
from hrd_cases.cli.terminal import StepClock, refuse, say, until_right
from hrd_cases.cli.words import _
from hrd_cases.crypto.ceremony import cards
from hrd_cases.crypto.ceremony.card_sets import CardSet, NewCardSet
from hrd_cases.crypto.ceremony.shares import set_name
from hrd_cases.crypto.core.keys import OrgSeeds
from hrd_cases.domain.custodians import CustodianCard
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.papers import Language
from hrd_cases.domain.vocabulary import LANGUAGES
from hrd_cases.domain.words import N_
from hrd_cases.services.install import install
from hrd_cases.services.recovery import custody, custody_records, sets
from hrd_cases.services.recovery.custody import KINDS

HERE = N_("The keys are in this machine's memory until this command ends; they are written to no disk.")
ROOM_FOR_CARDS = 16 << 20  # bytes


@dataclass(frozen=True, kw_only=True)
class CardTarget:
    """Where a new set of cards goes, and in which language its cards are."""

    language: Language
    public: Path
    out: Path | None


target_options = together(
    option(
        "--language",
        type=click.Choice(LANGUAGES),
        default="ru",
        help=N_("of the cards"),
    ),
    option("--public", type=FILE, required=True, metavar="FILE", help=N_("where the public record is written")),
    option("--out", type=FILE, metavar="FOLDER", help=N_("write a PDF for each card; left out: show them here")),
)


@command("create")
@option("--from-cards", is_flag=True, help=N_("split the keys of the two whole cards of init instead"))
@option("--needed", type=int, required=True, metavar="K", help=N_("how many cards open"))
@option("--cards", type=int, required=True, metavar="N", help=N_("how many are made (to 16)"))
@target_options
def create(*, from_cards: bool, needed: int, cards: int, language: str, public: Path, out: Path | None) -> int:
    """Make a first set."""
    target = CardTarget(language=Language(language), public=public, out=out)
    _refuse_unready(target)
    custody.check_sizes(needed, cards)
    seeds = _from_whole_cards() if from_cards else OrgSeeds.new()
    _hand_out(custody.make(seeds, needed=needed, count=cards), seeds, target)
    if from_cards:
        _say_next(public, f"hrd-cases recovery adopt {shlex.quote(str(public))}")
        say(" " + _("5. Then burn the two whole cards: each of them still opens everything by itself."))
    else:
        _say_next(public, f"hrd-cases init --recovery {shlex.quote(str(public))} --request REQUEST")
    return 0


@command("reshare")
@option("--old", type=FILE, required=True, metavar="FILE", help=N_("public record of the set that counts"))
@option("--needed", type=int, default=0, metavar="K", help=N_("how many cards open"))
@option("--cards", type=int, default=0, metavar="N", help=N_("how many are made (to 16)"))
@target_options
def reshare(*, old: Path, needed: int, cards: int, language: str, public: Path, out: Path | None) -> int:
    """Make a set that replaces another one."""
    target = CardTarget(language=Language(language), public=public, out=out)
    _refuse_unready(target)
    before = custody.read_set(read_file(old))
    needed, count = needed or before.needed, cards or before.count
    custody.check_sizes(needed, count)
    seeds = _typed(before)
    voids = (before.set_id, *before.voids)
    _hand_out(custody.make(seeds, needed=needed, count=count, voids=voids), seeds, target)
    _say_next(public, f"hrd-cases recovery adopt {shlex.quote(str(public))}")
    say(
        " "
        + _("5. Then every custodian burns their card of set %(set)s in front of another.", set=set_name(before.set_id))
    )
    say(
        "    "
        + _("A lost card opens nothing alone. Were enough old cards stolen together, the keys themselves are known:")
    )
    say("    " + _("create a new organisation and move the cases to it (docs/manual/custodian.md)."))
    return 0


@command("check")
@option("--public", type=FILE, metavar="FILE", help=N_("compare with this record, away from the server"))
@option("--proof", type=FILE, metavar="FILE", help=N_("write a signed proof for: recovery adopt"))
@option("--all", "every", is_flag=True, help=N_("read every card, not only as many as open"))
@option("--card", is_flag=True, help=N_("one custodian proves one card alone; nothing is opened"))
def check(*, public: Path | None, proof: Path | None, every: bool, card: bool) -> int:
    """Read cards back, here or away from the server: as many as open, all of them, or one alone."""
    if card and (every or proof):
        refuse(_("--card is one card alone: do not use it with --all or --proof."))
    if public is None:
        with organisation() as runtime:
            record = sets.in_force(runtime)
            if record is None:
                refuse(_("There are two whole cards here, no set: hrd-cases init --read-back."))
            if card:
                return _one_card(record)
            sets.read_back(runtime, _typed(record, every=every), now())
        say(_("The cards give the pinned keys. Remembered here."))
        _say_unread(record, every=every)
        return 0
    if proof is not None:
        free(proof)
    record = custody.read_set(read_file(public))
    if card:
        return _one_card(record)
    seeds = _typed(record, every=every)
    say(_("The cards give the pinned keys."))
    if proof is not None:
        write_new(proof, custody.proof(seeds, record, day_number(now().date())))
        command = f"hrd-cases recovery adopt {shlex.quote(str(proof))}"
        say(_("On the server: %(command)s", command=command))
    _say_unread(record, every=every)
    return 0


@command("adopt")
@argument("file", type=FILE)
def adopt(*, file: Path) -> int:
    """Take a public record or a proof in."""
    data = read_file(file)
    with organisation() as runtime:
        if sets.is_proof(data):
            record = sets.take_proof(runtime, data, now())
            say(_("Set %(set)s was read back. Remembered here.", set=set_name(record.set_id)))
            return 0
        if custody_records.is_record(data):
            custody_records.adopt(runtime, data, now())
            say(_("This record of the custodians counts now. Each custodian takes a copy, and prints it."))
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


def _refuse_unready(target: CardTarget) -> None:
    """Before keys are made or anybody types: every file can be written, and nothing is overwritten."""
    free(target.public)
    if target.out is None:
        return
    custody.refuse_unprintable()
    if target.out.exists() and not target.out.is_dir():
        refuse(_(TAKEN, file=target.out))
    if target.out.is_dir() and any(target.out.iterdir()):
        refuse(_("%(folder)s is not empty: name another folder, nothing is overwritten.", folder=target.out))
    writable(target.out if target.out.is_dir() else target.out.absolute().parent, ROOM_FOR_CARDS)


def _hand_out(created: NewCardSet, seeds: OrgSeeds, target: CardTarget) -> None:
    """The record first, the cards last: when a card can not be made, no card and no record is left."""
    say(_(HERE))
    cards = [custody.printed(created, number, target.language, now()) for number in range(1, created.record.count + 1)]
    values = {"set": cards[0].set_name, "needed": created.record.needed, "count": created.record.count}
    words = " ".join(cards[0].key_words)
    say(_("Set %(set)s: any %(needed)s of %(count)s cards open everything.", **values))
    say(_("Words of the keys: %(words)s", words=words))
    write_new(target.public, created.record.to_file(seeds))
    try:
        if target.out is not None:
            _write_cards(target.out, cards)
    except BaseException:
        target.public.unlink(missing_ok=True)
        raise
    say(_("The public record is in %(file)s; it opens nothing.", file=target.public))
    if target.out is None:
        for number in range(created.record.count):
            title = _("CARD %(number)s of %(count)s", number=number + 1, count=created.record.count)
            say(f"\n=== {title} ===\n{created.root[number].text()}{created.recovery[number].text()}")
            say(_("Words of the keys: %(words)s", words=words))


def _write_cards(folder: Path, cards: Sequence[CustodianCard]) -> None:
    """A PDF for each card; none is left when one can not be made."""
    folder.mkdir(mode=0o700, exist_ok=True)
    progress = StepClock()
    try:
        for card in cards:
            progress(N_("Setting card"), card.number - 1, len(cards), str(card.number))
            write_new(folder / f"card-{card.number}.pdf", custody.as_pdf(card))
            progress(N_("Setting card"), card.number, len(cards), str(card.number))
        progress.end()
    except BaseException:
        for path in folder.glob("card-*.pdf"):
            path.unlink()
        raise
    values = {"number": len(cards), "folder": folder}
    say(_("%(number)s cards lie in %(folder)s, readable by you alone: the only copies on a disk.", **values))


def _say_next(file: Path, server: str) -> None:
    public = shlex.quote(str(file))
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
        runtime = ending.enter_context(organisation()) if install.founded(place()) else None
        secrets = {}
        for kind in KINDS:
            words = {"kind": _(custody.KEY_WORDS[kind]), "groups": cards.GROUPS}
            say(_("The %(kind)s card of init. Type its %(groups)s groups; lines with # may be left out.", **words))

            def read(text: str, kind: str = kind) -> None:
                secrets[kind] = (
                    custody.whole_card(text, kind) if runtime is None else install.read_back(runtime, kind, text)
                )

            until_right(read, whole_lines)
            say(_("This card is right."))
    return custody.together(secrets["root"], secrets["recovery"], None)


def _typed(record: CardSet, *, every: bool = False) -> OrgSeeds:
    say(_(HERE))
    values = {"set": set_name(record.set_id), "needed": record.needed, "count": record.count}
    say(_("Set %(set)s: any %(needed)s of %(count)s cards.", **values))
    hands = gather(KINDS, record, every=every)
    return custody.together(hands["root"].seed(), hands["recovery"].seed(), record.pins)
