"""Which set of custodians' cards counts, and whether it was read back: kept in the instance folder, and logged."""

from datetime import datetime

from hrd_cases.crypto.ceremony.card_sets import CardSet, check_read, looks_like_proof
from hrd_cases.crypto.ceremony.shares import set_name
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keys import OrgSeeds
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_, Sentence
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.recovery.custody import OTHER_KEYS, read_set


def in_force(runtime: Runtime) -> CardSet | None:
    """The set that counts, None while there are two whole cards."""
    saved = runtime.organisation.card_set
    return read_set(bytes.fromhex(saved)) if saved else None


def was_read(runtime: Runtime) -> bool:
    """True when the cards that count were read back: the set in force, or the two whole ones."""
    card_set = in_force(runtime)
    if card_set is None:
        return runtime.organisation.cards_read_back
    return runtime.organisation.card_set_read.partition(" ")[0] == card_set.set_id.hex()


def unread(runtime: Runtime) -> str:
    """What is to be done before the cards can be relied on, in English; empty when they were read back."""
    return str(unread_yet(runtime) or "")


def unread_yet(runtime: Runtime) -> Sentence | None:
    """The same for saying it in another language; None when they were read back."""
    card_set = in_force(runtime)
    if was_read(runtime):
        return None
    if card_set is None:
        return Sentence(msgid=UNREAD_WHOLE)
    return Sentence(msgid=UNREAD_SET, values={"set": set_name(card_set.set_id)})


def adopt(runtime: Runtime, data: bytes, now: datetime) -> CardSet:
    """Let a set count from now on; the one before is void. RuleBroken for other keys, or a set that was replaced."""
    record = read_set(data)
    if record.pins != runtime.pins:
        raise RuleBroken(OTHER_KEYS)
    card_set = in_force(runtime)
    if card_set is not None:
        if record.set_id == card_set.set_id:
            raise RuleBroken(SAME_SET, values={"set": set_name(record.set_id)})
        if not {card_set.set_id, *card_set.voids} <= set(record.voids):
            raise RuleBroken(OLDER_SET, values={"set": set_name(record.set_id), "now": set_name(card_set.set_id)})
    with runtime.writing(None, now) as ctx:
        ctx.asked = True
        texts = {"set": set_name(record.set_id), "of": f"{record.needed}/{record.count}"}
        ctx.note("admin", "a new set of cards counts", void=" ".join(map(set_name, record.voids)), **texts)
    runtime.remember(card_set=data.hex(), card_set_read="")
    return record


def is_proof(data: bytes) -> bool:
    """True for a file that says that a set was read back, whoever signed it."""
    return looks_like_proof(data)


def take_proof(runtime: Runtime, data: bytes, now: datetime) -> CardSet:
    """Believe a proof, signed by root and recovery key elsewhere, that the set in force was read back."""
    card_set = in_force(runtime)
    try:
        set_id, day = check_read(data, runtime.pins)
    except CryptoError:
        raise RuleBroken(NO_PROOF) from None
    if card_set is None or card_set.set_id != set_id:
        raise RuleBroken(OTHER_SET)
    return _read(runtime, card_set, day, now)


def read_back(runtime: Runtime, seeds: OrgSeeds, now: datetime) -> CardSet:
    """Remember that the set in force gave these seeds, which are the pinned ones; RuleBroken when they are others."""
    card_set = in_force(runtime)
    if card_set is None:
        raise RuleBroken(NO_SET)
    if seeds.pins() != runtime.pins:
        raise RuleBroken(OTHER_KEYS)
    return _read(runtime, card_set, None, now)


def _read(runtime: Runtime, card_set: CardSet, day: int | None, now: datetime) -> CardSet:
    """`day`: when it was, as days since 1970-01-01; None for today."""
    with runtime.writing(None, now) as ctx:
        ctx.asked = True
        ctx.note("admin", "read the cards back", set=set_name(card_set.set_id))
        day = ctx.day_number if day is None else day
    runtime.remember(cards_read_back=True, card_set_read=f"{card_set.set_id.hex()} {day}")
    return card_set


UNREAD_WHOLE = N_("The two cards were never typed in again: run hrd-cases init --read-back.")
UNREAD_SET = N_("The cards of set %(set)s were never read back: run hrd-cases recovery check.")
SAME_SET = N_("Set %(set)s counts already.")
OLDER_SET = N_(
    "Set %(set)s does not replace the set that counts now (%(now)s): it was made before that one, or beside it."
)
NO_PROOF = N_("This is not a proof that the cards were read back, or not one by the keys pinned here.")
OTHER_SET = N_("This proof is about another set than the one that counts here.")
NO_SET = N_("There is no set of cards here yet, only the two whole cards: hrd-cases recovery create --from-cards.")
