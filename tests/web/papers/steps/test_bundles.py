"""Bundles: the same evidence at several places with pages of its own, and dividers with the heading of what follows."""

import io
import re
import zipfile

from hrd_browser import field, file
from pypdf import PdfReader

from hrd_cases.domain.page_moves import PageMove
from hrd_cases.services.drafting.page_moves import renumbered
from hrd_cases.services.papers import papers
from tests.render.strike_sample import scan
from tests.web.papers.steps.test_supplements import labels
from tests.web.papers.steps.test_typed_references import links, prepared, references, words
from tests.web.papers.test_page_approvals import KNOWN, Protected
from tests.web.papers.test_papers import Lawyer, lana
from tests.web.papers.test_protected import approve, ticks

__all__ = ["lana"]


def places(lana: Lawyer, paper: str) -> list[str]:
    """What step 3 lists, in the order of the numbers: evidence, and further places of it."""
    return re.findall(r'name="place_(\w{32,})"', lana.get(f"{paper}/3/e").text)


def put_again(lana: Lawyer, paper: str, exhibit: str, **new: str) -> str:
    """Put the evidence of an exhibit at one more place, the last one, with these choices there."""
    before = places(lana, paper)
    assert lana.change(f"{paper}/3/e/{exhibit}", again="yes").status_code == 303
    (place,) = set(places(lana, paper)) - set(before)
    assert lana.change(f"{paper}/3/e/{place}", **new).status_code == 303
    return place


def marks(data: bytes) -> list[object]:
    """The bookmarks of a paper: their words without the page; those of dividers are followed by theirs as a list."""

    def read(items: list[object]) -> list[object]:
        return [read(item) if isinstance(item, list) else item.title.rpartition(",")[0] for item in items]  # type: ignore[attr-defined]

    return read(PdfReader(io.BytesIO(data)).outline)


def test_one_document_stands_whole_at_one_place_and_with_one_page_at_another(lana: Lawyer) -> None:
    paper = prepared(lana)
    claim = lana.exhibits(paper)[1]
    with lana.world.reading("lana") as ctx:
        kept = len(list(ctx.work.files.every()))
    place = put_again(lana, paper, claim, pages="2")
    assert places(lana, paper) == [*lana.exhibits(paper), place]
    opening = "Весь иск (прил. 2, л. 2), и отдельно (прил. 3, л. 1)."
    assert lana.change(f"{paper}/2", opening=opening).status_code == 303
    assert references(lana, paper) == {}
    lana.built(paper)
    data = lana.get(f"{paper}/d/1").data
    last = len(PdfReader(io.BytesIO(data)).pages)  # slip, two pages, slip, one page
    assert f"Весь иск (прил. 2, л. {last - 2}), и отдельно (прил. 3, л. {last})." in words(data, 1).replace(
        "\u00a0", " "
    )
    assert {(1, last - 2), (1, last)} <= set(links(data))
    assert "Страницы документа 2 / 2" in words(data, last - 1)  # an excerpt says that it is one
    assert "Страницы документа" not in words(data, last - 4)
    with lana.world.reading("lana") as ctx:
        assert len(list(ctx.work.files.every())) == kept  # nothing was stored once more
    assert lana.post(f"{paper}/r").status_code == 303
    with zipfile.ZipFile(io.BytesIO(lana.get(f"{paper}/z").data)) as packed:
        pages = {
            name[:2]: len(PdfReader(io.BytesIO(packed.read(name))).pages)
            for name in packed.namelist()
            if name[:3] in ("02_", "03_")
        }
    assert pages == {"02": 3, "03": 2}


def test_a_further_place_that_is_taken_out_is_gone_and_one_that_a_fact_names_stays(lana: Lawyer) -> None:
    paper = prepared(lana)
    first, claim = lana.exhibits(paper)
    place = put_again(lana, paper, claim)
    fact = {"use": "yes", "text": "Иск подан.", "tied": "3 p. 2"}
    assert lana.change(f"{paper}/3/0", **fact).status_code == 303
    assert lana.change(f"{paper}/3/e", **{f"use_{place}": []}).status_code == 303
    assert places(lana, paper) == [first, claim, place]
    key = next(
        key for key, text in re.findall(r'name="tied_(\d+)"[^>]*value="([^"]*)"', lana.get(f"{paper}/3").text) if text
    )
    assert lana.change(f"{paper}/3/{key}", tied="").status_code == 303
    assert lana.change(f"{paper}/3/e", **{f"use_{place}": []}).status_code == 303
    assert places(lana, paper) == [first, claim]


