"""Many recommendations through the pages: pasted, corrected, then all saved or none."""

from hrd_pages import Visitor, forms

STUDY = "1. Adopt a plan\n2. Publish the plan\n3. Ratify the protocol"


def test_a_study_is_pasted_corrected_and_saved_at_once(anna: Visitor) -> None:
    page = anna.fill("/r/m", text=STUDY, source="Study of 2024, part 5", addressee="Government")
    assert page.status_code == 200
    form = forms(page)["/r/m/c"]
    assert form["rows-0-words"] == ["Adopt a plan"]
    assert form["rows-2-words"] == ["Ratify the protocol"]
    assert "Adopt a plan" not in anna.get("/r").text
    saved = anna.send("/r/m/c", {**form, "rows-1-words": "Publish it every year", "rows-1-addressee": "Companies"})
    assert saved.status_code == 303
    listed = anna.get("/r").text
    assert all(text in listed for text in ("Adopt a plan", "Publish it every year", "Ratify the protocol", "Companies"))
    assert listed.count("Government") == 2


def test_one_row_that_is_here_already_keeps_all_from_being_saved(anna: Visitor) -> None:
    anna.fill("/r/new", **{"words-en-text": "ratify the  Protocol."})
    form = forms(anna.fill("/r/m", text=STUDY))["/r/m/c"]
    refused = anna.send("/r/m/c", form)
    assert refused.status_code == 422
    assert "This recommendation is here already" in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert "Adopt a plan" not in anna.get("/r").text
    corrected = {**forms(refused)["/r/m/c"], "rows-2-words": "Ratify it this year"}
    assert anna.send("/r/m/c", corrected).status_code == 303
    assert "Adopt a plan" in anna.get("/r").text


def test_a_row_that_stands_twice_is_named(anna: Visitor) -> None:
    form = forms(anna.fill("/r/m", text="Adopt a plan\nAdopt a plan."))["/r/m/c"]
    assert "This recommendation is here already" in anna.send("/r/m/c", form).text


def test_a_text_without_a_recommendation_comes_back(anna: Visitor) -> None:
    answer = anna.fill("/r/m", text="", source="Study of 2024")
    assert answer.status_code == 422
    assert "Study of 2024" in answer.text
