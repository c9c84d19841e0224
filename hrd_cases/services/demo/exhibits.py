"""Evidence of the demo: files invented on the spot, taken in through the same door as an upload."""

from datetime import datetime
from pathlib import Path

from hrd_cases.domain.data_files import DataTable
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.services.demo.drawing import draw
from hrd_cases.services.evidence import uploads
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.store.blobs import BlobStore


def add(runtime: Runtime, session: Session, case: CaseId, value: Evidence, make: DataTable, now: datetime) -> RecordId:
    """Keep a piece of evidence with the files that `make` describes; returns its id."""
    intake = uploads.begin(runtime, session, now, case=case)
    for file in draw(make["kind"], make["name"], make["pages"]):
        incoming = intake.begin_file(file.name, "")
        incoming.write(file.data)
        intake.finish_file(incoming, now)
    return intake.keep(value, now)[0]


def clear(folder: Path) -> None:
    """Remove the sealed files of a demo, none of which any record names any more."""
    if folder.exists():
        store = BlobStore(folder)
        for blob in list(store.ids()):
            store.remove(blob)
