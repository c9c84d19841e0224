"""Finding words, names in any script and numbers in everything this person may open, and nowhere else.

The text packs of the cases are opened for each search and forgotten with the request; records only of the page shown.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import Call, left_behind
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import Declared, entity_for
from hrd_cases.domain.file_texts import LABEL, OF_SCAN, FileText
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NO_CASE, NO_RECORD, CaseId, RecordId
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.people import Person
from hrd_cases.domain.search.excerpts import Piece, excerpt, excerpt_of_long, how_many, marked
from hrd_cases.domain.search.query import Term, terms_of
from hrd_cases.domain.search.texts import SearchText, texts_of
from hrd_cases.domain.vaults import CASE_VAULT, PERSON_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.casework.search_ranks import Rank, Ranks, ranks_of
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.gate import allow, may, peek
from hrd_cases.services.records.hearing_titles import called_on_day, matters
from hrd_cases.services.records.records import title
from hrd_cases.services.schedule.agenda import case_titles, readable
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, is_of

LEAST, MOST = 2, 200
PER_PAGE = 25
# The kinds in the order in which hits of one case are shown; the others follow.
ORDER = (Case, Person, Call, LegalAction, Incident, Hearing, Letter, Evidence, Company, Body)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A record that was found. `case` is empty where it rests in none; `label` and `excerpt` say what matched,
    and `file` in which file of an exhibit.

    The excerpt is empty where the title is what matched, and of what pages cover.
    """

    code: str
    record: RecordId
    title: str
    title_pieces: tuple[Piece, ...] = ()
    case: CaseId
    on: date | None
    rank: Rank
    label: str = ""
    file: str = ""
    excerpt: tuple[Piece, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HitGroup:
    """Hits of one case, or of one kind where they rest in none: `code` is empty where `case` is named."""

    case: CaseId
    case_title: str
    code: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, kw_only=True)
class Results:
    """One page of what was found, in groups, and what else could be asked for.

    `kinds` and `years`: how many there are of each, before a filter; hits without a date are of the year 0.
    `near`: nothing is spelt as it was typed, and what is shown differs by a letter.
    """

    groups: tuple[HitGroup, ...]
    page: Page[Hit]
    kinds: Mapping[str, int]
    years: Mapping[int, int]
    near: bool = False


def remember(ctx: Context, text: str) -> str:
    """Seal what is searched for into the session; returns the id of its page. RuleBroken when too short or long."""
    allow(ctx, Act.SEE_DESK)
    requested = " ".join(text.split())
    if len(requested) < LEAST:
        raise RuleBroken(N_("Write at least two letters or digits."), place="text")
    if len(requested) > MOST:
        raise RuleBroken(N_("Write at most 200 characters."), place="text")
    if ctx.session is None:
        raise NotFound
    return ctx.runtime.sessions.keep_search(ctx.session, requested)


def recall(ctx: Context, page: str) -> str:
    """What the page of this id searched for; NotFound when the session no longer knows."""
    result = ctx.runtime.sessions.searched(ctx.session, page) if ctx.session is not None else None
    if result is None:
        raise NotFound
    return result


def find(ctx: Context, text: str, *, kind: str = "", year: int | None = None, page: int = 1) -> Results:
    """Every record whose texts hold each of the words, by case, the best first; `kind` and `year` narrow it."""
    vaults, terms = _reachable(ctx), terms_of(text)
    ctx.note("read", "search")
    ranked = ranks_of(ctx, vaults, terms)
    ranks = ranked.by_vault
    cards = ctx.work.records.cards_of(ranks, [vault for vault in vaults if vault.id in ranks])
    titles = case_titles(cards)
    hits = [_hit(card, titles, ranks[card.vault][card.id]) for card in cards if _is_shown(card, ranks)]
    shown = [hit for hit in hits if kind in ("", hit.code) and year in (None, _year(hit))]
    ordered = page_of(_in_order(shown, titles), page, PER_PAGE)
    by_id = {vault.id: vault for vault in vaults}
    vault_of = {card.id: by_id[card.vault] for card in cards}
    named = _by_matter(ctx, vault_of, {card.id: card for card in cards}, ordered.items)
    items = [_with_excerpt(ctx, vault_of[hit.record], hit, ranked) for hit in named]
    of_year = Counter(hit.code for hit in hits if year in (None, _year(hit)))
    of_kind = Counter(_year(hit) for hit in hits if kind in ("", hit.code))
    return Results(
        groups=tuple(_groups(items, titles)),
        page=ordered,
        kinds=dict(sorted(of_year.items(), key=lambda item: _kind_place(item[0]))),
        years=dict(sorted(of_kind.items(), reverse=True)),
        near=ranked.terms != terms and bool(hits),
    )


