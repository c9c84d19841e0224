"""What custodians do with their cards on a machine without network, server or organisation: make, read, put together.

Nothing here writes a file. Seeds and shares live in memory only, for as long as one command runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hrd_cases.crypto.ceremony.card_sets import CardSet, NewCardSet, make_set, prove_read, restore
from hrd_cases.crypto.ceremony.cards import CardError, read_card
from hrd_cases.crypto.ceremony.shares import MOST, Share, ShareError, Wrong, combine, read_share, set_name
from hrd_cases.crypto.core.certificates import key_words
from hrd_cases.crypto.core.errors import CryptoError, NotSigned
from hrd_cases.crypto.core.keys import OrgSeeds, Pins
from hrd_cases.crypto.core.passphrases import compared_words
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.custodians import CustodianCard, PrintedShare
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.papers import Language
from hrd_cases.domain.words import N_, Sentence
from hrd_cases.render import pango
from hrd_cases.render.process import build_card

KINDS = ("root", "recovery")
LISTS = {Language.RU: "ru", Language.KK: "kk", Language.EN: "latin"}


KEY_WORDS = {"root": N_("root"), "recovery": N_("recovery")}


def check_sizes(needed: int, count: int) -> None:
    """Raise RuleBroken for numbers of cards that can not be."""
    if not 2 <= needed <= count <= MOST:
        raise RuleBroken(SIZES, values={"most": MOST})


def make(seeds: OrgSeeds, *, needed: int, count: int, voids: Sequence[bytes] = ()) -> NewCardSet:
    """Split both seeds into `count` cards, and try that the first and the last `needed` give them back."""
    check_sizes(needed, count)
    created = make_set(seeds, needed=needed, count=count, voids=voids)
    for chosen in (slice(None, needed), slice(count - needed, None)):
        restore(created.root[chosen], created.recovery[chosen], created.record)
    return created


def printed(created: NewCardSet, number: int, language: Language, now: datetime) -> CustodianCard:
    """What stands on the card with this number."""
    shares = (created.root[number - 1], created.recovery[number - 1])
    listed = LISTS[language]
    return CustodianCard(
        language=language,
        set_name=shares[0].set_name,
        number=number,
        needed=created.record.needed,
        count=created.record.count,
        day=now.astimezone().date(),  # of this machine: cards are also made where no organisation is
        key_words=words_of_pins(created.record.pins),
        shares=tuple(PrintedShare(kind=share.kind, groups=share.groups, words=share.words(listed)) for share in shares),
        built_at=now,
    )


def refuse_unprintable() -> None:
    """Raise BuildFailed when no card can be set on this machine, before keys are made for it."""
    pango.refuse_missing()


def as_pdf(card: CustodianCard) -> bytes:
    """One sheet; set in a process of its own that cannot write files."""
    return build_card(card)


def words_of_pins(pins: Pins) -> tuple[str, ...]:
    """Eight words of all public keys: on every card, and on the screen of every command that asks for cards."""
    return key_words(digest(pins.encode()), compared_words())


def read_set(data: bytes) -> CardSet:
    """The public record of a set; RuleBroken when it is none."""
    try:
        return CardSet.from_file(data)
    except CryptoError:
        raise RuleBroken(NO_RECORD) from None


@dataclass(kw_only=True)
class Hands:
    """Cards of one kind as they are typed in, one after the other; each is refused at once when it is not right.

    `record`: the set's public record where it is at hand; without it the first card says which set is meant.
    """

    kind: str
    record: CardSet | None = None
    every: bool = False  # all cards of the set are asked for, not only as many as open
    shares: list[Share] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """How many more cards are needed; 1 before the first was typed where nobody knows."""
        share = self.shares[0] if self.shares else self.record
        if share is None:
            return 1
        return (share.count if self.every else share.needed) - len(self.shares)

    def take(self, text: str) -> Share:
        """Read one card; RuleBroken names what is wrong with it, and it does not count."""
        try:
            share = read_share(text)
        except ShareError as error:
            raise RuleBroken(SAID[error.wrong], values={"place": error.place}) from None
        if share.kind != self.kind:
            raise RuleBroken(SAID[Wrong.KIND], values={"kind": Sentence(msgid=KEY_WORDS[self.kind])})
        if self.record is not None:
            self._compare(share, self.record)
        if self.shares and share.set_id != self.shares[0].set_id:
            raise RuleBroken(SAID[Wrong.MIXED], values={"number": share.number, "set": self.shares[0].set_name})
        if share.number in {other.number for other in self.shares}:
            raise RuleBroken(SAID[Wrong.TWICE], values={"number": share.number})
        self.shares.append(share)
        return share

    def seed(self) -> Secret:
        """The seed, once no card is missing."""
        try:
            return combine(self.shares, self.record.marks(self.kind) if self.record else None)
        except ShareError as error:
            raise RuleBroken(
                SAID[error.wrong], values={"number": error.number, "kind": Sentence(msgid=KEY_WORDS[self.kind])}
            ) from None

    def _compare(self, share: Share, record: CardSet) -> None:
        if share.set_id in record.voids:
            raise RuleBroken(VOID, values={"number": share.number, "set": share.set_name})
        if share.set_id != record.set_id:
            raise RuleBroken(SAID[Wrong.MIXED], values={"number": share.number, "set": set_name(record.set_id)})
        if record.marks(self.kind).get(share.number) != share.mark():
            raise RuleBroken(SAID[Wrong.FORGED], values={"number": share.number})


def whole_card(text: str, kind: str) -> Secret:
    """The seed of a whole card as `init` printed it (any one person's); RuleBroken names the group."""
    try:
        return read_card(text, kind)
    except CardError as error:
        raise RuleBroken(WRONG_GROUP if error.group else WRONG_CARD, values={"place": error.group}) from None


def together(root: Secret, recovery: Secret, pins: Pins | None) -> OrgSeeds:
    """Both seeds, compared with the public keys where these are at hand; RuleBroken when they are others."""
    seeds = OrgSeeds(root_seed=root, recovery=recovery)
    if pins is not None and seeds.pins() != pins:
        raise RuleBroken(OTHER_KEYS)
    return seeds


def proof(seeds: OrgSeeds, record: CardSet, day: int) -> bytes:
    """The signed proof that this set was read back; NotSigned never, since the seeds were compared."""
    if seeds.pins() != record.pins:
        raise NotSigned
    return prove_read(seeds, record.set_id, day)


SIZES = N_(
    "Choose how many cards are made and how many of them open: at least 2, at most %(most)s, never more than are made."
)
NO_RECORD = N_("This is not the public record of a set of cards, or it was changed.")
VOID = N_("Card %(number)s is of set %(set)s, which was replaced: it is no longer valid. Destroy it.")
OTHER_KEYS = N_("These cards give other keys than the ones pinned here: they belong to another organisation.")
WRONG_GROUP = N_("Group %(place)s is not right. Compare it with the card, letter by letter.")
WRONG_CARD = N_("These groups do not belong together, or this is the other card. Type the whole card again.")
SAID = {
    Wrong.GROUP: N_("Group %(place)s is not right. Compare it with the card, letter by letter."),
    Wrong.WORD: N_("Word %(place)s is not right. Compare it with the card."),
    Wrong.WHOLE: N_("Each group or word is right by itself, together they are not: were two exchanged? Type it again."),
    Wrong.MIXED: N_("Card %(number)s is of another set: here the set is %(set)s. Cards of two sets are never mixed."),
    Wrong.KIND: N_("This is the other half of the card: here its %(kind)s key is asked for."),
    Wrong.TWICE: N_("Card %(number)s was typed already. Take another one."),
    Wrong.FEW: N_("There are too few cards: together they say nothing yet."),
    Wrong.FORGED: N_("Card %(number)s is well formed and none of this set: somebody made it up. Ask its custodian."),
}
