"""The places of a paper's texts where somebody is named: which are asked about, which are not, which wait."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property

from hrd_cases.domain.ids import NamedId
from hrd_cases.domain.names.questions import NOBODY, OTHER, NameAnswer, PlaceGroup, Recogniser
from hrd_cases.domain.papers import PaperCase
from hrd_cases.domain.redaction import Draft, RedactedText
from hrd_cases.domain.words import N_

NAMES_OPEN = N_("Names in this paper have no answer yet. Say for each whether it is the person or somebody else.")

# The parts of a paper as a reader knows them.
PARTS: Mapping[str, str] = {
    "filing": N_("The filing"),
    "opening": N_("Opening"),
    "positions": N_("Position"),
    "sections": N_("Passage"),
    "filled": N_("Field of this form"),
    "requests": N_("Request"),
    "attachments": N_("Attachments"),
    "copies_for": N_("Copies"),
    "parties": N_("Parties"),
    "history": N_("History of the proceeding"),
    "heads": N_("Charges or claim heads"),
    "facts": N_("Fact"),
    "custody": N_("Custody measures"),
    "exhibits": N_("Exhibit"),
    "subject": N_("Subject"),
    "applicants": N_("Applicants"),
    "body": N_("Text"),
    "addressee": N_("Addressee"),
    "our_number": N_("Our number"),
    "their_number": N_("Their number"),
    "signatory": N_("Signed by"),
    "authorities": N_("Laws and decisions relied on"),
    "edited": N_("Edited filing, page"),
    "own": N_("Own template"),
}


@dataclass(frozen=True, kw_only=True)
class NamesInPaper:
    """What one page asks about names: `groups` are questions, `listed` need no answer."""

    groups: tuple[PlaceGroup, ...]
    listed: tuple[PlaceGroup, ...]
    recogniser: Recogniser

    @property
    def answers(self) -> Mapping[str, NameAnswer]:
        """What was answered in this case."""
        return self.recogniser.answers

    def settled(self, hidden: Collection[NamedId]) -> tuple[str, ...]:
        """The sentences whose names belong to nobody who is hidden: the last check lets them pass."""
        spots = (spot for group in (*self.groups, *self.listed) for spot in group.spots)
        values = (spot.sentence for spot in spots if self.recogniser.who(spot.place, spot.key) not in hidden)
        return tuple(dict.fromkeys((*values, *self._cleared(hidden))))

    def _cleared(self, hidden: Collection[NamedId]) -> Iterator[str]:
        """The sentences of exhibits in which nobody is named who is hidden, as was answered for every place in them."""
        for answer in self.answers.values():
            spots = self.recogniser.spots(answer.text)
            if answer.text and all(self.recogniser.who(spot.place, spot.key) not in hidden for spot in spots):
                yield answer.text

    def named_in(self, texts: Iterable[str], hidden: Collection[NamedId]) -> tuple[tuple[int, str], ...]:
        """Where these texts (numbered from 1) name somebody hidden: surely, or as was answered; what was not answered
        yet is asked about."""
        return tuple(
            (number, spot.words)
            for number, text in enumerate(texts, start=1)
            for spot in self.recogniser.spots(text)
            if self.recogniser.who(spot.place, spot.key) in hidden
            and (spot.key in self.answers or not self.recogniser.needs_answer(spot.place))
        )

    @property
    def places(self) -> int:
        """How many places are asked about."""
        return sum(len(group.spots) for group in self.groups)

    @property
    def in_exhibits(self) -> tuple[tuple[str, NameAnswer], ...]:
        """What was answered about names that the last check found in exhibits, by sign; the newest first."""
        given = ((key, answer) for key, answer in self.answers.items() if answer.text)
        return tuple(sorted(given, key=lambda pair: (-pair[1].on.toordinal(), pair[1].text)))

    @cached_property
    def unanswered(self) -> tuple[PlaceGroup, ...]:
        """The questions with a place that nobody answered."""
        return tuple(group for group in self.groups if group.open(self.answers))

    def said(self, sent: Mapping[str, str]) -> tuple[dict[str, str], int]:
        """The answers of a sent form by sign of their place, and how many of its groups have changed meanwhile.

        `sent`: g-GROUP the answer for all its places, s-GROUP what was shown, p-SIGN the answer for one place; b-SIGN
        takes an answer about an exhibit back, which is then nobody ("").
        """
        results = {key: "" for key, _ in self.in_exhibits if sent.get(f"b-{key}")}
        changed = 0
        for group in self.groups:
            chosen = {f"g-{group.id}": sent.get(f"g-{group.id}", "")}
            chosen |= {f"p-{spot.key}": sent.get(f"p-{spot.key}", "") for spot in group.spots}
            if not any(chosen.values()):
                continue
            if sent.get(f"s-{group.id}", "") != group.seen:
                changed += 1
                continue
            whole = chosen[f"g-{group.id}"]
            whole = whole if whole in (*group.everywhere, OTHER, NOBODY) else ""
            for spot in group.spots:
                who = chosen[f"p-{spot.key}"] or whole
                before = self.answers.get(spot.key)
                if who in (*group.people, OTHER, NOBODY) and (before is None or before.who != who):
                    results[spot.key] = who
        return results, changed


def names_in_paper(draft: Draft, recogniser: Recogniser) -> NamesInPaper:
    """The names in every text of a paper."""
    edited = ((f"edited {page}", text.written) for page, text in enumerate(draft.edited, start=1))
    own = ((f"own {line}", text.written) for line, text in enumerate(draft.own, start=1))
    groups, listed = recogniser.groups((*texts_of(draft.case), *edited, *own))
    return NamesInPaper(groups=groups, listed=listed, recogniser=recogniser)


def texts_of(case: PaperCase[RedactedText]) -> Iterator[tuple[str, str]]:
    """Every text of a paper with its place: the part and the number of the row in it, as 'facts 3'."""
    yield from _texts(case, ())


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, RedactedText):
        if any(isinstance(piece, str) or piece.text for piece in value.pieces):
            text = "".join(piece if isinstance(piece, str) else piece.text or piece.form for piece in value.pieces)
            yield " ".join(path), text
    elif isinstance(value, tuple):
        for at, item in enumerate(value, start=1):
            yield from _texts(item, (*path, str(at)) if len(path) == 1 else path)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            values = (each.name,) if not path or (path == ("filing",) and each.name in PARTS) else path
            yield from _texts(getattr(value, each.name), values)


def recorded_names(draft: Draft, hidden: Collection[NamedId]) -> tuple[str, ...]:
    """The recorded names of those who are hidden; a name that is the pseudonym, too, is what the paper prints."""
    people = [draft.people[item] for item in hidden]
    names = {name for person in people for name in person.names.values() if name not in person.pseudonyms.values()}
    return tuple(sorted(name for name in names if name.strip()))
