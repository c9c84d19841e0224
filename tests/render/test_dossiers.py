import dataclasses
import functools
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator

import pikepdf
import pytest
from docx import Document
from pypdf import PdfReader

from hrd_cases.domain.papers import Language, Party, Refusal, SharedCase, Variant
from hrd_cases.domain.vocabulary import LANGUAGES
from hrd_cases.render import check, dossiers, exhibits
from hrd_cases.render.bundle import BundlePlan
from hrd_cases.render.check import Expectation
from hrd_cases.render.exhibit_process import Outcome
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import BuildProgress, BuiltPaper, build
from hrd_cases.render.reading import PdfReading, bare
from tests.render.strike_sample import BUILT, SECRET_NAME, Sample, part_of, photo, sample, scan


def chunks(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), 60_000):
        yield data[start : start + 60_000]


def built(created: Sample, visited: list[BuildProgress] | None = None) -> BuiltPaper:
    tell = visited.append if visited is not None else None
    return build(created.request, ((name, chunks(data)) for name, data in created.contents.items()), tell)


def paper(language: Language, variant: Variant = Variant.FULL) -> BuiltPaper:
    return _paper(language, variant)


@functools.cache
def _paper(language: Language, variant: Variant) -> BuiltPaper:
    return built(sample(language, variant, by_name=variant is Variant.PROTECTED))


@functools.cache
def page_texts(language: Language, variant: Variant = Variant.FULL) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(paper(language, variant).main_pdf)).pages]


def small(**exhibits: bytes) -> Sample:
    """The sample with these exhibits only, one file each, and nothing that cites them."""
    created = sample(photos=1)
    case = created.request.case
    visible = [
        dataclasses.replace(case.exhibits[0], id=name, number=at, parts=(part_of(name, data),))
        for at, (name, data) in enumerate(exhibits.items(), start=1)
    ]
    plain = {each.name: getattr(case, each.name) for each in dataclasses.fields(case)}
    filing = dataclasses.replace(case.filing, positions=(), sections=())
    thin = SharedCase(**{**plain, "filing": filing, "facts": (), "history": (), "exhibits": tuple(visible)})
    return dataclasses.replace(created, request=dataclasses.replace(created.request, case=thin), contents=exhibits)


def test_a_claim_whose_words_are_left_out_is_still_called_a_claim() -> None:
    created = small()
    case = created.request.case
    silent = [
        dataclasses.replace(position, head="", exhibits=()) for position in sample().request.case.filing.positions[:1]
    ]
    plain = {each.name: getattr(case, each.name) for each in dataclasses.fields(case)}
    content = SharedCase(**{**plain, "filing": dataclasses.replace(case.filing, positions=tuple(silent))})
    made_of_it = built(dataclasses.replace(created, request=dataclasses.replace(created.request, case=content)))
    first = PdfReader(io.BytesIO(made_of_it.main_pdf)).pages[0].extract_text()
    assert "1. Требование" in first
    edited = Document(io.BytesIO(made_of_it.docx))
    assert any(line.text == "1. Требование" for line in edited.paragraphs)


@pytest.mark.parametrize("language", list(map(Language, LANGUAGES)))
def test_the_printed_number_is_the_number_of_the_page(language: Language) -> None:
    texts = page_texts(language)
    assert len(texts) == paper(language).manifest.pages >= 15
    for at, text in enumerate(texts, start=1):
        assert f"{at} / {len(texts)}" in text
        assert "2017-014/3" in text


@pytest.mark.parametrize(
    ("language", "title", "attachments"),
    [
        (Language.RU, "Отзыв на исковое заявление", "Приложения:"),
        (Language.EN, "Written response to the claim", "Attachments:"),
        (Language.KK, "Талап қоюға пікір", "Қосымшалар:"),
    ],
)
def test_the_filing_comes_first_in_its_language(language: Language, title: str, attachments: str) -> None:
    texts = page_texts(language)
    assert bare(title) in bare(texts[0])
    assert any(bare(attachments) in bare(text) for text in texts[:5])


def test_kazakh_letters_can_be_read_back() -> None:
    whole = "".join(page_texts(Language.KK)).casefold()
    assert set("әғқңөұүһі") <= set(whole) | {"һ"}
    assert bare("Шахтерлер көшбасшысы А сотқа SMS арқылы шақырылды.") in bare(whole)


def test_each_line_of_the_index_leads_to_the_page_it_names() -> None:
    reader = PdfReader(io.BytesIO(paper(Language.RU).main_pdf))
    numbers = {
        page.indirect_reference.idnum: at for at, page in enumerate(reader.pages, start=1) if page.indirect_reference
    }
    index = next(page for page in reader.pages if bare(page.extract_text()).find(bare("Комплект документов.")) >= 0)
    targets = {numbers[note.get_object()["/Dest"][0].idnum] for note in index["/Annots"]}
    assert set(paper(Language.RU).manifest.first_pages.values()) <= targets
    for label, page in paper(Language.RU).manifest.first_pages.items():
        assert f"Приложение\xa0{label}" in reader.pages[page - 1].extract_text()


