"""The DOCX of a filing holds nothing but the filing, in none of its parts."""

import io
import zipfile
from collections.abc import Callable

import pytest

from hrd_cases.domain.profiles import profiles
from hrd_cases.render import docx, docx_check
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.words import PaperWords
from tests.render.strike_sample import sample

NAME = "Әлібек Сынақов"


@pytest.fixture(scope="module")
def filing() -> bytes:
    request = sample(photos=1).request
    words = PaperWords(language=request.language)
    return docx.filing(request, profiles()[request.profile], words, ("Иск",), lambda cited: "прил. 1, л. 9")


def changed(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The document with one part changed, or made."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as created:
        for name in source.namelist():
            if name != part:
                created.writestr(name, source.read(name))
        old = source.read(part).decode() if part in source.namelist() else ""
        created.writestr(part, change(old))
    return target.getvalue()


def in_text(word: str) -> Callable[[str], str]:
    return lambda xml: xml.replace("</w:body>", f"<w:p><w:r><w:t>{word}</w:t></w:r></w:p></w:body>", 1)


FORBIDDEN = {
    "in a paragraph": ("word/document.xml", in_text(NAME)),
    "cut up by formatting": ("word/document.xml", in_text("Әлібек Сын</w:t></w:r><w:r><w:t>ақов")),
    "as numbers of its letters": ("word/document.xml", in_text("".join(f"&#{ord(item)};" for item in NAME))),
    "in the description of a picture": (
        "word/document.xml",
        lambda xml: xml.replace("</w:body>", f'<w:p w:descr="{NAME}"/></w:body>', 1),
    ),
    "in a footer": ("word/footer1.xml", lambda _xml: f"<w:ftr><w:t>{NAME}</w:t></w:ftr>"),
    "in a style": ("word/styles.xml", lambda xml: xml.replace("<w:styles ", f'<w:styles w:name="{NAME}" ', 1)),
    "in the title": ("docProps/core.xml", lambda xml: xml.replace("</dc:title>", f" {NAME}</dc:title>", 1)),
    "in data beside the text": ("customXml/item1.xml", lambda _xml: f"<x>{NAME}</x>"),
}
REFUSED = {
    "a remark": ("word/comments.xml", lambda _xml: "<w:comments/>", "active"),
    "a program": ("word/vbaProject.bin", lambda _xml: "x", "active"),
    "a file inside": ("word/embeddings/1.bin", lambda _xml: "x", "active"),
    "a link to elsewhere": (
        "word/_rels/document.xml.rels",
        lambda xml: xml.replace("</Relationships>", '<Relationship TargetMode="External"/></Relationships>', 1),
        "active",
    ),
    "an author": (
        "docProps/core.xml", lambda xml: xml.replace("<dc:creator>", "<dc:creator>Clerk", 1), "metadata",
    ),
    "what was cut out": (
        "word/document.xml",
        lambda xml: xml.replace("</w:body>", "<w:del><w:t>x</w:t></w:del></w:body>", 1),
        "metadata",
    ),
}  # fmt: skip


def test_a_filing_as_it_is_made_passes(filing: bytes) -> None:
    docx_check.examine(filing, (NAME,))


@pytest.mark.parametrize("case", FORBIDDEN)
def test_a_name_in_any_part_is_found(filing: bytes, case: str) -> None:
    with pytest.raises(BuildFailed) as failed:
        docx_check.examine(changed(filing, *FORBIDDEN[case]), (NAME,))
    assert (failed.value.code, failed.value.places[0].word) == ("forbidden", NAME)


@pytest.mark.parametrize("case", REFUSED)
def test_a_part_that_a_filing_does_not_need_is_refused(filing: bytes, case: str) -> None:
    part, change, code = REFUSED[case]
    with pytest.raises(BuildFailed) as failed:
        docx_check.examine(changed(filing, part, change), (NAME,))
    assert failed.value.code == code
