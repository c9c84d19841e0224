"""Figures of any script as the ten that our patterns know: Arabic-Indic, Persian, Devanagari, full-width and others."""

import unicodedata


def plain_digits(text: str) -> str:
    """The text with every decimal figure as one of 0 to 9; everything else stays."""
    return text if text.isascii() else "".join(map(_plain, text))


def typed_code(text: str) -> str:
    """A code as typed or pasted, with plain figures and without spaces, hyphens and marks that have no width."""
    signs = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Pd"))
    return plain_digits("".join(signs))


def _plain(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if unicodedata.category(sign) == "Nd" else sign
