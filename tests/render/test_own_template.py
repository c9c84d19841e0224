"""Templates of our own: clean when they come in, whole when they are filled."""

import io
import zipfile
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.document import Document as Docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from PIL import Image

from hrd_cases.domain.own_templates import OF_LETTER, TemplateFile
from hrd_cases.render import own_template
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import clean_template

pytestmark = pytest.mark.slow  # each starts a process that cleans a template

W = nsdecls("w")


def docx(*paragraphs: str, change: Callable[[Docx], object] | None = None) -> bytes:
    """A DOCX with these paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if change:
        change(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def taken(data: bytes) -> bytes:
    """The file as it is kept."""
    return clean_template(TemplateFile(docx=b64encode(data).decode(), places=tuple(OF_LETTER)))[0]


def texts(data: bytes, **lines: list[str]) -> list[str]:
    """What stands in the filled file, paragraph by paragraph."""
    values = {f"letter.{name}": lines.get(name, []) for name in (place.split(".")[1] for place in OF_LETTER)}
    filled = own_template.filled(data, values, "Title", datetime(2026, 11, 30, tzinfo=UTC))
    return [paragraph.text for paragraph in Document(io.BytesIO(filled)).paragraphs]


def insert(xml: str) -> Callable[[Docx], object]:
    """Put this into the first paragraph."""
    return lambda document: document.paragraphs[0]._p.append(parse_xml(xml))


def test_a_place_alone_becomes_a_paragraph_for_each_line_and_one_within_words_a_list() -> None:
    data = taken(docx("To: {{letter.addressee}} now", "{{ letter.body }}", "{{ letter.applicants }}", "end"))
    assert texts(data, addressee=["A", "B"], body=["first", "second"]) == ["To: A; B now", "first", "second", "end"]


def test_a_place_that_formatting_cuts_up_is_filled_in_the_form_of_its_first_letter() -> None:
    def cut(document: Docx) -> None:
        paragraph = document.add_paragraph("No ")
        paragraph.add_run("{{ letter.our").bold = True
        paragraph.add_run("_number }")
        paragraph.add_run("} of {{letter.day}}")

    data = taken(docx(change=cut))
    assert texts(data, our_number=["17"], day=["1 May"]) == ["No 17 of 1 May"]


def test_places_in_a_table_and_in_the_header_are_filled() -> None:
    def add(document: Docx) -> None:
        document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{{ letter.signatory }}"
        document.sections[0].header.paragraphs[0].text = "{{ letter.sender }}"

    values = {place: [place.upper()] for place in OF_LETTER}
    filled = own_template.filled(taken(docx(change=add)), values, "", datetime(2026, 11, 30, tzinfo=UTC))
    document = Document(io.BytesIO(filled))
    assert document.tables[0].rows[0].cells[0].text == "LETTER.SIGNATORY"
    assert document.sections[0].header.paragraphs[0].text == "LETTER.SENDER"


def test_an_empty_cell_stays_a_cell() -> None:
    def add(document: Docx) -> None:
        document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{{ letter.signatory }}"

    values: dict[str, list[str]] = {place: [] for place in OF_LETTER}
    filled = own_template.filled(taken(docx(change=add)), values, "", datetime(2026, 11, 30, tzinfo=UTC))
    assert Document(io.BytesIO(filled)).tables[0].rows[0].cells[0].text == ""


def external(document: Docx) -> None:
    document.part.relate_to("https://example.org", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)


def embedded(document: Docx) -> None:
    part = document.part.package.iter_parts().__next__()
    document.part.relate_to(part, f"{RELATIONSHIP_TYPE.HYPERLINK.rsplit('/', 1)[0]}/oleObject")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (external, "template_active"),
        (embedded, "template_active"),
        (insert(f"<w:r {W}><w:object/></w:r>"), "template_active"),
        (insert(f'<w:fldSimple {W} w:instr=" INCLUDETEXT C:\\\\a.docx "/>'), "template_active"),
        (
            insert(f"<w:r {W}><w:instrText> PAGE </w:instrText><w:instrText>DDE cmd</w:instrText></w:r>"),
            "template_active",
        ),
        (insert(f'<w:ins {W} w:id="1" w:author="Somebody"/>'), "template_history"),
        (insert(f'<w:commentReference {W} w:id="1"/>'), "template_history"),
        (insert(f'<w:r {W}><w:footnoteReference w:id="1"/></w:r>'), "template_notes"),
    ],
)
def test_what_could_run_leads_outside_or_tells_who_wrote_is_refused(
    change: Callable[[Docx], object], code: str
) -> None:
    with pytest.raises(BuildFailed) as refused:
        taken(docx("{{ letter.body }}", change=change))
    assert refused.value.code == code


def test_a_macro_is_refused_and_so_is_what_is_no_docx() -> None:
    target = io.BytesIO(docx("{{ letter.body }}"))
    with zipfile.ZipFile(target, "a") as packed:
        packed.writestr("word/vbaProject.bin", b"x")
    for data, code in ((target.getvalue(), "template_active"), (b"PK nothing", "template_kind")):
        with pytest.raises(BuildFailed) as refused:
            taken(data)
        assert refused.value.code == code


OFFICE = RELATIONSHIP_TYPE.HYPERLINK.rsplit("/", 1)[0]


def extra(kind: str, name: str) -> Callable[[Docx], object]:
    """A part of this kind beside the text, as Word leaves it there."""

    def add(document: Docx) -> None:
        part = Part(PackURI(f"/word/{name}"), "application/octet-stream", b"PLANTED", document.part.package)
        document.part.relate_to(part, f"{OFFICE}/{kind}")

    return add


def printed_before(document: Docx) -> None:
    """Word's data about the printer, and where the section names them."""
    extra("printerSettings", "printerSettings1.bin")(document)
    settings = parse_xml(f'<w:printerSettings {nsdecls("w", "r")} r:id="rId9"/>')
    document.sections[0]._sectPr.append(settings)


