"""The one way a paper is refused."""

from hrd_cases.domain.papers import REFUSALS


class BuildFailed(Exception):
    """A paper could not be built: `code` is a key of papers.REFUSALS, `exhibit` a label or empty, `detail` a word for
    the log that holds no case data."""

    def __init__(self, code: str, *, exhibit: str = "", detail: str = "") -> None:
        if code not in REFUSALS:
            raise ValueError("unknown refusal")
        super().__init__(code)
        self.code = code
        self.exhibit = exhibit
        self.detail = detail
