"""What a restore leaves behind while it is under way."""

import json
from pathlib import Path

from hrd_cases.services.backups.restoring import Beginning
from hrd_cases.services.install.install import InstallPlace


def test_the_note_of_a_restore_names_the_database_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://cases:secret-word@localhost/cases"
    place = InstallPlace(folder=tmp_path / "new", database_url=url, evidence=tmp_path / "evidence")
    Beginning(place).__enter__()
    (note,) = place.folder.glob("*")
    assert "secret-word" not in note.read_text()
    assert json.loads(note.read_text())["database"] == "postgresql+psycopg://cases:***@localhost/cases"