def _reachable(ctx: Context) -> list[OpenVault]:
    """Cases and people of the actor, and the directory if the table lets them read it."""
    directory = peek(ctx, ctx.runtime.organisation.directory)
    shared = [directory] if directory is not None and may(ctx, Act.READ_DIRECTORY, directory) else []
    return [*readable(ctx, Act.READ_CASE, CASE_VAULT), *readable(ctx, Act.READ_PERSON, PERSON_VAULT), *shared]


def _is_shown(card: Stored[Declared], ranks: Mapping[str, Mapping[RecordId, Rank]]) -> bool:
    """One call is found once: not where it goes on as a copy that is found too."""
    if card.id not in ranks.get(card.vault, {}):
        return False
    value = card.value
    return not (isinstance(value, Call) and left_behind(value) and any(value.copy in own for own in ranks.values()))


def _hit(card: Stored[Declared], titles: Mapping[str, str], rank: Rank) -> Hit:
    case = card.case if card.vault in titles else NO_CASE
    on = card.entity.day_of(card.value)
    return Hit(code=card.entity.code, record=card.id, title=title(card), case=case, on=on, rank=rank)


def _by_matter(
    ctx: Context, vaults: Mapping[RecordId, OpenVault], cards: Mapping[RecordId, Stored[Declared]], hits: Sequence[Hit]
) -> list[Hit]:
    """Hits with hearings called by matter and hour; only the cases of hearings that are shown are looked into."""
    by_id = {vaults[hit.record].id: vaults[hit.record] for hit in hits if is_of(cards[hit.record], Hearing)}
    actions = matters(ctx.work.records.cards(list(by_id.values()), of=(LegalAction,))) if by_id else {}
    return [replace(hit, title=called_on_day(cards[hit.record], actions)) for hit in hits]


def _year(hit: Hit) -> int:
    return hit.on.year if hit.on else 0


def _kind_place(code: str) -> tuple[int, str]:
    first = [entity_for(cls).code for cls in ORDER]
    return (first.index(code) if code in first else len(first), code)


def _in_order(hits: Sequence[Hit], titles: Mapping[str, str]) -> list[Hit]:
    """Groups by their best hit, and in a group the best first."""
    best: dict[str, Rank] = {}
    for hit in hits:
        best[_group_of(hit)] = max(best.get(_group_of(hit), (0, 0)), hit.rank)

    def place(hit: Hit) -> tuple[object, ...]:
        group = _group_of(hit)
        heading = titles.get(hit.case, "").casefold()
        own = (*_less(hit.rank), _kind_place(hit.code), hit.title.casefold(), hit.record)
        return (*_less(best[group]), bool(hit.case), heading, group, *own)

    return sorted(hits, key=place)


def _less(rank: Rank) -> Rank:
    return (-rank[0], -rank[1])


def _group_of(hit: Hit) -> str:
    return hit.case or hit.code


def _groups(hits: Sequence[Hit], titles: Mapping[str, str]) -> Iterator[HitGroup]:
    by_group: dict[str, list[Hit]] = {}
    for hit in hits:
        by_group.setdefault(_group_of(hit), []).append(hit)
    for own in by_group.values():
        case = own[0].case
        code = "" if case else own[0].code
        yield HitGroup(case=case, case_title=titles.get(case, ""), code=code, hits=tuple(own))


def _with_excerpt(ctx: Context, vault: OpenVault, hit: Hit, ranks: Ranks) -> Hit:
    """A hit with the words that matched: of the answer that has most of them, where the title has not."""
    terms = ranks.terms
    named, most = replace(hit, title_pieces=marked(hit.title, terms)), how_many(hit.title, terms)
    stored = ctx.work.records.read(vault, hit.record) if most < len(terms) else None
    best: SearchText | None = None
    for item in texts_of(stored.value) if stored is not None else ():
        count = how_many(item.text, terms)
        if count > most:
            best, most = item, count
    text, count = ranks.texts.get(hit.record, (NO_RECORD, 0))
    if stored is not None and count and (best is None or count > most):
        return _of_file(ctx, vault, named, stored, (text, terms))
    if best is None:
        return named
    return replace(named, label=best.label, excerpt=() if best.masked else excerpt(best.text, terms))


def _of_file(
    ctx: Context, vault: OpenVault, hit: Hit, exhibit: Stored[Declared], within: tuple[RecordId, Sequence[Term]]
) -> Hit:
    """A hit with the words that matched in the text of a file."""
    record, terms = within
    stored = ctx.work.records.read(vault, record)
    if stored is None or not is_of(stored, FileText) or not is_of(exhibit, Evidence):
        return hit
    names = {str(entry["blob"]): str(entry.get("name", "")) for entry in exhibit.value.files or ()}
    name = names.get(stored.value.file, "")
    label = OF_SCAN if stored.value.scanned else LABEL
    return replace(hit, label=label, file=name, excerpt=excerpt_of_long(stored.value.text, terms))
