"""Which language a text looks like, by its letters and a few words: it points at what nobody translated.

Between Russian and Kazakh only letters and words that the other does not have count; where they do not tell, nothing
is said. Names of people are not given to it.
"""

import re
from dataclasses import dataclass

from hrd_cases.domain.papers import Language, PaperCase, SharedCase
from hrd_cases.domain.redaction import RedactedText, placed

KAZAKH_LETTERS = frozenset("әғқңөұүһі")
KAZAKH_LATIN = frozenset("äğıñşūǵńýá")
_RUSSIAN = (
    "и в во на не ни что с со по от к за из для это как о об при до у их его её был была было были или без между"
    " который она оно они мы вы также если после перед через под над"
)
RUSSIAN = frozenset(_RUSSIAN.split())
_LATIN = {
    Language.EN: "the of and to in by for with was were is are that this not from at as an",
    Language.FR: "le les des du et une est dans pour par qui ne pas sur avec été au aux ce il elle",
    Language.ES: "el los las del y una por con fue fueron se al su como más esta este ha sido",
}
# Small words that tell languages of one alphabet apart; most that two of them share are left out.
LATIN = {language: frozenset(words.split()) for language, words in _LATIN.items()}
RUSSIAN_ENDING = re.compile(
    r"(?:[аоыи]го|[ыои]й|ая|яя|ое|ее|ые|ие|ых|их|ыми|ими|ами|ями|ение|ения|ании|ание|ания|ться|ать|ить|еть"
    r"|ства|ство|ции|ция|ость|ости|ется|ются|ает|яют|ают|ил|ал|ла|ли|лся|лись)\Z"
)
SHORTEST = 5  # letters of a word whose ending counts
ENOUGH = 0.3  # of the words, with letters of Kazakh alone
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, kw_only=True)
class Untranslated:
    """A text of a paper in another language than the paper: recorded as such, or only looking so."""

    place: str
    text: str
    language: Language
    recorded: bool


def untranslated(case: SharedCase, language: Language) -> tuple[int, ...]:
    """The numbers (from 1) of the facts that are written in another language than the paper."""
    return tuple(at for at, fact in enumerate(case.facts, start=1) if fact.language not in (None, language))


def untranslated_parts(case: PaperCase[RedactedText], language: Language) -> tuple[Untranslated, ...]:
    """Every typed text of a paper that is written in another language, as far as it can be told; each once."""
    recorded = {fact.text: fact.language for fact in case.facts if fact.language is not None}
    result = (
        _judged(place, text, recorded.get(text), language)
        for place, text in placed(case)
        if text.written and not place.startswith("Exhibit.source")
    )
    return tuple({(item.place, item.text): item for item in result if item is not None}.values())


def looks(text: str, paper: Language) -> Language | None:
    """Another language that a text of a paper in this language looks like; None where it fits or can not be told."""
    results = _WORD.findall(text)
    names = {word.casefold() for word in results[1:] if word[0].isupper()}  # of streets, courts, people
    words = [word.casefold() for word in results]
    cyrillic = [word for word in words if "Ѐ" <= word[0] <= "ӿ"]
    latin = [word for word in words if word[0] <= "ɏ"]
    if sum(map(len, latin)) > sum(map(len, cyrillic)):
        return _latin(latin, paper)
    if not cyrillic:
        return None
    common = [word for word in cyrillic if word not in names] or cyrillic
    kazakh = sum(bool(KAZAKH_LETTERS & set(word)) for word in common) / len(common)
    if paper in LATIN:
        return Language.KK if kazakh >= ENOUGH else Language.RU
    russian = bool(RUSSIAN & set(cyrillic)) or any(_ends_russian(word) for word in cyrillic)
    if paper is Language.RU:
        return Language.KK if kazakh >= ENOUGH and len(cyrillic) > 1 and not RUSSIAN & set(cyrillic) else None
    return Language.RU if russian and kazakh < ENOUGH else None


def _latin(words: list[str], paper: Language) -> Language | None:
    if any(KAZAKH_LATIN & set(word) for word in words):
        return Language.KK if paper is not Language.KK and len(words) > 1 else None
    counts = {language: sum(map(small.__contains__, words)) for language, small in LATIN.items()}
    likely = max(counts, key=lambda language: (counts[language], language is Language.EN))
    if paper in LATIN:
        return likely if counts[likely] > 1 and counts[likely] > 2 * counts[paper] else None
    return likely if counts[likely] or len(words) > 2 else None


def _ends_russian(word: str) -> bool:
    return len(word) >= SHORTEST and not KAZAKH_LETTERS & set(word) and bool(RUSSIAN_ENDING.search(word))


def _judged(place: str, wording: RedactedText, recorded: Language | None, paper: Language) -> Untranslated | None:
    text = " ".join(piece for piece in wording.pieces if isinstance(piece, str))
    language = recorded if recorded not in (None, paper) else looks(text, paper) if recorded is None else None
    if language is None:
        return None
    return Untranslated(place=place, text=wording.written, language=language, recorded=recorded is not None)
