"""A table or a report that leaves as a file: its type, and a name that says nothing of what is in it."""

from flask import make_response
from werkzeug.wrappers import Response

from hrd_cases.services.figures.exports import CSV, DOCX, PDF, XLSX

TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def download(data: bytes, name: str, form: str) -> Response:
    """The answer that a browser saves as `name` and the form, one of TYPES."""
    response = make_response(data)
    response.headers["Content-Type"] = TYPES[form]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
