"""The way of a paper through the pages: five steps, a clear refusal for everybody else, a frozen version."""

import io
import re
import time
import zipfile
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pikepdf
import pytest
from hrd_browser import Browser, field, file, filled_form
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.legal_actions import ActionParty
from hrd_cases.domain.people import Name, Person
from hrd_cases.domain.printing import NOT_PRINTED, WHAT_TO_DO
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import people
from hrd_cases.services.papers import seals
from hrd_cases.services.papers.jobs import BUILDING, BUILT, JOBS
from hrd_cases.services.papers.seals import root_words
from hrd_cases.services.records import records
from hrd_cases.web.evidence import print_preview
from tests.render.strike_sample import photo, scan
from tests.services.papers.test_edited_filings import pdf


class Lawyer(Browser):
    """Lana, at work on a paper."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "lana")
        self.case = world.strike.case

    def change(self, path: str, **new: Any) -> Any:
        """Open a form, change some fields, send it."""
        page = self.get(path)
        assert page.status_code == 200, page.text[:500]
        fields = filled_form(page.text, path)
        return self.client.post(path, data={**fields, **new}, headers=self.headers)

    def begin(self, variant: str = "full") -> str:
        """Step 1; the address of the paper."""
        answer = self.change(
            f"/w/{self.case}/new",
            title="Отзыв",
            language="ru",
            variant=variant,
            action=self.world.strike.records["action"],
        )
        assert answer.status_code == 303, answer.text[:2000]
        return str(answer.location).rsplit("/", 1)[0]

    def prepare(self, variant: str = "full") -> str:
        """Steps 1 to 3 with two exhibits."""
        for title, name, data in (("Фото", "1.jpg", photo({}, 1, size=(600, 800))), ("Иск", "2.pdf", scan(2))):
            self.upload(f"/c/{self.case}/e/new", field("title", title), file(name, data))
        paper = self.begin(variant)
        request = {
            "court": "Экономический суд", "filed_by": "адвокат Лана", "authority": "ордер № 17", "signatory": "Лана",
            "requests": "Отказать в иске", "case_number": "2-0000/2017",
        }  # fmt: skip
        answer = self.change(f"{paper}/2", **request)
        assert answer.status_code == 303, answer.text[-3000:]
        answer = self.change(f"{paper}/3/e", **dict.fromkeys((f"use_{item}" for item in self.exhibits(paper)), "yes"))
        assert answer.status_code == 303, answer.text[-3000:]
        return paper

    def exhibits(self, paper: str) -> list[str]:
        """The exhibits that step 3 lists, in the order of their numbers."""
        return re.findall(r'name="place_(\w{32})"', self.get(f"{paper}/3/e").text)

    def choose_pages(self, paper: str, typed: str) -> Any:
        """Step 3 with a choice of pages for the first exhibit."""
        return self.change(self.first_exhibit(paper), pages=typed)

    def first_exhibit(self, paper: str) -> str:
        """The page of the first exhibit of a paper."""
        return f"{paper}/3/e/{self.exhibits(paper)[0]}"

    def built(self, paper: str) -> str:
        """Step 5, waited for; the page as it then stands."""
        assert self.post(f"{paper}/5").status_code == 303
        for _ in range(240):
            page = self.get(f"{paper}/5")
            if "Refresh" not in page.headers:
                return page.text
            assert "progress" in page.text
            time.sleep(0.5)
        pytest.fail("not built in two minutes")


@pytest.fixture
def lana(sqlite_world: World) -> Lawyer:
    with sqlite_world.writing("lana") as ctx:
        person = sqlite_world.strike.person
        value = Person(pseudonym="Лидер шахтёров А", names=(Name(name="Әлібек Сынақов"),), roles=("client",))
        people.save(ctx, person, value, people.read(ctx, person).versions)
    return Lawyer(sqlite_world)


def agreed(lana: Lawyer) -> None:
    """The person of the case said yes to the court, by word of mouth."""
    page = f"/c/{lana.case}/s/new"
    text = {"keep": "yes", "court": "yes", "read_aloud": "yes"}
    answer = lana.change(page, person=lana.world.strike.person, **text)
    assert answer.status_code == 303


def test_from_the_case_to_a_released_dossier_and_its_check(lana: Lawyer) -> None:
    agreed(lana)
    paper = lana.prepare()
    gate = lana.get(f"{paper}/4")
    assert "Nothing is missing" in gate.text
    page = lana.built(paper)
    assert "Read the built paper" in page, page[-1500:]
    whole = lana.get(f"{paper}/d/1")
    assert len(PdfReader(io.BytesIO(whole.data)).pages) >= 6
    assert lana.get(f"{paper}/d/3").data[:2] == b"PK"
    assert lana.post(f"{paper}/r").status_code == 303
    luka = Browser(lana.world, "luka")
    visible = luka.get(paper)
    assert "released, number 1" in visible.text
    dossier = luka.get(f"{paper}/f/1")
    verdict = seals.check(dossier.data, root_words(lana.world.runtime.pins.root_public))
    assert (verdict.good, verdict.number) == (True, 1)
    with zipfile.ZipFile(io.BytesIO(luka.get(f"{paper}/z").data)) as packed:
        names = packed.namelist()
    assert names[:3] == ["dossier.pdf", "working/annex.pdf", "working/filing.docx"]
    assert names[-2:] == ["SHA256SUMS", "SHA256SUMS.seal"]
    assert any(name.startswith("01_") for name in names)
    for at, name in enumerate(names, start=1):
        sent = luka.get(f"{paper}/f/{at}").headers["Content-Disposition"]
        assert sent.endswith(f"filename*=UTF-8''{quote(name.rpartition('/')[2])}")
        assert f">{name.rpartition('/')[2]}</a>" in visible.text
    assert lana.get(f"{paper}/2").status_code == 422
    assert lana.post(f"{paper}/r").status_code == 422


def test_the_filing_begins_with_what_the_case_knows(lana: Lawyer) -> None:
    paper = lana.begin()
    page = lana.get(f"{paper}/2").text
    assert "Lana Person" in page
    assert "Step 2 of 5" in page


def test_nothing_typed_is_lost_when_a_required_line_is_missing(lana: Lawyer) -> None:
    paper = lana.begin()
    answer = lana.change(f"{paper}/2", requests="", place="Караганда", opening="Мы возражаем.")
    assert answer.status_code == 422
    assert "Караганда" in answer.text
    assert "Мы возражаем." in answer.text


def test_a_missing_consent_is_answered_by_a_pseudonym(lana: Lawyer) -> None:
    paper = lana.prepare()
    assert lana.post(f"{paper}/5").location.endswith("/4")
    gate = lana.get(f"{paper}/4")
    assert "refused or withdrawn" in gate.text
    assert lana.post(f"{paper}/4", person=lana.world.strike.person, choice="pseudonym").status_code == 303
    assert "Nothing is missing" in lana.get(f"{paper}/4").text


def test_an_exception_is_agreed_to_by_somebody_else_on_the_case(lana: Lawyer) -> None:
    paper, person = lana.prepare(), lana.world.strike.person
    lana.change(f"{paper}/2", opening="Әлібек Сынақов пришёл.\n\nСрок не нарушен.")
    refused = lana.post(f"{paper}/4", person=person, choice="override", reason="")
    assert refused.status_code == 422
    assert "a second person reads it" in refused.text
    lana.post(f"{paper}/4", person=person, choice="override", reason="The term ends tomorrow")
    assert "waits for a second person" in lana.get(f"{paper}/4").text
    luka = Browser(lana.world, "luka")
    page = luka.get(paper).text
    assert "The term ends tomorrow" in page
    assert "Read by: Court" in page
    assert "Әлібек Сынақов пришёл." in page  # the text it is given for
    assert "Срок не нарушен." not in page  # and no other
    text = {"person": person, "mark": filled_form(page, f"{paper}/4/s")["mark"][0]}
    assert lana.post(f"{paper}/4/s", **text).status_code == 403
    assert luka.post(f"{paper}/4/s", **{**text, "mark": "0" * 32}).status_code == 422
    assert luka.post(f"{paper}/4/s", **text).status_code == 303
    assert "Nothing is missing" in lana.get(f"{paper}/4").text
    changed = {"sections-0-heading": "Ещё", "sections-0-text": "Әлібек Сынақов был в забое."}
    assert lana.change(f"{paper}/2", **changed).status_code == 303
    gate = lana.get(f"{paper}/4").text
    assert "the text was changed since: decide again" in gate
    assert "Nothing is missing" not in gate
    assert lana.post(f"{paper}/5").location.endswith("/4")


@pytest.mark.parametrize("name", ["anna", "luka"])
def test_a_colleague_is_told_who_may_make_papers_and_why(lana: Lawyer, name: str) -> None:
    paper = lana.begin()
    colleague = Browser(lana.world, name)
    for address in (f"/w/{lana.case}/new", f"{paper}/2", f"{paper}/4"):
        answer = colleague.get(address)
        assert answer.status_code == 403
        assert "counsel of record" in answer.text
        assert "Lana Person" in answer.text
    assert colleague.post(f"{paper}/5").status_code == 403
    assert colleague.post(f"{paper}/r").status_code == 403


def test_an_outsider_cannot_tell_that_there_is_a_paper(lana: Lawyer) -> None:
    paper = lana.begin()
    outsider = Browser(lana.world, "outsider")
    nothing = outsider.get(f"/w/{'0' * 32}/new")
    for address in (f"/w/{lana.case}", f"/w/{lana.case}/new", paper, f"{paper}/2", f"{paper}/5", f"{paper}/f/1"):
        answer = outsider.get(address)
        assert (answer.status_code, answer.data) == (404, nothing.data), address


def test_the_edited_filing_comes_back_through_the_page_and_stands_in_the_dossier(lana: Lawyer) -> None:
    agreed(lana)
    paper = lana.prepare()
    torn = lana.upload(f"{paper}/5/e", file("Отзыв.pdf", pdf()[:-300], "application/pdf"))
    assert torn.status_code == 422
    error = re.search(r'id="f-files-error">(.*?)</p>', torn.text, re.DOTALL)
    assert error, torn.text[-3000:]
    assert "damaged or incomplete" in error[1]
    answer = lana.upload(f"{paper}/5/e", file("Отзыв.pdf", pdf(), "application/pdf"))
    assert answer.status_code == 303
    with lana.world.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, audit_reader.LogFilter()).items
    assert "upload an edited filing" in {line.act for line in lines if line.record == paper.rsplit("/", 1)[-1]}
    assert "An edited filing was uploaded" in lana.built(paper)
    dossier = PdfReader(io.BytesIO(lana.get(f"{paper}/d/1").data))
    assert "Filing as edited, leaf 7" in dossier.pages[6].extract_text()
    assert lana.post(f"{paper}/5", filing="as_built").status_code == 303
    assert "An edited filing was uploaded" not in lana.built(paper)
    assert "Filing as edited" not in PdfReader(io.BytesIO(lana.get(f"{paper}/d/1").data)).pages[0].extract_text()


def test_an_exhibit_that_cannot_be_opened_stops_nothing_and_says_why(lana: Lawyer) -> None:
    agreed(lana)
    paper = lana.prepare()
    bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (50_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + bytes(200)
    created = lana.upload(f"/c/{lana.case}/e/new", field("title", "Bomb"), file("b.png", bomb)).location.rsplit("/", 1)[
        1
    ]
    page = lana.get(f"{paper}/2")
    fields = filled_form(page.text, f"{paper}/2")
    fields |= {"sections-0-heading": ["X"], "sections-0-text": ["Y"], "sections-0-exhibits": [created]}
    assert lana.client.post(f"{paper}/2", data=fields, headers=lana.headers).status_code == 303
    visible = lana.built(paper)
    assert NOT_PRINTED["broken"] in visible
    assert WHAT_TO_DO["broken"] in visible
    assert "Read the built paper" in visible, "the paper is built all the same"
    assert lana.get(f"/w/{lana.case}").status_code == 200


def test_a_refusal_leads_to_the_exhibit_and_the_field_that_hold_the_name(lana: Lawyer) -> None:
    paper, person = lana.prepare(), lana.world.strike.person
    name = "Serik Synaqov"
    with lana.world.writing("lana") as ctx:
        stored = people.read(ctx, person)
        names = (Name(name="Әлібек Сынақов"), Name(name=name))
        people.save(ctx, person, replace(stored.value, names=names), stored.versions)
    assert lana.post(f"{paper}/4", person=person, choice="pseudonym").status_code == 303
    statement = pikepdf.new()
    page = statement.add_blank_page(page_size=(595, 842))
    page.obj.Contents = statement.make_stream(f"/Span <</ActualText ({name})>> BDC 9 9 90 90 re f EMC".encode())
    target = io.BytesIO()
    statement.save(target)
    sent = lana.upload(f"/c/{lana.case}/e/new", field("title", "Statement"), file("s.pdf", target.getvalue()))
    created = str(sent.location).rsplit("/", 1)[1]
    sections = {"sections-0-heading": ["X"], "sections-0-text": ["Y"], "sections-0-exhibits": [created]}
    fields = filled_form(lana.get(f"{paper}/2").text, f"{paper}/2") | sections
    assert lana.client.post(f"{paper}/2", data=fields, headers=lana.headers).status_code == 303
    visible = lana.built(paper)
    assert "A name or word that must not be in this paper" in visible
    place = re.search(r'<li><a href="([^"]+)">(exhibit \d+, page 1, [^<]+)</a>', visible)
    assert place, visible[-3000:]
    assert place[1].startswith(f"{paper}/w")
    assert name in place[2]
    decided = lana.get(place[1])
    assert decided.status_code == 200
    assert created in decided.text, "from there one comes to the exhibit"


def test_a_refusal_leads_to_the_field_that_holds_the_name(lana: Lawyer) -> None:
    paper, person = lana.prepare(), lana.world.strike.person
    assert lana.post(f"{paper}/4", person=person, choice="pseudonym").status_code == 303
    # In the name of a file the recogniser sees it, and asks before anything is built.
    lana.change(f"{paper}/2", requests="Отказать в иске: прилагается файлӘЛІБЕКСЫНАҚОВистец.pdf")
    assert lana.post(f"{paper}/5").location == f"{paper}/n"
    assert "<mark>файлӘЛІБЕКСЫНАҚОВистец</mark>" in lana.get(f"{paper}/n").text
    # Letters run into each other: to the recogniser no word of its own, to the last check still the name.
    lana.change(f"{paper}/2", requests="Отказать в иске: прилагается файлӘЛІБЕКСЫНАҚОВистец")
    visible = lana.built(paper)
    place = re.search(r'<li><a href="([^"]+)">([^<]+Әлібек[^<]+)</a>', visible)
    assert place, visible[-3000:]
    assert "What we ask the court for" in place[2]
    assert "Әлібек Сынақов" in place[2]
    address, _, anchor = place[1].partition("#")
    assert f'id="{anchor}"' in lana.get(address).text


@pytest.mark.parametrize(("typed", "kept"), [("стр. 2", "2"), ("2; 3", "2-3"), ("2 и 5", "2, 5")])
def test_a_choice_of_pages_is_read_as_meant(lana: Lawyer, typed: str, kept: str) -> None:
    paper = lana.prepare()
    answer = lana.choose_pages(paper, typed)
    assert answer.status_code == 303
    assert f'value="{kept}"' in lana.get(lana.first_exhibit(paper)).text
    assert f"pages {kept}" in lana.get(f"{paper}/3/e").text


@pytest.mark.parametrize("typed", ["7-3", "второй лист", "1-", "2 3"])
def test_a_choice_of_pages_that_nobody_can_read_is_an_error_at_its_field(lana: Lawyer, typed: str) -> None:
    paper = lana.prepare()
    answer = lana.choose_pages(paper, typed)
    assert answer.status_code == 422
    box = answer.text[answer.text.index('id="f-pages-box"') :]
    assert "pages" in box[: box.index("<input")] + box[box.index("<input") : box.index("</div>")]
    assert typed in answer.text, "what was typed stays"
    assert "Write 1-3, 7" in answer.text


def test_a_number_is_offered_in_part_and_stands_in_the_paper_once_it_is_ticked(lana: Lawyer) -> None:
    person, action, number = lana.world.strike.person, lana.world.strike.records["action"], "800101300123"
    with lana.world.writing("lana") as ctx:
        stored = people.read(ctx, person)
        people.save(ctx, person, replace(stored.value, national_number=number), stored.versions)
        proceeding = records.read(ctx, lana.case, action)
        parties = (ActionParty(name="Әлібек Сынақов", person=person, role="respondent", side="ours"),)
        records.save(ctx, lana.case, action, replace(proceeding.value, parties=parties), proceeding.versions)
    agreed(lana)
    paper = lana.prepare()
    page = lana.get(f"{paper}/2").text
    assert "Әлібек Сынақов: IIN •••••23" in page
    assert number not in page

    def first_page() -> str:
        lana.built(paper)
        return " ".join(PdfReader(io.BytesIO(lana.get(f"{paper}/d/1").data)).pages[0].extract_text().split())

    assert number not in first_page()
    assert lana.change(f"{paper}/2", details=f"{person} number", contacts="тел. +7 727 000").status_code == 303
    page = first_page()
    assert f"Сынақов, ИИН {number}" in page
    assert "адвокат Лана, тел. +7 727 000" in page


def test_a_build_that_ends_while_its_page_is_made_leaves_no_page_that_waits_for_ever(
    lana: Lawyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = lana.prepare()
    agreed(lana)
    lana.built(paper)
    with JOBS.of(lana.world.runtime) as existing:
        job = existing[paper.rsplit("/", 1)[-1]]
    job.state = BUILDING
    of_paper = print_preview.of_paper

    def ends_here(*args: Any) -> Any:
        job.state = BUILT
        return of_paper(*args)

    monkeypatch.setattr(print_preview, "of_paper", ends_here)
    page = lana.get(f"{paper}/5")
    assert job.state == BUILT
    assert "Refresh" in page.headers
    assert "Refresh" not in lana.get(f"{paper}/5").headers
