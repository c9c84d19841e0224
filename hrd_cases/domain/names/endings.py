"""How names are declined: tables of endings and of words as data, read into the one Latin spelling of readings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from hrd_cases.domain.data_files import DataTable, read_table
from hrd_cases.domain.likeness import sounds
from hrd_cases.domain.names.folding import reading, readings

Endings = frozenset[str]
LEAST_CUT = 3  # a shorter stem would begin half the dictionary
_VOWELS = "аеёиоуыэюяәөүұі"


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Everything the data files say, as it is compared."""

    russian: Mapping[str, Endings]
    kazakh: tuple[Endings, Endings]  # after back vowels, after front ones
    english: Endings
    back: str
    front: str
    patronymics: tuple[str, ...]
    apart: tuple[str, ...]
    surnames: tuple[str, ...]
    fleeting: Mapping[str, str]
    fleeting_ends: tuple[tuple[str, str], ...]
    voiced: Mapping[str, str]
    same: tuple[tuple[str, ...], ...]
    parts: tuple[tuple[str, str], ...]
    short: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class NameWords:
    """Words that are also names, never one, stand beside one, or name somebody beside one."""

    names: Endings
    never: Endings
    beside: Endings
    kin: Endings
    given: Endings


@dataclass(frozen=True)
class Stem:
    """The beginning that all forms of a name share, and the endings that may follow it."""

    text: str
    endings: Endings

    def __contains__(self, word: str) -> bool:
        """Whether a word is this stem with one of its endings; a letter doubled where they meet is read once."""
        rest = word[len(self.text) :]
        return rest in self.endings or (self.text[-1:] + rest) in self.endings


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables of endings and spellings."""
    data, spelt = _read("endings.toml"), _read("spellings.toml")
    kazakh = data["kazakh"]
    return Tables(
        russian={name: _endings(text) for name, text in data["russian"].items()},
        kazakh=(_kazakh(kazakh, 0), _kazakh(kazakh, 1)),
        english=_endings(data["english"]["endings"]),
        back="".join(kazakh["back"].split()),
        front="".join(kazakh["front"].split()),
        patronymics=tuple(dict.fromkeys(sounds(item) for item in data["patronymic"]["ends"].split())),
        apart=tuple(sorted(_endings(data["patronymic"]["apart"]))),
        surnames=tuple(dict.fromkeys(sounds(item) for item in data["surname"]["ends"].split())),
        fleeting={sounds(whole): sounds(stem) for whole, stem in data["fleeting"].items()},
        fleeting_ends=tuple(data["fleeting_ends"].items()),
        voiced=data["voiced"],
        same=tuple(tuple(line.split()) for line in spelt["same"]),
        parts=tuple((item, other) for item, other in spelt["parts"]),
        short=tuple(tuple(line.split()) for line in spelt["short"]),
    )


@lru_cache(maxsize=1)
def words() -> NameWords:
    """The lists of words."""
    data = {name: text.split() for name, text in _read("words.toml").items()}
    never = frozenset(word.casefold() for word in data.pop("never"))  # as they are spelled: Юлия sounds like июля
    return NameWords(never=never, **{name: frozenset(map(reading, row)) for name, row in data.items()})


def stems(name: str, *, surname: bool) -> frozenset[Stem]:
    """The stems of one word of a name, for every way to spell it."""
    results: set[Stem] = set()
    for entry in spellings_of(name):
        for heard in readings(entry):
            results |= _stems(entry, heard, surname=surname)
    return frozenset(stem for stem in results if stem.text)


def spellings_of(name: str) -> frozenset[str]:
    """A word of a name, and the spellings that count as one with it: Евгений, Evgeny, Eugene."""
    spelt = {name.casefold()} | _spellings().get(reading(name), set())
    pairs = [pair for two in tables().parts for pair in (two, two[::-1])]
    return frozenset(spelt | {item.replace(*pair) for item in spelt for pair in pairs})


def short_stems(name: str) -> frozenset[Stem]:
    """The stems of what somebody of this given name is called at home and at work: Сергей, Серёжа."""
    return frozenset(stem for other in _short().get(reading(name), ()) for stem in stems(other, surname=False))


@lru_cache(maxsize=1)
def _short() -> Mapping[str, list[str]]:
    """For each given name of the tables, as it is heard in any spelling: what those who bear it are called."""
    results: dict[str, list[str]] = {}
    for first, *others in tables().short:
        for heard in set(map(reading, spellings_of(first))):
            results.setdefault(heard, []).extend(others)
    return results


@lru_cache(maxsize=1)
def _spellings() -> Mapping[str, set[str]]:
    """For each spelling of the tables, as it is heard: all spellings that count as one with it."""
    results: dict[str, set[str]] = {}
    for line in tables().same:
        for item in line:
            results.setdefault(reading(item), set()).update(line)
    return results


def is_patronymic(heard: str) -> bool:
    """Whether a word is made from a father's name."""
    return any(heard.endswith(end) or _strip(heard).endswith(end) for end in tables().patronymics)


