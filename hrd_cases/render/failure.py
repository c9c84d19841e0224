"""How a paper is refused, and where in it the reason stands; how one file of an exhibit goes by its hash instead."""

from collections.abc import Sequence

from hrd_cases.domain.paper_refusals import REFUSALS
from hrd_cases.domain.papers import Refusal
from hrd_cases.domain.printing import NOT_PRINTED


class BuildFailed(Exception):
    """A paper could not be built: `code` is a key of paper_refusals.REFUSALS, `detail` a word for the log without case
    data, `places` every place that was found; only they quote the paper, and nothing prints them but its page."""

    def __init__(self, code: str, *, exhibit: str = "", detail: str = "", places: Sequence[Refusal] = ()) -> None:
        if code not in REFUSALS:
            raise ValueError("unknown refusal")
        super().__init__(code)
        self.code = code
        self.exhibit = exhibit
        self.detail = detail
        self.places = tuple(places) or (Refusal(kind=code, exhibit=exhibit),)


def refuse(places: Sequence[Refusal], detail: str = "") -> None:
    """Raise BuildFailed for these places, if there are any; the first says what is wrong."""
    if places:
        raise BuildFailed(places[0].kind, exhibit=places[0].exhibit, detail=detail, places=places)


class NotPrintable(Exception):
    """A file of an exhibit can not be printed: `reason` is a key of printing.NOT_PRINTED."""

    def __init__(self, reason: str) -> None:
        if reason not in NOT_PRINTED:
            raise ValueError("unknown reason")
        super().__init__(reason)
        self.reason = reason
