"""Static files: a browser keeps them for good under a name with their hash, and asks again under any other."""

import re
from pathlib import Path

from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.web.kernel import static_files


def test_a_page_asks_for_its_style_sheet_by_hash_and_it_is_kept_for_good(sqlite_world: World) -> None:
    visitor = Visitor(sqlite_world)
    (address,) = re.findall(
        r'<link rel="stylesheet" href="(/static/style\.[0-9a-f]{16}\.css)">', visitor.get("/e").text
    )
    sheet = visitor.get(address)
    assert sheet.status_code == 200
    assert sheet.mimetype == "text/css"
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert sheet.data == visitor.get("/static/style.css").data


def test_another_hash_names_nothing_and_nothing_of_it_is_kept(sqlite_world: World) -> None:
    answer = Visitor(sqlite_world).get(f"/static/style.{'0' * 16}.css")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_changed_file_has_another_name(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("a")
    before = static_files.hashed(tmp_path)
    (tmp_path / "style.css").write_text("b")
    assert before.keys() == static_files.hashed(tmp_path).keys()
    assert before != static_files.hashed(tmp_path)
