"""A custodian's card can be read, names nobody, and what stands on it gives the share back."""

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from hrd_cases.crypto.ceremony.shares import read_share, split
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.custodians import CustodianCard, PrintedShare
from hrd_cases.domain.papers import Language
from hrd_cases.domain.vocabulary import LANGUAGES
from hrd_cases.render.process import build_card
from hrd_cases.render.reading import bare

LIST = {Language.RU: "ru", Language.KK: "kk", Language.EN: "latin"}
SHARES = tuple(split(Secret(b"s" * 32), kind, b"set1", needed=3, count=5)[4] for kind in ("root", "recovery"))


def card(language: Language) -> CustodianCard:
    return CustodianCard(
        language=language,
        set_name=SHARES[0].set_name,
        number=5,
        needed=3,
        count=5,
        day=date(2026, 11, 22),
        key_words=tuple(f"word{at}" for at in range(8)),
        shares=tuple(
            PrintedShare(kind=share.kind, groups=share.groups, words=share.words(LIST[language])) for share in SHARES
        ),
        built_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize("language", list(map(Language, LANGUAGES)))
def test_a_card_is_one_sheet_with_both_shares_as_groups_and_as_words(language: Language) -> None:
    sheets = PdfReader(io.BytesIO(build_card(card(language)))).pages
    assert len(sheets) == 1
    text = sheets[0].extract_text()
    result = bare(text)
    for share in SHARES:
        assert all(bare(group) in result for group in share.groups)
        assert all(bare(word) in result for word in share.words(LIST[language]))
        assert read_share(" ".join(share.words(LIST[language]))) == share
    assert bare(SHARES[0].set_name) in result
    assert bare("5 / 5") in result


def test_a_card_does_not_print_its_shares_by_accident() -> None:
    assert SHARES[0].groups[3] not in repr(card(Language.EN))
    assert SHARES[0].words()[3] not in repr(card(Language.EN))
