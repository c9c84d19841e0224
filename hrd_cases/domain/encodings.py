"""In which of the old encodings of our countries a text without a mark is written."""

import re

OLD = ("cp1251", "koi8-r", "cp866")  # Windows, mail and Unix, DOS
SURE, APART = 0.5, 0.1  # how likely the best must be, and how much likelier than the next
COMMON = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё қәіңғүұөһ"  # of Russian by how often they stand in texts, then Kazakh
_MIXED = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
_TURNED = re.compile("[а-яё][А-ЯЁ]")  # small before capital: the one encoding read as another
SIGN = re.compile(r"[\s\w.,:;!?()«»\"'№%/+=*#@&<>\-–—…]", re.UNICODE)


def old_encoding(data: bytes) -> str:
    """The name of the encoding, or nothing where none is much likelier than the others."""
    (best, name), (second, _other) = sorted(((_likely(data, name), name) for name in OLD), reverse=True)[:2]
    return name if best >= SURE and best - second >= APART else ""


def _likely(data: bytes, name: str) -> float:
    """How much these bytes look like Russian or Kazakh words in this encoding: 0 to 1."""
    text = data[:200_000].decode(name, errors="replace")
    foreign = [sign for sign in text if ord(sign) > 127]
    if not foreign:
        return 0.0
    if len(_MIXED.findall(text)) > 0.3 * len(foreign):  # French or German: such letters stand among Latin ones
        return 0.0
    places = [COMMON.find(sign.lower()) for sign in foreign]
    often = sum(24 - place for place in places if 0 <= place < 24) / 24
    letters = sum(place >= 0 for place in places)
    odd = sum(not SIGN.match(sign) for sign in foreign) + len(_TURNED.findall(text))
    return max(0.0, (0.4 * letters + 0.6 * often - odd) / len(foreign))