def test_a_fact_names_exhibit_and_page_and_the_page_shows_it() -> None:
    texts = page_texts(Language.RU)
    chronology = "".join(text for text in texts if "Факт" in text)
    first = paper(Language.RU).manifest.first_pages
    # The fact cites the second photographed leaf: two pages behind the slip-sheet.
    assert f"прил.\xa03, л.\xa0{first['3'] + 2}" in chronology


def test_bookmarks_name_every_exhibit_with_its_page() -> None:
    reader = PdfReader(io.BytesIO(paper(Language.RU).main_pdf))
    flat = [item for entry in reader.outline for item in (entry if isinstance(entry, list) else [entry])]
    result = {str(item.title): reader.get_destination_page_number(item) for item in flat}
    for label, page in paper(Language.RU).manifest.first_pages.items():
        title = next(text for text in result if text.startswith(f"{label}. "))
        assert title.endswith(f"л. {page}")
        assert result[title] == page - 1


def test_nothing_in_any_file_tells_who_made_it() -> None:
    created = paper(Language.RU)
    for data in [created.main_pdf, created.annex_pdf or b"", *(data for _, data in created.parts)]:
        with pikepdf.open(io.BytesIO(data)) as opened:
            assert set(opened.docinfo.keys()) == {"/Title", "/CreationDate", "/ModDate"}
            assert str(opened.docinfo.CreationDate) == "D:20261122000000Z"
            assert "/Metadata" not in opened.Root
    about = Document(io.BytesIO(created.docx)).core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    with zipfile.ZipFile(io.BytesIO(created.docx)) as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}
        assert b"Microsoft" not in packed.read("docProps/app.xml")


def test_the_editable_text_brings_no_styles_that_it_does_not_use() -> None:
    with zipfile.ZipFile(io.BytesIO(paper(Language.RU).docx)) as packed:
        assert "word/stylesWithEffects.xml" not in packed.namelist()
        assert b"stylesWithEffects" not in b"".join(map(packed.read, packed.namelist()))
        assert len(packed.read("word/styles.xml")) < 60_000
    tables = [style.name for style in Document(io.BytesIO(paper(Language.RU).docx)).styles if style.type == 3]
    assert sorted(tables) == ["Normal Table", "Table Grid"]


def test_scripts_and_camera_data_of_exhibits_are_gone() -> None:
    with pikepdf.open(io.BytesIO(paper(Language.RU).main_pdf)) as opened:
        for thing in opened.objects:
            if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
                assert not {"/JS", "/AA", "/OpenAction", "/EmbeddedFiles"} & set(thing.keys())
            if isinstance(thing, pikepdf.Stream):
                raw = thing.read_raw_bytes()
                assert b"SpyPhone" not in raw
                assert b"Exif" not in raw
        assert all("clerk" not in str(thing) for thing in opened.objects if isinstance(thing, pikepdf.String))


def test_a_file_that_cannot_be_printed_stands_as_slip_sheet_with_its_hash() -> None:
    created = paper(Language.RU)
    page = created.manifest.first_pages["7"]
    text = bare(page_texts(Language.RU)[page - 1])
    digest = next(exhibit.sha256 for exhibit in created.manifest.exhibits if exhibit.name == "7")
    assert bare("передаётся файлом") in text
    assert digest in text
    assert [(item.exhibit, item.reason) for item in created.manifest.not_printed] == [("7", "kind")]


def test_the_separate_files_are_the_same_pages_in_order() -> None:
    created = paper(Language.RU)
    names = [name for name, _ in created.parts]
    assert names[0] == "filing.pdf"
    assert [name[:3] for name in names[1:]] == [f"{at:02d}_" for at in range(9)]
    assert sum(len(PdfReader(io.BytesIO(data)).pages) for _, data in created.parts) == created.manifest.pages


def test_the_filing_can_be_edited_and_says_the_same() -> None:
    lines = [paragraph.text for paragraph in Document(io.BytesIO(paper(Language.RU).docx)).paragraphs]
    assert "ОТЗЫВ НА ИСКОВОЕ ЗАЯВЛЕНИЕ" in lines
    with PdfReading(paper(Language.RU).main_pdf) as reading:  # without the numbers at the feet of its pages
        filing = bare("".join(reading.text(at).first for at in range(4)))
    content = [line for line in lines if len(line) > 60 and "Приложение" not in line and "___" not in line]
    assert len(content) > 12
    for line in content:
        assert bare(re.sub(r"^\d+\. ", "", line)) in filing


