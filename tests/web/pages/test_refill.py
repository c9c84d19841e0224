"""A form comes back as it was sent, in whatever page it stands."""

import pytest
from hrd_pages import Forms
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.web.pages.refill import NoSuchForm, refilled

PAGE = """<!doctype html>
<html lang="en"><body><!-- a note --><p>Тест &amp; &#8212; &nbsp;</p>
<form method="post" action="/other"><input type="text" name="line" value="stays"></form>
<form method="post" action="/here">
<input type="hidden" name="csrf_token" value="fresh">
<input type="password" name="secret">
<input type="text" id="f-line" name="line" value="before" dir="auto">
<input name="twice"><input name="twice" value="x"/>
<textarea name="area" rows="5">
what stood &lt;there</textarea>
<select name="choice"><option value="">none</option>
<option value="a" selected>A</option><option value="b">B</option></select>
<input type="radio" name="level" value="full" checked><input type="radio" name="level" value="coded">
<input type="checkbox" name="roles" value="one" checked><input type="checkbox" name="roles" value="two">
<button class="button" type="submit" name="more" value="1">More</button>
</form></body></html>"""
SENT = {
    "csrf_token": ["old"],
    "secret": ["a passphrase"],
    "line": ["“<b>” & 'x'\"y\""],
    "twice": ["first", "second"],
    "area": ["</textarea><b>two\nlines &amp;"],
    "choice": ["b"],
    "level": ["coded"],
    "roles": ["two"],
}


def test_everything_typed_and_chosen_comes_back() -> None:
    back = Forms(refilled(PAGE, "/here", SENT)).forms["/here"]
    assert {name: back[name] for name in SENT if name not in ("csrf_token", "secret")} == {
        name: texts for name, texts in SENT.items() if name not in ("csrf_token", "secret")
    }


def test_tokens_passphrases_and_other_forms_stay_as_the_page_made_them() -> None:
    created = refilled(PAGE, "/here", SENT)
    result = Forms(created).forms
    assert result["/here"]["csrf_token"] == ["fresh"]
    assert result["/other"] == {"line": ["stays"]}
    assert "a passphrase" not in created


def test_what_was_not_chosen_is_not_chosen_any_more() -> None:
    back = Forms(refilled(PAGE, "/here", {})).forms["/here"]
    assert "level" not in back
    assert "roles" not in back
    assert (back["line"], back["area"]) == ([""], [""])


def test_the_rest_of_the_page_stays_byte_for_byte() -> None:
    created = refilled(PAGE, "/here", SENT)
    opens = '<form method="post" action="/here">'
    assert created.split(opens)[0] == PAGE.split(opens)[0]
    assert created.endswith(
        '<button class="button" type="submit" name="more" value="1">More</button>\n</form></body></html>'
    )


def test_a_page_without_the_form_says_so() -> None:
    with pytest.raises(NoSuchForm):
        refilled(PAGE, "/elsewhere", SENT)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), st.text("<>&\"'/=abc ;#", max_size=40))
def test_whatever_is_typed_stays_text(line: str, area: str) -> None:
    created = refilled(PAGE, "/here", {**SENT, "line": [line], "area": [area]})
    assert Forms(created).forms["/here"]["line"] == [line]
    assert Forms(created).forms["/here"]["area"] == [area]
    assert created.count("<form") == PAGE.count("<form")
