"""Evidence of the demo: files invented on the spot, taken in through the same door as an upload."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from hrd_cases.services import records
from hrd_cases.services.context import Runtime
from hrd_cases.services.sessions import Session


def add(runtime: Runtime, session: Session, case: str, value: Any, make: Mapping[str, Any], now: datetime) -> str:
    """Keep a piece of evidence with the files that `make` describes; returns its id."""
    with runtime.writing(session, now) as ctx:
        return records.create(ctx, "evidence", case, value)


def clear(folder: Path) -> None:
    """Remove the sealed files of a demo."""
