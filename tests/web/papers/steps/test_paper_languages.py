"""A submission to the United Nations in French and Spanish, through the pages."""

import pytest

from hrd_cases.domain.paper_languages import texts_in
from hrd_cases.domain.papers import Language
from hrd_cases.domain.profiles import profiles, terms
from hrd_cases.render.reading import bare
from tests.web.papers.test_kinds import UN, before, of_case, printed, said, with_facts
from tests.web.papers.test_papers import Lawyer, lana
from tests.web.papers.test_protected import step_four
from tests.web.papers.test_recipients import open_case

__all__ = ["lana", "open_case"]
LABELS = [each.labels["en"] for each in profiles()["un_letter"].fields]
REQUIRED = [each.key for each in profiles()["un_letter"].fields if each.required]
ENGLISH = [bare(text) for text in terms(Language.EN).values() if " " in text and "{" not in text]


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_fixed_word_of_a_submission_is_in_the_language_of_the_paper(open_case: Lawyer, language: str) -> None:
    said(open_case, international="yes", **{"scopes-0-scope": "un_public_report", "scopes-0-answer": "no"})
    of_case(open_case)
    before(open_case, "un_body", "Procedures")
    action = open_case.world.strike.records["action"]
    start = {"title": "UN", "variant": "full", "action": action, "language": language}
    paper = str(open_case.change(f"/w/{open_case.case}/new", **start).location).rsplit("/", 1)[0]
    page = open_case.get(f"{paper}/2").text
    texts = texts_in(language)
    assert f'value="{texts["kind"]["un_letter"]["title"]}"' in page
    assert "Mandates addressed" in page  # the page itself stays in the language of its reader
    assert open_case.change(f"{paper}/2", **UN).status_code == 303
    with_facts(open_case, paper)
    assert "In another language" in step_four(open_case, paper)  # what the case says is Russian
    assert "Read the built paper" in open_case.built(paper)
    for text in printed(open_case, paper):
        mandate, kind = texts["list"]["un_mandates"]["defenders"], texts["list"]["un_communications"]["allegation"]
        answers = texts["terms"]["consent_yes"], texts["terms"]["consent_no"]
        labels = [texts["kind"]["un_letter"][key] for key in (*REQUIRED, "filed_by", "request")]
        for wanted in (*labels, mandate, kind, *answers, "Әлібек Сынақов"):
            assert bare(wanted) in text, wanted
        own = bare(" ".join(texts["terms"].values()))
        assert [word for word in ENGLISH if word in text and word not in own] == []
        assert [label for label in LABELS if bare(label) in text] == []


def test_a_court_of_the_country_takes_no_french(open_case: Lawyer) -> None:
    start = {"title": "Court", "variant": "full", "action": open_case.world.strike.records["action"], "language": "fr"}
    paper = str(open_case.change(f"/w/{open_case.case}/new", **start).location).rsplit("/", 1)[0]
    with_facts(open_case, paper)
    assert "takes papers in these languages only" in step_four(open_case, paper)
