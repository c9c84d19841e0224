"""What differs between two texts, word by word, with as much of the rest as says where."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_PARTS = 1500  # words that are compared one by one; of longer texts, lines are
AROUND = 6  # words that stand before and after what changed

_WORD = re.compile(r"\S+\s*|\s+")
_Run = tuple[bool, Sequence[str]]  # whether these words changed


@dataclass(frozen=True, kw_only=True)
class TextPiece:
    """A part of a text: what changed, or what is the same; `left_out` stands where the same words are not repeated."""

    text: str = ""
    changed: bool = False
    left_out: bool = False


Pieces = tuple[TextPiece, ...]


def whole(text: str) -> Pieces:
    """A text that is another one altogether; nothing where nothing is written."""
    return (TextPiece(text=text, changed=True),) if text else ()


def compare(before: str, after: str) -> tuple[Pieces, Pieces]:
    """The pieces of both texts; of two that read the same though something in them differs, each whole."""
    if before == after:
        return whole(before), whole(after)
    words = (_WORD.findall(before), _WORD.findall(after))
    runs = _runs(*words, key=str.strip)
    if not any(changed for run in runs for changed, _words in run):  # only spaces or line breaks differ
        runs = _runs(*words, key=str)
    return tuple(_shortened(runs[0])), tuple(_shortened(runs[1]))


def _runs(old: list[str], new: list[str], *, key: Callable[[str], str]) -> tuple[list[_Run], list[_Run]]:
    """Both texts cut into what is in both and what is in one, in order."""
    first = _common(old, new, key)
    last = _common(old[first:][::-1], new[first:][::-1], key)
    before, after = _parts(old[first : len(old) - last], new[first : len(new) - last])
    left: list[_Run] = [(False, old[:first])]
    right: list[_Run] = [(False, new[:first])]
    matcher = SequenceMatcher(None, list(map(key, before)), list(map(key, after)))
    for what, i, j, k, m in matcher.get_opcodes():
        left.append((what != "equal", before[i:j]))
        right.append((what != "equal", after[k:m]))
    left.append((False, old[len(old) - last :]))
    right.append((False, new[len(new) - last :]))
    return left, right


def _parts(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """What is compared one by one: words; where they are too many lines, and of too many lines the whole."""
    if max(len(before), len(after)) <= MOST_PARTS:
        return before, after
    texts = ("".join(before), "".join(after))
    lines = (texts[0].splitlines(keepends=True), texts[1].splitlines(keepends=True))
    return lines if max(map(len, lines)) <= MOST_PARTS else ([texts[0]], [texts[1]])


def _common(old: Sequence[str], new: Sequence[str], key: Callable[[str], str]) -> int:
    """How many words both begin with."""
    for number, (one, other) in enumerate(zip(old, new, strict=False)):
        if key(one) != key(other):
            return number
    return min(len(old), len(new))


def _shortened(runs: Sequence[_Run]) -> Iterator[TextPiece]:
    """Pieces: what changed whole, and of what did not the words nearest to it."""
    filled = [run for run in runs if run[1]]
    for number, (changed, words) in enumerate(filled):
        before, after = (0 if number == 0 else AROUND), (0 if number == len(filled) - 1 else AROUND)
        if changed or len(words) <= before + after + 1:
            yield TextPiece(text="".join(words), changed=changed)
            continue
        if before:
            yield TextPiece(text="".join(words[:before]))
        yield TextPiece(left_out=True)
        if after:
            yield TextPiece(text="".join(words[-after:]))
