"""How well each record holds what is searched for; what stands in the text of a file counts for its exhibit."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.file_texts import FileText
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.search.query import Term, near
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allowing
from hrd_cases.store.digests import Cards
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import of_class

Rank = tuple[int, int]  # of the worst term, and of all together: the higher, the better
Best = dict[RecordId, int]  # the rank of each record that holds a term
CODE = entity_for(FileText).code


@dataclass(frozen=True, kw_only=True)
class Ranks:
    """The rank of each record that holds all of the terms, by vault; those that lack one are left out.

    `texts`: of each exhibit the text of a file that holds most of the terms, by its id, and how many it holds.
    """

    terms: Sequence[Term]
    by_vault: dict[str, dict[RecordId, Rank]] = field(default_factory=dict)
    texts: dict[RecordId, tuple[RecordId, int]] = field(default_factory=dict)


def ranks_of(ctx: Context, vaults: Sequence[OpenVault], terms: Sequence[Term]) -> Ranks:
    """What these vaults hold of the terms, as far as their holder has keys; what is near, where they hold nothing.

    The second look is at what the first one opened.
    """
    opened = list(ctx.work.records.texts(vaults)) if terms else []
    exhibits = _Exhibits(ctx)
    exact, forgiving = _ranks(opened, exhibits, terms), near(terms)
    return exact if exact.by_vault or forgiving == terms else _ranks(opened, exhibits, forgiving)


class _Exhibits:
    """The exhibit of each text of a file, where the actor may open the file itself; a vault is asked once."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._asked = set[str]()
        self._of: dict[RecordId, RecordId] = {}

    def of(self, vaults: Sequence[OpenVault]) -> Mapping[RecordId, RecordId]:
        """The exhibit of each text in these vaults, and in those asked before."""
        fresh = [vault for vault in vaults if vault.id not in self._asked]
        self._asked |= {vault.id for vault in fresh}
        readable = allowing(self._ctx, Act.OPEN_FILE, fresh)
        texts = of_class(self._ctx.work.records.cards(readable, (FileText,)), FileText) if readable else []
        self._of |= {text.id: text.value.exhibit for text in texts}
        return self._of


def _ranks(opened: Sequence[tuple[OpenVault, list[Cards]]], exhibits: _Exhibits, terms: Sequence[Term]) -> Ranks:
    found = [(vault, _of_each(packs, terms), _file_texts(packs)) for vault, packs in opened]
    holding = [vault for vault, each, texts in found if not texts.isdisjoint(chain.from_iterable(each))]
    exhibit_of, ranks = exhibits.of(holding), Ranks(terms=terms)
    for vault, each, texts in found:
        whose = {text: exhibit_of.get(text, NO_RECORD) for text in texts}
        ranks.texts.update(_most(each, whose))
        for record, rank in _of_all([_of_holders(best, whose) for best in each]):
            ranks.by_vault.setdefault(vault.id, {})[record] = rank
    return ranks


def _of_each(packs: Sequence[Cards], terms: Sequence[Term]) -> list[Best]:
    return [_of_term(packs, term) for term in terms]


def _of_term(packs: Sequence[Cards], term: Term) -> Best:
    """The rank of each record that holds a term, in whichever of its parts it is best."""
    best: Best = {}
    for cards in packs:
        for record, card in cards.items():
            rank = term.rank(card.document) if term.perhaps(card.document) else 0
            if rank > best.get(record, 0):
                best[record] = rank
    return best


def _file_texts(packs: Sequence[Cards]) -> frozenset[RecordId]:
    return frozenset(record for cards in packs for record, card in cards.items() if card.code == CODE)


def _of_holders(best: Best, whose: Mapping[RecordId, RecordId]) -> Best:
    """The same by the record that is shown: an exhibit for the texts of its files."""
    shown: Best = {}
    for record, rank in best.items():
        holder = whose.get(record, record)
        if holder:
            shown[holder] = max(rank, shown.get(holder, 0))
    return shown


def _of_all(each: Sequence[Best]) -> Iterator[tuple[RecordId, Rank]]:
    for record in set(each[0]).intersection(*each[1:]):
        ranks = [best[record] for best in each]
        yield record, (min(ranks), sum(ranks))


def _most(each: Sequence[Best], whose: Mapping[RecordId, RecordId]) -> dict[RecordId, tuple[RecordId, int]]:
    """Of each exhibit the text that holds most of the terms, and how many."""
    counts = Counter(text for best in each for text in best if whose.get(text))
    return {whose[text]: (text, count) for text, count in sorted(counts.items(), key=lambda item: item[1])}