def with_fonts(document: Docx) -> None:
    """Fonts that come with the file."""
    (table,) = (each.target_part for each in document.part.rels.values() if each.reltype.endswith("/fontTable"))
    font = Part(PackURI("/word/fonts/font1.odttf"), "application/octet-stream", b"PLANTED", document.part.package)
    table.relate_to(font, f"{OFFICE}/font")


@pytest.mark.parametrize(
    "change",
    [
        printed_before,
        with_fonts,
        extra("glossaryDocument", "glossary/document.xml"),
        extra("classificationlabels", "LabelInfo.xml"),
        extra("keyMapCustomizations", "customizations.xml"),
    ],
    ids=["printer", "fonts", "content controls", "labels", "keys"],
)
def test_what_word_keeps_for_itself_is_dropped_and_the_template_taken(change: Callable[[Docx], object]) -> None:
    data = taken(docx("{{ letter.body }}", change=change))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        every = b"".join(packed.read(name) for name in packed.namelist())
    assert b"PLANTED" not in every
    assert b"printerSettings" not in every
    assert texts(data, body=["first", "second"]) == ["first", "second"]


def test_a_place_in_a_content_control_and_between_proofing_marks_is_filled() -> None:
    run = "<w:r><w:t>{{ letter.</w:t></w:r>"
    control = (
        f'<w:sdt {W}><w:sdtPr><w:dataBinding w:xpath="/a" w:storeItemID="x"/><w:showingPlcHdr/></w:sdtPr><w:sdtContent>'
        f'{run}<w:proofErr w:type="spellStart"/><w:r><w:t>our_number }}}}</w:t></w:r></w:sdtContent></w:sdt>'
    )
    data = taken(docx("No ", "{{ Letter.Body }}", change=insert(control)))
    filled = own_template.filled(
        data,
        {**{place: [] for place in OF_LETTER}, "letter.our_number": ["17"], "letter.body": ["first"]},
        "",
        datetime(2026, 11, 30, tzinfo=UTC),
    )
    document = Document(io.BytesIO(filled))
    assert "".join(piece.text or "" for piece in document.element.iter(qn("w:t"))) == "No 17first"


@pytest.mark.parametrize("name", ["rPrChange", "pPrChange", "tblPrChange", "cellIns"])
def test_a_change_of_form_that_names_who_made_it_is_refused(name: str) -> None:
    with pytest.raises(BuildFailed) as refused:
        taken(docx("{{ letter.body }}", change=insert(f'<w:{name} {W} w:id="1" w:author="Somebody"/>')))
    assert refused.value.code == "template_history"


def test_page_numbers_may_stay() -> None:
    taken(docx("{{ letter.body }}", change=insert(f'<w:fldSimple {W} w:instr=" PAGE \\* MERGEFORMAT "/>')))


def test_places_that_the_list_does_not_have_are_refused_by_name() -> None:
    with pytest.raises(BuildFailed) as refused:
        taken(docx("{{ letter.body }} {{ letter.secret }} {{ case.facts }}"))
    assert [place.word for place in refused.value.places] == ["letter.secret", "case.facts"]
    with pytest.raises(BuildFailed) as refused:
        taken(docx("nothing to fill"))
    assert refused.value.code == "template_empty"


def test_neither_the_maker_nor_the_camera_stays() -> None:
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera of Somebody"
    Image.new("RGB", (40, 40), "red").save(picture, "JPEG", exif=exif)

    def change(document: Docx) -> None:
        document.core_properties.author = document.core_properties.category = "Somebody"
        document.add_picture(io.BytesIO(picture.getvalue()))

    assert b"Somebody" in picture.getvalue()
    with zipfile.ZipFile(io.BytesIO(taken(docx("{{ letter.body }}", change=change)))) as packed:
        everything = b"".join(map(packed.read, packed.namelist()))
        assert any(name.startswith("word/media/") for name in packed.namelist())
    assert b"Somebody" not in everything
