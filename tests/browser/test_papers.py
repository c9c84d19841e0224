"""The written response to a claim, in Russian, from a kept case to the files a court takes."""

import io

from pages.cases import CasePage
from pages.papers import Papers
from pages.site import Enter, Site
from pypdf import PdfReader

STRIKE = "Подземная забастовка 2017 года: преследование лидеров шахтёров"


def test_a_written_response_with_its_bundle_takes_five_steps(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "lawyer", scripts=scripts)
    CasePage(visitor).open(STRIKE)
    papers = Papers(visitor)
    papers.begin("Отзыв на иск")
    papers.file("отказать в иске полностью\nотменить обеспечительные меры")
    papers.take_the_facts()
    papers.build()
    papers.wait()
    assert papers.steps == [f"Step {number} of 5" for number in range(1, 6)]
    papers.release()
    assert "Released" in visitor.text
    visitor.check()

    whole = PdfReader(io.BytesIO(papers.download("dossier.pdf").read_bytes()))
    assert len(whole.pages) >= 15
    first = whole.pages[0].extract_text()
    assert "Шахтинский городской суд" in first
    everything = "\n".join(sheet.extract_text() for sheet in whole.pages)
    assert "отказать в иске полностью" in everything
    assert "Приложение" in everything
    assert len([name for name in papers.files if name[:2].isdecimal()]) >= 5, "the separate, numbered files"
    assert papers.download("filing.docx").read_bytes().startswith(b"PK")


def test_whoever_is_not_counsel_of_record_is_told_so(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    CasePage(visitor).open(STRIKE)
    case = visitor.path.rpartition("/")[2]
    assert visitor.go(f"/w/{case}/new") == 403
    assert visitor.heading == "This is for the counsel of record"
    assert "Юрист Бекзат" in visitor.text
    visitor.check()