def _strip(heard: str) -> str:
    for end in ("nin", "ina", "in", "im", "men", "ga", "na", "om", "em", "oi", "u", "a", "e", "i"):
        if heard.endswith(end):
            return heard[: -len(end)]
    return heard


def _stems(name: str, heard: str, *, surname: bool) -> set[Stem]:
    more = ("plural",) if surname else ()
    kazakh = _harmony(name)
    results = {Stem(heard, ends("", kazakh, *more))}
    last = name[-1:]
    if name.endswith(("ий", "ый", "ой", "ая", "яя", "sky", "skiy", "skii", "skij", "skaya", "skaia")):
        cut = heard.removesuffix("aia").removesuffix("oi").removesuffix("i")
        results |= _cut(cut, ends("adjective"))
    if heard.endswith("i") and last not in "иыі":
        results |= _cut(heard, ends("glide")) | _cut(heard[:-1], ends("glide"))
    elif heard.endswith("a"):
        results |= _cut(heard[:-1], ends("first")) | _cut(heard.removesuffix("ia"), ends("first"))
        if surname:  # Калиева, Калиев
            results |= _cut(heard[:-1], ends("", "surname"))
    elif heard[-1:] not in "eiouy":
        results.add(Stem(heard, ends("consonant", kazakh, "", *more, *(("surname",) if surname else ()))))
    results |= {Stem(item, ends("consonant", "first", kazakh)) for item in _fleeting(name, heard)}
    for end, other in tables().voiced.items():
        if name.endswith(end):
            results.add(Stem(sounds(name.removesuffix(end) + other), _voiced(kazakh)))
    return results | _fathers(heard)


@lru_cache(maxsize=64)  # names of tables, never of people
def ends(*kinds: str) -> Endings:
    """The endings of these tables together; '' for those of no language: none, and the English ones."""
    table = tables()
    every = {**table.russian, "": table.english | {""}, "back": table.kazakh[0], "front": table.kazakh[1]}
    every["both"] = every["back"] | every["front"]
    return frozenset().union(*(every[kind] for kind in kinds))


@lru_cache(maxsize=4)
def _voiced(kazakh: str) -> Endings:
    return frozenset(end for end in ends(kazakh) if end[:1] == "i")


def _cut(stem: str, endings: Endings) -> set[Stem]:
    return {Stem(stem, endings)} if len(stem) >= LEAST_CUT or (len(stem) == 2 and stem[-1] not in "aeiou") else set()


def _fleeting(name: str, heard: str) -> set[str]:
    values = {tables().fleeting[heard]} if heard in tables().fleeting else set()
    for end, other in tables().fleeting_ends:
        if name.endswith(end) and len(name) - len(end) >= LEAST_CUT:
            values.add(sounds(name.removesuffix(end) + other))
    return values


def _fathers(heard: str) -> set[Stem]:
    """Нурланович and Нұрланұлы name one father."""
    values = [end for end in tables().patronymics if heard.endswith(end) and len(heard) - len(end) >= LEAST_CUT]
    base = min((heard.removesuffix(end) for end in values), key=len, default="")
    every = ends("", "both", "consonant", "first")
    return {Stem(base + end.removesuffix("a"), every) for end in tables().patronymics} if base else set()


def _harmony(name: str) -> str:
    """Which Kazakh endings may follow: people write both but after the shortest names, where they would be words."""
    last = next((letter for letter in reversed(name) if letter in _VOWELS), "")
    if len(name) > LEAST_CUT or not last:
        return "both"
    return "back" if last in tables().back else "front" if last in tables().front or last in "еи" else "both"


def _kazakh(data: Mapping[str, list[str]], at: int) -> Endings:
    plural = ["", *data["plural"][at].split()]
    possessive = ["", *data["possessive"][at].split()]
    case = ["", *data["case"][at].split(), *data["after"][at].split()]
    return _endings([f"{item}{two}{three}" for item in plural for two in possessive for three in case])


def _endings(text: str | Iterable[str]) -> Endings:
    every = text.split() if isinstance(text, str) else text
    return frozenset(sounds(item) for item in every)


def _read(name: str) -> DataTable:
    return read_table("names", name)
