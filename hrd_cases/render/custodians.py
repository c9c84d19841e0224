"""A custodian's card as PDF: one sheet, to print, to check against the screen, and to keep."""

from hrd_cases.domain.custodians import CustodianCard
from hrd_cases.domain.profiles import profiles
from hrd_cases.render import bundle, check
from hrd_cases.render.parsing import limit_parsers
from hrd_cases.render.pdf import Press, style
from hrd_cases.render.words import PaperWords

PER_LINE = 4


def build(card: CustodianCard) -> dict[str, bytes]:
    """The card's only file: 'main' (PDF)."""
    limit_parsers()
    words = PaperWords(language=card.language)
    press = Press(style("custodian.css", profile=profiles()["letter"]))
    typeset = press.set("custodian.html", {"t": words, "card": card, "rows": _rows})
    plan = bundle.BundlePlan(
        title=words["custodian_card"],
        language=card.language.value,
        built_at=card.built_at,
        inserts=(),
        targets={},
        bookmarks=(),
    )
    data = bundle.save(bundle.join((typeset,), plan))
    check.examine_piece(data, ())
    return {"main": data}


def _rows(groups: tuple[str, ...]) -> list[list[tuple[int, str]]]:
    """Groups with their numbers, some to a line."""
    numbered = list(enumerate(groups, 1))
    return [numbered[at : at + PER_LINE] for at in range(0, len(numbered), PER_LINE)]
