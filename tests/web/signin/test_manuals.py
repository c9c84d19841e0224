"""The manuals inside the program: every part of each, in three languages, and the reader's own first."""

from pathlib import Path

import pytest
from hrd_manuals import LANGUAGES, ROLES, labels, manual, same, shape
from hrd_pages import Visitor

from hrd_cases.web.signin import manuals
from hrd_cases.web.signin.manuals import FIRST, LAST

INDEX = "/m/m"


def test_the_account_leads_to_the_manuals_and_ones_own_come_first(anna: Visitor) -> None:
    assert f'href="{INDEX}"' in anna.get("/m").text
    page = anna.get(INDEX).text
    at = [page.index(f'id="manual-{name}"') for name in ("caseworker", "danger", "auditor")]
    assert at == sorted(at)


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_every_part_of_every_manual_is_a_page(anna: Visitor, language: str) -> None:
    anna.get(f"/y/{language}")
    for name in FIRST + LAST:
        titles = [line.lstrip("# ") for line in manual(name, language).splitlines() if line.startswith(("# ", "## "))]
        for part, title in enumerate(titles):
            page = anna.get(f"{INDEX}/{name}/{part}")
            assert page.status_code == 200, (name, part)
            assert f"<h1>{title}</h1>" in page.text.replace("&#39;", "'"), (name, part)
            assert f'lang="{language}"' in page.text
        assert anna.get(f"{INDEX}/{name}/{len(titles)}").status_code == 404


def test_links_lead_to_manuals_and_nowhere_else(anna: Visitor) -> None:
    page = anna.get(f"{INDEX}/caseworker/1").text
    assert f'<a href="{INDEX}/danger/0">' in page
    for name in FIRST + LAST:
        text = "".join(anna.get(f"{INDEX}/{name}/{part}").text for part in range(3))
        assert ".md" not in text
        assert "<img" not in text


def test_there_is_no_way_to_other_files(anna: Visitor) -> None:
    for name in ("install", "..%2Foperations", "caseworker.ru"):
        assert anna.get(f"{INDEX}/{name}/0").status_code == 404


def test_every_role_has_a_manual() -> None:
    assert sorted(FIRST + LAST) == sorted(ROLES)


def test_what_is_typed_as_html_stays_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, anna: Visitor) -> None:
    monkeypatch.setattr(manuals, "FOLDER", tmp_path)
    (tmp_path / "custodian.md").write_text(
        "# For custodians\n\n<b>bold</b> and [away](https://example.org)\n", encoding="utf-8"
    )
    manuals._parts.cache_clear()
    try:
        page = anna.get(f"{INDEX}/custodian/0").text
    finally:
        manuals._parts.cache_clear()
    assert "&lt;b&gt;bold&lt;/b&gt; and away" in page
    assert "example.org" not in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_a_translated_manual_has_every_heading_link_and_label(role: str, language: str) -> None:
    assert shape(manual(role, language), language) == shape(manual(role), "en")
    written = labels(manual(role, language))
    missing = [
        label
        for label in labels(manual(role))
        if not any(text == item or text.startswith(item) for text in same(label, language) for item in written)
    ]
    assert missing == []