def test_the_annex_lists_the_hash_of_every_file_and_can_be_taken_off() -> None:
    created = paper(Language.RU)
    annex = bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(created.annex_pdf or b"")).pages))
    for name, data in created.parts:
        assert hashlib.sha256(data).hexdigest() in annex, name
    for data in sample().contents.values():
        if data[:2] != b"PK":  # a DOCX carries the time of its making, so each sample has another
            assert hashlib.sha256(data).hexdigest() in annex
    assert bare("hrd-cases specimen 1042") in annex
    assert "UsZrqN0n3Wq2" not in "".join(page_texts(Language.RU))


@pytest.mark.slow
def test_the_protected_variant_holds_no_name_and_no_unapproved_exhibit() -> None:
    created = paper(Language.RU, Variant.PROTECTED)
    assert "4" not in created.manifest.first_pages  # the SMS was not approved; the others keep their numbers
    assert "7" in created.manifest.first_pages
    whole = bare("".join(page_texts(Language.RU, Variant.PROTECTED)))
    words = bare("".join(paragraph.text for paragraph in Document(io.BytesIO(created.docx)).paragraphs))
    for hidden in (SECRET_NAME, "Сынақов"):
        assert bare(hidden) not in whole
        assert bare(hidden) not in words
    assert bare("Лидер шахтёров А") in whole


@pytest.mark.slow
def test_protected_exhibits_are_pixels_under_a_neutral_title() -> None:
    created = paper(Language.RU, Variant.PROTECTED)
    texts = page_texts(Language.RU, Variant.PROTECTED)
    edited = bare("".join(paragraph.text for paragraph in Document(io.BytesIO(created.docx)).paragraphs))
    names = bare("".join(name.replace("-", "") for name, _ in created.parts))
    typed = [exhibit.title for exhibit in sample(Language.RU).request.case.exhibits]
    assert len(typed) >= 6
    for title in typed:
        for place in (bare("".join(texts)), edited, names):
            assert bare(title) not in place
            assert bare(title.replace(" ", "")) not in place
    assert bare("Документ, листов: 2") in bare("".join(texts))
    assert bare("листов: 0") not in bare("".join(texts)) + edited, "a file that no page shows has no count of pages"
    with pikepdf.open(io.BytesIO(created.main_pdf)) as opened:
        exhibits = [page for page in opened.pages if "/Picture" in page.obj.Resources.get("/XObject", {})]
        assert len(exhibits) >= 8
        for page in exhibits:
            assert set(page.obj.Resources.XObject.keys()) == {"/Picture", "/HrdStamp"}
            assert "/Font" not in page.obj.Resources


@pytest.mark.slow
@pytest.mark.parametrize("variant", Variant)
def test_an_exhibit_that_is_no_picture_stops_a_protected_paper_and_is_named(variant: Variant) -> None:
    """Whatever failed before: the pages are looked at again when the paper is whole."""
    created = small(one=photo({}, 1), two=scan(2))
    desk = dossiers.Desk(dataclasses.replace(created.request, variant=variant), lambda *_said: None)
    (first, second) = (part for exhibit in created.request.case.exhibits for part in exhibit.parts)
    picture = exhibits.prepare(first, created.contents["one"], 100)
    desk.take("one", Outcome(count=1, of=1), picture.pdf or b"")
    words = exhibits.prepare(second, created.contents["two"], 100)
    desk.take("two", Outcome(count=2, of=2), words.pdf or b"")
    if variant is Variant.FULL:
        assert desk.build()["main"]
        return
    with pytest.raises(BuildFailed) as failed:
        desk.build()
    assert failed.value.places == tuple(Refusal(kind="exhibit_text", exhibit="2", page=at) for at in (1, 2))


def test_building_tells_what_it_is_doing() -> None:
    visited: list[BuildProgress] = []
    built(small(one=photo({}, 1)), visited)
    assert [item.stage for item in visited if item.stage != "typesetting"] == ["exhibit", "joining", "checking"]
    assert visited[0].label == "1"


@pytest.mark.slow
def test_the_same_request_gives_the_same_bytes() -> None:
    created = small(one=photo({}, 1), two=scan(2))
    first, second = built(created), built(created)
    assert (first.main_pdf, first.docx, first.parts) == (second.main_pdf, second.docx, second.parts)


def test_a_forbidden_name_inside_an_exhibit_stops_the_paper() -> None:
    created = small(one=scan(1))
    request = dataclasses.replace(created.request, forbidden=("scanned court",))
    with pytest.raises(BuildFailed) as failed:
        built(dataclasses.replace(created, request=request))
    assert failed.value.code == "forbidden"


def test_a_hidden_person_is_found_in_an_exhibit_in_another_order() -> None:
    created = small(one=scan(1))
    request = dataclasses.replace(created.request, forbidden=("Court Scanned",), hidden_names=("Court Scanned",))
    with pytest.raises(BuildFailed) as failed:
        built(dataclasses.replace(created, request=request))
    assert failed.value.code == "forbidden"


