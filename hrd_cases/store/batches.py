"""Long lists of ids in pieces that every database takes as parameters of one query."""

from collections.abc import Iterable

BATCH = 500


def batches(ids: Iterable[str]) -> list[list[str]]:
    """The distinct ids, in order, in lists of at most BATCH."""
    every = list(dict.fromkeys(ids))
    return [every[at : at + BATCH] for at in range(0, len(every), BATCH)]
