"""Exhibits that came after a paper was released: a supplement with their own numbers, behind the last one."""

import io
import re
import zipfile

from docx import Document
from hrd_browser import Browser, field, file
from pypdf import PdfReader

from tests.render.strike_sample import photo
from tests.web.papers.steps.test_typed_references import links, prepared, references, words
from tests.web.papers.test_papers import Lawyer, lana

__all__ = ["lana"]


def released(lana: Lawyer) -> str:
    """A released paper with exhibits 1 and 2."""
    paper = prepared(lana)
    assert "Begin a supplement" not in lana.get(paper).text
    lana.built(paper)
    assert lana.post(f"{paper}/r").status_code == 303
    return paper


def late(lana: Lawyer, title: str) -> None:
    lana.upload(f"/c/{lana.case}/e/new", field("title", title), file("3.jpg", photo({}, 1, size=(300, 400))))


def begun(lana: Lawyer, paper: str) -> str:
    """A supplement to a released paper, with every exhibit that it can have."""
    answer = lana.post(f"{paper}/a")
    assert answer.status_code == 303
    supplement = str(answer.location).rsplit("/", 1)[0]
    ticks = dict.fromkeys((f"use_{item}" for item in lana.exhibits(supplement)), "yes")
    assert lana.change(f"{supplement}/3/e", **ticks).status_code == 303
    return supplement


def labels(lana: Lawyer, paper: str) -> list[str]:
    """The labels of the exhibits in the index of what was built."""
    data = lana.get(f"{paper}/d/1").data
    text = " ".join(words(data, at) for at in range(1, len(PdfReader(io.BytesIO(data)).pages) + 1))
    return sorted(set(re.findall(r"Приложение\s(\d+(?:\.\d+)?)\b", text.replace("\u00a0", " "))))


def test_late_exhibits_are_numbered_behind_the_last_one_and_the_paper_keeps_its_numbers(lana: Lawyer) -> None:
    paper = released(lana)
    late(lana, "Протокол")
    supplement = begun(lana, paper)
    assert len(lana.exhibits(supplement)) == 1  # none of those that the paper has
    filing = lana.get(f"{supplement}/2").text
    assert "Настоящее дополнение к документу" in filing
    text = "Ранее (прил. 2, л. 1) и теперь (прил. 2.1, л. 1)."
    assert lana.change(f"{supplement}/2", opening=text).status_code == 303
    assert f'href="{paper}"' in lana.get(supplement).text
    assert references(lana, supplement) == {}  # exhibit 2 is in the paper that it completes
    lana.built(supplement)
    data = lana.get(f"{supplement}/d/1").data
    last = len(PdfReader(io.BytesIO(data)).pages)
    assert labels(lana, supplement) == ["2.1"]
    assert f"Ранее (прил. 2, л. 1) и теперь (прил. 2.1, л. {last})." in words(data, 1).replace("\u00a0", " ")
    assert (1, last) in links(data)
    lines = [line.text for line in Document(io.BytesIO(lana.get(f"{supplement}/d/3").data)).paragraphs]
    assert any("Приложение\u00a02.1" in line for line in lines)
    assert lana.post(f"{supplement}/r").status_code == 303
    with zipfile.ZipFile(io.BytesIO(lana.get(f"{supplement}/z").data)) as packed:
        assert [name for name in packed.namelist() if name.startswith("02.1_")]
    second = begun_after(lana, supplement)
    assert labels(lana, second) == ["2.2"]


def begun_after(lana: Lawyer, supplement: str) -> str:
    """A supplement to a supplement, built."""
    late(lana, "Письмо")
    following = begun(lana, supplement)
    assert len(lana.exhibits(following)) == 1
    lana.built(following)
    return following


def test_only_counsel_of_record_begins_a_supplement_and_only_to_a_released_paper(lana: Lawyer) -> None:
    paper = prepared(lana)
    assert lana.post(f"{paper}/a").status_code == 404
    lana.built(paper)
    assert lana.post(f"{paper}/r").status_code == 303
    luka = Browser(lana.world, "luka")
    assert "Begin a supplement" not in luka.get(paper).text
    assert luka.post(f"{paper}/a").status_code == 403