def test_a_file_that_can_not_be_printed_is_handed_over_once_for_all_its_places(lana: Lawyer) -> None:
    lana.upload(f"/c/{lana.case}/e/new", field("title", "Запись"), file("1.bin", b"\x00\x01rubbish" * 40))
    paper = prepared(lana)
    sound = next(item for item in lana.exhibits(paper) if "<h1>Запись" in lana.get(f"{paper}/3/e/{item}").text)
    put_again(lana, paper, sound)
    lana.built(paper)
    data = lana.get(f"{paper}/d/1").data
    said = " ".join(words(data, at) for at in range(1, len(PdfReader(io.BytesIO(data)).pages) + 1))
    (name,) = set(re.findall(r"\d\d_Запись\.bin", said))
    assert said.count(name) == 2
    assert lana.post(f"{paper}/r").status_code == 303
    with zipfile.ZipFile(io.BytesIO(lana.get(f"{paper}/z").data)) as packed:
        assert [each for each in packed.namelist() if each.endswith(".bin")] == [name]


def test_each_place_of_a_protected_paper_has_pages_and_ticks_of_its_own(lana: Lawyer) -> None:
    here = Protected(lana, scan(3))
    here.tick(1, 2, 3)
    place = put_again(lana, here.paper, here.evidence, pages="2-3")
    page = lana.get(f"{here.paper}/x/{place}").text
    assert page.count("<figure") == 2
    assert " checked" not in page.split("<figure", 1)[1]
    assert len(here.printed()) == 3
    sent = re.findall(r'name="s" value="(\w+)"', page)
    assert lana.post(f"{here.paper}/x/{place}", s=sent, ok=sent[:1]).status_code == 303
    assert len(here.printed()) == 4


def test_pages_that_change_their_places_are_followed_at_every_place_of_the_document(lana: Lawyer) -> None:
    here = Protected(lana, scan(3), variant="full")
    place = put_again(lana, here.paper, here.evidence, pages="2-3")
    with lana.world.reading("lana") as ctx:
        plan = papers.desk(ctx, lana.case, here.paper.rsplit("/", 1)[-1]).plan
    move = PageMove(before=(("a", "b", "c"),), after=(("c", "a", "b"),))
    chosen = {each.evidence: each.pages for each in renumbered(plan.matter, here.evidence, move).exhibits}
    assert (chosen[here.evidence], chosen[place]) == ("", "1, 3")


def test_dividers_stand_in_the_list_the_bookmarks_and_before_what_they_head(lana: Lawyer) -> None:
    paper = prepared(lana)
    _photo, claim = lana.exhibits(paper)
    place = put_again(lana, paper, claim, pages="2", tab="Переписка")
    assert lana.change(f"{paper}/3/e/{claim}", tab="Бумаги суда").status_code == 303
    lana.built(paper)
    data = lana.get(f"{paper}/d/1").data
    last = len(PdfReader(io.BytesIO(data)).pages)  # divider, slip, two pages, divider, slip, page
    assert words(data, last - 6).startswith("Бумаги суда Приложение 2")
    assert words(data, last - 2).startswith("Переписка Приложение 3")
    index = next(words(data, at) for at in range(1, last) if words(data, at).startswith("Опись"))
    assert f"Бумаги суда {last - 6}–{last - 3}" in index
    assert f"Переписка {last - 2}–{last}" in index
    (below,) = [item for item in marks(data) if isinstance(item, list)]
    assert [item for item in below if isinstance(item, str)] == ["1. Фото", "Бумаги суда", "Переписка"]
    assert [item for item in below if isinstance(item, list)] == [["2. Иск"], ["3. Иск"]]
    assert labels(lana, paper) == ["1", "2", "3"]
    # Taken out, the exhibit leaves its divider to those that follow.
    assert lana.change(f"{paper}/3/e/{place}", tab="").status_code == 303
    assert lana.change(f"{paper}/3/e", **{f"use_{claim}": []}).status_code == 303
    lana.built(paper)
    data = lana.get(f"{paper}/d/1").data
    assert next(item for item in marks(data) if isinstance(item, list)) == ["1. Фото", "Бумаги суда", ["2. Иск"]]


def test_the_heading_of_a_divider_is_a_text_that_a_protected_paper_holds_once_it_is_approved(lana: Lawyer) -> None:
    here = Protected(lana, scan(1))
    here.tick(1)
    assert lana.change(f"{here.paper}/3/e/{here.evidence}", tab="Показания Лидера").status_code == 303

    def printed() -> str:
        page = lana.built(here.paper)
        assert "Read the built paper" in page, page[-2500:]
        data = lana.get(f"{here.paper}/d/1").data
        return " ".join(words(data, at) for at in range(1, len(PdfReader(io.BytesIO(data)).pages) + 1))

    assert "Показания Лидера" not in printed()
    assert "Показания Лидера" in here.step_page
    approve(lana, here.paper, [m for text, m in ticks(here.step_page).items() if text in (*KNOWN, "Показания Лидера")])
    assert "Показания Лидера" in printed()
