"""A DOCX read again before it leaves: every part of it, not only its paragraphs."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape

from hrd_cases.domain.papers import Refusal
from hrd_cases.render.failure import BuildFailed, refuse
from hrd_cases.render.forbidden import word_in

# What a filing needs; comments, notes, programs, embedded files and anything else is not ours.
PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:core|app|thumbnail)\.(?:xml|jpeg)|customXml/.*"
    r"|word/(?:document|styles|stylesWithEffects|settings|webSettings|fontTable|numbering|(?:header|footer)\d*)\.xml"
    r"|word/theme/theme\d+\.xml|word/_rels/[\w.]+\.rels"
)
PICTURES = re.compile(r"word/media/[\w.-]+\.(?:png|jpe?g)", re.IGNORECASE)  # of a template of our own, drawn anew there
TAG = re.compile(r"<[^>]*>")
IN_TAG = re.compile(r"=\s*(?:\"([^\"]*)\"|'([^']*)')")
NO_MAKER = re.compile(r"<(dc:creator|cp:lastModifiedBy|dc:description|cp:keywords|dc:subject|cp:category)[^>/]*>[^<]+<")
OUTSIDE = re.compile(r"TargetMode\s*=\s*[\"']External")
HISTORY = re.compile(r"<w:(?:ins|del|moveFrom|moveTo|comment\w*)\b")


def examine(data: bytes, forbidden: Sequence[str], *, own: bool = False) -> None:
    """Look into every part for what must not be in it, `own` where it is made from a template of ours; raises
    BuildFailed."""
    values = []
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            if not PARTS.fullmatch(name) and not (own and PICTURES.fullmatch(name)):
                raise BuildFailed("active", detail="docx part")
            text = packed.read(name).decode("utf-8", "replace")
            if NO_MAKER.search(text):
                raise BuildFailed("metadata", detail="docx")
            if name.endswith(".rels") and OUTSIDE.search(text):
                raise BuildFailed("active", detail="docx link")
            if name == "word/document.xml" and HISTORY.search(text):
                raise BuildFailed("metadata", detail="docx history")
            values += [word for value in _texts(name, text) if (word := word_in(value, forbidden))]
    refuse([Refusal(kind="forbidden", word=word, field="docx") for word in dict.fromkeys(values)], "docx")


def _texts(name: str, text: str) -> Iterator[str]:
    yield name
    yield unescape(TAG.sub("", text))  # a word may be cut up by formatting
    yield unescape(" ".join(match[1] or match[2] or "" for match in IN_TAG.finditer(text)))
    yield text
