"""Pages are laid out once where the numbers on them could be guessed, and again where they could not; sections of an
earlier build are taken where nothing in them changed, and the paper is the same as without them."""

import dataclasses
import io
import re
from collections.abc import Callable
from itertools import count, cycle, islice
from typing import Any

import pytest
from pypdf import PdfReader
from weasyprint.formatting_structure.boxes import TextBox

from hrd_cases.domain.profiles import profiles
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.pdf import FALLBACKS, Press, style
from hrd_cases.render.places import Places
from hrd_cases.render.process import BuildProgress, BuiltPaper, build
from hrd_cases.render.settling import SECTION, KeptSections, Settling, pdfs
from tests.render.strike_sample import Sample, sample
from tests.render.test_dossiers import built, chunks

ROW = "<tr><td>Рабочие остались под землёй после смены. {more}</td><td>прил. 3, стр.&nbsp;<data>{page}</data></td></tr>"


def press(more: str = "") -> Press:
    return Press(style("paper.css", profile=profiles()["kz_court"]) + more)


def table(first: int) -> str:
    """A chronology of several pages, some rows so long that they go on over a page."""
    rows = (
        ROW.format(more="Потребовали повышения оплаты. " * (40 if at % 7 == 0 else 2), page=first + at)
        for at in range(60)
    )
    return f"<table><tbody>{''.join(rows)}</tbody></table><p>стр. <data>{first}</data>–<data>{first + 7}</data></p>"


@pytest.mark.parametrize("font", ["", *FALLBACKS[:2]])
def test_numbers_put_in_after_the_layout_give_the_same_file_as_laid_out_with_them(font: str) -> None:
    tool = press(f"* {{ font-family: '{font}' }}" if font else "")
    laid = tool.lay(table(111))
    other = table(809)
    assert laid.fits(other)
    assert laid.count > 5
    laid.renumber(other)
    assert tool.write(laid) == tool.write(tool.lay(other))


NARROW = (
    "<section class='section'><table><colgroup><col><col style='width: {width}mm'></colgroup><tbody><tr>"
    "<td>х</td><td><a href='hrd:goto/x'>прил.&nbsp;3, л.&nbsp;<data>{page}</data></a></td>"
    "</tr></tbody></table></section>"
)


def narrow(tool: Press, width: int) -> tuple[str, ...]:
    """The pieces of a number in a column of this width, in which another one was put; it is printed as if laid out."""
    laid = tool.lay(NARROW.format(width=width, page=102))
    other = NARROW.format(width=width, page=398)
    laid.renumber(other)
    assert tool.write(laid) == tool.write(tool.lay(other))
    boxes = (box for sheet in laid.document.pages for box in sheet._page_box.descendants())
    return tuple(box.pango_layout.text for box in boxes if box.element_tag == "data" and isinstance(box, TextBox))


def test_a_number_in_a_narrow_column_stands_there_once_and_whole() -> None:
    tool = press()
    assert {narrow(tool, width) for width in range(8, 40)} == {("398",)}


def test_a_number_that_would_not_stay_whole_goes_on_in_the_next_line() -> None:
    tool = press("data { overflow-wrap: anywhere }")
    assert {narrow(tool, width) for width in range(8, 40)} > {("398",)}


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


def settled(
    html: Callable[[Places], str], kept: KeptSections | None = None, heard: Heard | None = None
) -> KeptSections:
    return Settling(press(), kept or KeptSections()).settle(html, measured, heard or Heard())


def text(sections: KeptSections) -> str:
    readers = [PdfReader(io.BytesIO(data)) for data in pdfs(sections)]
    return " ".join(page.extract_text() for reader in readers for page in reader.pages)


def pages(some: int, word: str = "первая") -> Callable[[Places], str]:
    """A section that says how many pages there are, and one of so many pages."""
    page = "<i style='display: block; break-after: page'>.</i>"

    def html(places: Places) -> str:
        return f"<body><p>{word}: <data>{places.total}</data></p>{SECTION}{page * some}<p>вторая</p></body>"

    return html


def test_a_number_longer_than_guessed_is_laid_out_again_and_printed_as_it_came_out() -> None:
    heard = Heard()
    assert "первая: 12" in text(settled(pages(10), heard=heard))
    assert heard.turns == 2


def test_a_number_of_as_many_digits_is_put_in_without_another_layout() -> None:
    heard = Heard()
    assert "первая: 4" in text(settled(pages(2), heard=heard))
    assert heard.turns == 1


def test_pages_that_never_come_to_rest_are_refused() -> None:
    turns = count()
    with pytest.raises(BuildFailed) as failed:
        settled(lambda _places: f"<body><p>{next(turns)}</p></body>")
    assert failed.value.code == "number"


def test_a_kept_section_is_taken_where_nothing_in_it_changed() -> None:
    kept = settled(pages(10))
    marked = settled(pages(10, "канарейка")).sections[0].pdf
    swapped = KeptSections(sections=(dataclasses.replace(kept.sections[0], pdf=marked), *kept.sections[1:]))
    assert "канарейка" in text(settled(pages(10), swapped))
    assert "канарейка" not in text(settled(pages(10, "другая"), swapped))


def test_a_kept_section_is_written_again_where_a_page_in_it_has_another_number() -> None:
    assert "первая: 13" in text(settled(pages(11), settled(pages(10))))


def test_nothing_after_the_last_section_is_no_page() -> None:
    kept = settled(lambda _places: f"<body>{SECTION}<p>одна</p>{SECTION}\n</body></html>")
    assert [section.count for section in kept.sections] == [1]


@pytest.mark.slow
def test_a_dossier_is_laid_out_once() -> None:
    steps: list[BuildProgress] = []
    built(sample(photos=3), steps)
    assert [step.done for step in steps if step.stage == "typesetting"] == [1]


def long(changed: str = "") -> Sample:
    """A dossier of so many facts that their chronology is in two sections; the words of one are changed."""
    made = sample(photos=1)
    facts = list(islice(cycle(made.request.case.facts), 100))
    facts[90] = dataclasses.replace(facts[90], text=changed or facts[90].text)
    case = dataclasses.replace(made.request.case, facts=tuple(facts))
    return dataclasses.replace(made, request=dataclasses.replace(made.request, case=case))


def paper(made: Sample, kept: bytes = b"") -> BuiltPaper:
    return build(made.request, ((name, chunks(data)) for name, data in made.contents.items()), before=kept)


@pytest.mark.slow
def test_a_paper_with_kept_sections_is_the_same_as_without_them() -> None:
    changed = long("Бригада отказалась, и об этом никто не знал. " * 30)
    assert paper(changed, paper(long()).kept) == paper(changed)


@pytest.mark.slow
def test_facts_go_on_in_the_next_section_with_the_head_of_their_table() -> None:
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(paper(long()).main_pdf)).pages]
    at = next(at for at, words in enumerate(texts) if re.search(r"^80\b", words, re.MULTILINE))
    assert texts[at + 1].startswith("№ Когда")
    assert re.search(r"^81\b", texts[at + 1], re.MULTILINE)