def test_a_forbidden_name_in_a_bookmark_stops_the_paper() -> None:
    created = small(one=photo({}, 1))
    request = dataclasses.replace(created.request, paper_number="Сынақов-1", forbidden=("СЫНАҚОВ",))
    with pytest.raises(BuildFailed) as failed:
        built(dataclasses.replace(created, request=request))
    assert failed.value.code == "forbidden"


def test_an_exhibit_that_is_not_the_file_taken_in_stops_the_paper() -> None:
    created = small(one=scan(1))
    altered = created.contents["one"][:-10] + b"          "
    with pytest.raises(BuildFailed) as failed:
        built(dataclasses.replace(created, contents={"one": altered}))
    assert (failed.value.code, failed.value.exhibit) == ("exhibit_altered", "1")


def test_an_exhibit_that_did_not_arrive_is_named() -> None:
    created = small(one=scan(1), two=scan(1))
    with pytest.raises(BuildFailed) as failed:
        built(dataclasses.replace(created, contents={"one": created.contents["one"]}))
    assert (failed.value.code, failed.value.exhibit) == ("exhibit_missing", "2")


def test_a_forum_refuses_a_language_it_does_not_take() -> None:
    created = small(one=scan(1))
    request = dataclasses.replace(created.request, profile="common_law_court")
    with pytest.raises(BuildFailed) as failed:
        built(dataclasses.replace(created, request=request))
    assert failed.value.code == "language"


def test_a_filing_without_a_request_to_the_court_is_refused() -> None:
    created = small(one=scan(1))
    filing = dataclasses.replace(created.request.case.filing, requests=())
    request = dataclasses.replace(created.request, case=dataclasses.replace(created.request.case, filing=filing))
    with pytest.raises(BuildFailed) as failed:
        built(dataclasses.replace(created, request=request))
    assert (failed.value.code, failed.value.detail) == ("section_missing", "requests")


def with_parties(count: int) -> Sample:
    """The small sample with a claimant and this many workers as respondents."""
    created = small(one=scan(1))
    case = created.request.case
    workers = (
        Party(role="Ответчик", name=f"Шахтёр {at:02d} по иску о забастовке", address=f"г. Шахтинск, дом {at}, кв. {at}")
        for at in range(1, count)
    )
    plain = {each.name: getattr(case, each.name) for each in dataclasses.fields(case)}
    content = SharedCase(**{**plain, "parties": (case.parties[0], *workers)})
    return dataclasses.replace(created, request=dataclasses.replace(created.request, case=content))


@pytest.mark.slow
@pytest.mark.parametrize("count", [12, 60])
def test_a_filing_of_many_parties_is_built_wherever_its_heading_falls(count: int) -> None:
    created = built(with_parties(count))
    texts = [bare(page.extract_text()) for page in PdfReader(io.BytesIO(created.main_pdf)).pages]
    title = bare("Отзыв на исковое заявление")
    heading = next(at for at, text in enumerate(texts) if title in text)
    assert (heading > 0) is (count == 60)
    assert all(any(bare(f"Шахтёр {at:02d} по иску") in text for text in texts) for at in range(1, count))


@pytest.mark.slow
@pytest.mark.parametrize(("heading", "end", "detail"), [
    ("Отзыв на исковое заявление", 30, "outline"),  # the heading is found: the next check is reached
    ("Отзыв на исковое заявление", 1, "heading"),
    ("Отзыв на исковое заявление другой", 30, "heading"),
])  # fmt: skip
def test_a_heading_is_looked_for_in_its_whole_part_and_nowhere_else(heading: str, end: int, detail: str) -> None:
    created = built(with_parties(60))
    plan = BundlePlan(title="", language="ru", built_at=BUILT, inserts=(), targets={"filing": 0}, bookmarks=())
    with pikepdf.open(io.BytesIO(created.main_pdf)) as opened:
        targets = [note.Dest[0].objgen for page in opened.pages for note in page.obj.get("/Annots", ())]
        numbers = {page.obj.objgen: at for at, page in enumerate(opened.pages)}
    plan = dataclasses.replace(plan, targets={"filing": 0, **{str(target): numbers[target] for target in targets}})
    landing = check.Landing(key="filing", page=0, heading=heading, end=end)
    own = frozenset(range(6))
    expected = Expectation(plan=plan, pages=created.manifest.pages, own=own, landings=(landing,), rows=(), forbidden=())
    with pytest.raises(BuildFailed) as failed:
        check.examine(created.main_pdf, expected)
    assert detail in (failed.value.code, failed.value.detail)
    if detail == "heading":
        assert (failed.value.places[0].page, failed.value.places[0].word) == (1, heading)
