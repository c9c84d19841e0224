"""How a DOCX is saved: the same bytes for the same content, and nothing of the maker."""

import io
import zipfile
from datetime import datetime

from docx.document import Document as Docx

NO_PROGRAM = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


def saved(document: Docx, title: str, built_at: datetime) -> bytes:
    """The bytes of a document, the same for the same content; nothing of the maker."""
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.title = title
    about.created = about.modified = datetime(built_at.year, built_at.month, built_at.day)  # noqa: DTZ001  # a day, no hour
    about.revision = 1
    buffer = io.BytesIO()
    document.save(buffer)
    return _without_maker(buffer.getvalue())


def _without_maker(data: bytes) -> bytes:
    """The same document without the hour in its zip entries and the name of a program in its properties."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as clean:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            clean.writestr(entry, NO_PROGRAM if name == "docProps/app.xml" else source.read(name))
    return target.getvalue()
