"""Pages are laid out once where the numbers on them could be guessed, and again where they could not."""

import io
from itertools import count
from typing import Any

import pytest
from pypdf import PdfReader

from hrd_cases.domain.profiles import profiles
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.pdf import FALLBACKS, Press, style
from hrd_cases.render.places import Places
from hrd_cases.render.process import BuildProgress
from hrd_cases.render.settling import settled
from tests.render.strike_sample import sample
from tests.render.test_dossiers import built

ROW = "<tr><td>Рабочие остались под землёй после смены. {more}</td><td>прил. 3, стр.&nbsp;<data>{page}</data></td></tr>"


def press(font: str = "") -> Press:
    return Press(
        style("paper.css", profile=profiles()["kz_court"]) + (f"* {{ font-family: '{font}' }}" if font else "")
    )


def table(first: int) -> str:
    """A chronology of several pages, some rows so long that they go on over a page."""
    rows = (
        ROW.format(more="Потребовали повышения оплаты. " * (40 if at % 7 == 0 else 2), page=first + at)
        for at in range(60)
    )
    return f"<table><tbody>{''.join(rows)}</tbody></table><p>стр. <data>{first}</data>–<data>{first + 7}</data></p>"


@pytest.mark.parametrize("font", ["", *FALLBACKS[:2]])
def test_numbers_put_in_after_the_layout_give_the_same_file_as_laid_out_with_them(font: str) -> None:
    tool = press(font)
    laid = tool.lay(table(111))
    other = table(809)
    assert laid.fits(other)
    assert laid.count > 5
    laid.renumber(other)
    assert tool.write(laid) == tool.write(tool.lay(other))


@pytest.mark.parametrize("other", [table(99), table(111).replace("стр. ", "л. "), table(111) + "<p>1</p>"])
def test_other_words_and_longer_numbers_are_laid_out_again(other: str) -> None:
    assert not press().lay(table(111)).fits(other)


class Heard:
    """How often pages were laid out."""

    def __init__(self) -> None:
        self.turns = 0

    def __call__(self, *_step: Any) -> None:
        self.turns += 1


def measured(_anchors: object, total: int) -> Places:
    return Places(total=total)


def test_a_number_longer_than_guessed_is_laid_out_again_and_printed_as_it_came_out() -> None:
    tool, heard = press(), Heard()

    def html(places: Places) -> str:
        return "<i style='display: block; break-after: page'>.</i>" * 11 + f"<p>всего <data>{places.total}</data></p>"

    laid = settled(tool, html, measured, heard)
    assert heard.turns == 2
    assert "всего 12" in PdfReader(io.BytesIO(tool.write(laid))).pages[11].extract_text()


def test_pages_that_never_come_to_rest_are_refused() -> None:
    turns = count()
    with pytest.raises(BuildFailed) as failed:
        settled(press(), lambda _places: f"<p>{next(turns)}</p>", measured, Heard())
    assert failed.value.code == "number"


def test_a_dossier_is_laid_out_once() -> None:
    steps: list[BuildProgress] = []
    built(sample(photos=3), steps)
    assert [step.done for step in steps if step.stage == "typesetting"] == [1]
