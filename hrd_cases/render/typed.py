"""The words of a paper as they were typed, each with the path to its field: what must not be in the paper is found here
first, where it can be mended."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass

from hrd_cases.domain.papers import Exhibit, FilledField, Part, Refusal, SharedCase
from hrd_cases.render.failure import refuse
from hrd_cases.render.forbidden import word_in

# What names no person: ids, hashes, kinds.
UNTYPED = frozenset({"id", "exhibit", "translation_of", "sha256", "kind", "key"})


def refuse_typed(case: SharedCase, forbidden: tuple[str, ...], label: Callable[[Exhibit[str]], str]) -> None:
    """Raise BuildFailed with every field in which one of these words stands."""
    refusals = []
    for each in fields(case):
        for item in _items(getattr(case, each.name)):
            exhibit = label(item) if isinstance(item, Exhibit) else ""
            refusals += [
                Refusal(kind="forbidden", exhibit=exhibit, word=word, field=path)
                for path, text in _texts(item, each.name)
                if (word := word_in(text, forbidden))
            ]
    refuse(list(dict.fromkeys(refusals)), "typed")


def _items(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item, path)
    elif isinstance(value, FilledField):
        yield from _texts(value.texts, f"{path}.{value.key}")
    elif is_dataclass(value) and not isinstance(value, (type, Part)):
        for each in fields(value):
            if each.name not in UNTYPED:
                yield from _texts(getattr(value, each.name), f"{path}.{each.name}")
