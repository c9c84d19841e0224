"""References to exhibits that a lawyer types into the text of a filing: links to printed pages, renumbered, checked."""

import io
import re
from html import unescape

import pikepdf
from docx import Document
from hrd_browser import file
from pypdf import PdfReader

from tests.services.papers.test_edited_filings import pdf
from tests.web.papers.test_papers import Lawyer, agreed, lana

__all__ = ["lana"]


def references(lana: Lawyer, address: str) -> dict[str, str]:
    """What a page says of references that lead nowhere, with the address of each place."""
    part = re.search(r'<section class="part" id="references".*?</section>', lana.get(address).text, re.DOTALL)
    line = r'<a href="([^"]+)"[^>]*>([^<]+)</a><span class="sub"[^>]*>([^<]+)</span>'
    links = re.findall(line, part[0]) if part else []
    return {unescape(f"{text}. {reason}"): unescape(url) for url, text, reason in links}


def links(data: bytes) -> list[tuple[int, int]]:
    """Every link of a paper as (page on which it stands, page to which it leads), from 1."""
    with pikepdf.open(io.BytesIO(data)) as paper:
        numbers = {page.obj.objgen: at for at, page in enumerate(paper.pages, start=1)}
        return [
            (at, numbers[note.Dest[0].objgen])
            for at, page in enumerate(paper.pages, start=1)
            for note in page.obj.get("/Annots", ())
        ]


def words(data: bytes, page: int) -> str:
    return " ".join(PdfReader(io.BytesIO(data)).pages[page - 1].extract_text().split())


def prepared(lana: Lawyer) -> str:
    """A paper with the photograph as exhibit 1 and the claim, two pages, as exhibit 2."""
    agreed(lana)
    paper = lana.prepare()
    claim = next(item for item in lana.exhibits(paper) if "<h1>Иск" in lana.get(f"{paper}/3/e/{item}").text)
    assert lana.change(f"{paper}/3/e", **{f"place_{claim}": "2"}).status_code == 303
    assert lana.exhibits(paper)[1] == claim
    return paper


def claim_pages(data: bytes) -> tuple[int, int]:
    """The two printed pages of exhibit 2, which is the last one: they are the last pages."""
    last = len(PdfReader(io.BytesIO(data)).pages)
    return last - 1, last


def test_a_typed_reference_is_a_link_to_the_printed_page_in_pdf_and_docx(lana: Lawyer) -> None:
    paper = prepared(lana)
    assert lana.change(f"{paper}/2", opening="Бригада пришла (прил. 2, л. 2).").status_code == 303
    assert references(lana, paper) == {}
    lana.built(paper)
    data = lana.get(f"{paper}/d/1").data
    _first, last = claim_pages(data)
    assert f"(прил. 2, л. {last})" in words(data, 1).replace("\u00a0", " ")
    assert (1, last) in links(data)
    edited = Document(io.BytesIO(lana.get(f"{paper}/d/3").data))
    assert any(f"Бригада пришла (прил. 2, л. {last})." in line.text for line in edited.paragraphs)


def test_a_reference_that_leads_nowhere_is_told_with_its_place_before_release(lana: Lawyer) -> None:
    paper = prepared(lana)
    text = "Есть запись (прил. 9, л. 1) и снимок (прил. 2, л. 7)."
    assert lana.change(f"{paper}/2", opening=text, requests="Отказать (прил. 8)").status_code == 303
    listed = references(lana, paper)
    assert list(listed) == [
        "Opening: “прил. 9, л. 1”. There is no exhibit 9 here.",
        "What we ask the court for, one a line: “прил. 8”. There is no exhibit 8 here.",
    ]
    for address in listed.values():
        path, _, anchor = address.partition("#")
        page = lana.get(path)
        assert page.status_code == 200
        assert f'id="{anchor}"' in page.text
    page = lana.built(paper)
    assert "Release" in page  # a number of somebody else's annex stops nothing
    absent = "Opening: “прил. 2, л. 7”. Exhibit 2 has no page 7 here: 2 of its pages are printed."
    assert absent in references(lana, f"{paper}/5")
    assert absent in references(lana, paper)
    russian = {**lana.headers, "Cookie": lana.headers["Cookie"].replace("__Host-g=en", "__Host-g=ru")}
    assert "Приложения 9 здесь нет." in lana.client.get(f"{paper}/5", headers=russian).text
    assert "(прил. 2, л. 7)" in words(lana.get(f"{paper}/d/1").data, 1).replace("\u00a0", " ")  # as it was typed


def test_typed_references_follow_when_their_exhibits_get_other_numbers(lana: Lawyer) -> None:
    paper = prepared(lana)
    first, second = lana.exhibits(paper)
    assert lana.change(f"{paper}/2", opening="Видно (прил. 2, л. 1) и (прил. 1).").status_code == 303
    assert lana.change(f"{paper}/3/e", **{f"place_{second}": "1"}).status_code == 303
    assert lana.exhibits(paper) == [second, first]
    assert "Видно (прил. 1, л. 1) и (прил. 2)." in lana.get(f"{paper}/2").text
    assert lana.change(f"{paper}/2", profile="un_treaty_body", court="CCPR").status_code == 303
    assert lana.get(paper).status_code == 200


def test_what_an_edited_filing_refers_to_is_linked_and_a_wrong_number_is_told(lana: Lawyer) -> None:
    paper = prepared(lana)
    lana.built(paper)
    data = lana.get(f"{paper}/d/1").data
    _first, last = claim_pages(data)
    edited = pdf(pages=1, words=f"See exhibit 2, p. {last}; exhibit 2, p. 1; exhibit 9, p. 3")
    assert lana.upload(f"{paper}/5/e", file("filing.pdf", edited, "application/pdf")).status_code == 303
    lana.built(paper)
    listed = references(lana, f"{paper}/5")
    assert [text.split("”")[0] for text in listed] == [
        "page 1 of the paper: “exhibit 2, p. 1",
        "page 1 of the paper: “exhibit 9, p. 3",
    ]
    assert links(lana.get(f"{paper}/d/1").data)[0] == (1, last)
