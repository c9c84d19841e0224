"""Text that a spreadsheet would run as a formula has an apostrophe before it in a CSV, and none once it is read again.

OWASP, CSV injection. Text that begins with apostrophes before such a sign gets one more, so that both ways are exact.
"""

# A cell that begins so is taken for a formula by one spreadsheet or another; wide forms are read as the narrow ones.
_STARTS = tuple("=+-@\t\r\n|%＝＋－＠")
_UNSEEN = " \u00a0\u200b\ufeff"
MARK = "'"


def defused(text: str) -> str:
    """The text as it may stand in a cell of a CSV."""
    return MARK + text if _runs(text.lstrip(MARK)) else text


def as_meant(text: str) -> str:
    """The text that `defused` was given."""
    return text[1:] if text.startswith(MARK) and _runs(text.lstrip(MARK)) else text


def _runs(text: str) -> bool:
    return text.startswith(_STARTS) or text.lstrip(_UNSEEN).startswith(_STARTS)
