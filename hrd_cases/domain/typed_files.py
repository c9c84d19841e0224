"""Text files that people hand in: saved by Notepad, copied through a mail, with the signs that such ways leave."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

_LEFT_BEHIND = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\u2060")) | {0xA0: " "}


def text_of(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark, or in UTF-16 with one; raises ValueError.

    Line ends become one kind, spaces at the ends of lines go. What stands inside a line is not changed.
    """
    text = data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    return "\n".join(line.strip() for line in text.translate(_LEFT_BEHIND).splitlines())
