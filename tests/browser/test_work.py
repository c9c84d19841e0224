"""The working day: a call, a case, an incident, photos, a letter, a hearing, a colleague."""

import io

import pytest
from pages.cases import CallForm, CasePage
from pages.forms import SheetForm
from pages.site import Enter, Site
from PIL import Image
from playwright.sync_api import FilePayload

STRIKE = "Подземная забастовка 2017 года: преследование лидеров шахтёров"
NOT_THE_LAWYERS = "Смены по двенадцать часов на Шахте-1: переписка (вымышлено)"
NOT_THE_CASEWORKERS = "Нефтесервис, 2017 год: взыскание с участников голодовки"


def test_a_call_costs_two_pages_and_four_answers_and_becomes_a_case(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    call = CallForm(visitor)
    with visitor.counting() as loads:
        call.open()
        request = call.required
        call.take(what="Fired after a petition\nTwo crews signed it.", when="20.11.2026", who="Brigade leader",
                  reach="Messenger, after eight")  # fmt: skip
        assert "The call is saved" in visitor.text
    assert loads[0] <= 2
    assert len(request) <= 4
    visitor.check()
    visitor.follow("Create a case from this call")
    assert SheetForm(visitor).value("title") == "Fired after a petition"
    visitor.check()
    SheetForm(visitor).save()
    assert visitor.heading == "Fired after a petition"
    visitor.check()
    visitor.open_place("Cases")
    assert "Fired after a petition" in visitor.text


def test_nothing_typed_is_lost_when_something_is_wrong(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    call = CallForm(visitor).open()
    call.take(what="", when="31.02.2026", who="  Brigade leader  ", reach="")
    visitor.page.locator("#errors:focus").wait_for()
    assert set(call.errors) == {"f-what-error", "f-when-error", "f-reach-error"}
    assert call.value("when") == "31.02.2026"
    assert "Brigade leader" in call.value("who")
    visitor.check()
    visitor.page.locator("#errors a").first.click()
    assert visitor.page.locator("#f-what-box:target").count() == 1
    visitor.page.keyboard.press("Tab")
    assert visitor.page.locator("#f-what-box #f-what:focus").count() == 1, "the next step is into the field"
    assert visitor.page.locator("main h1").inner_text() == "New call"


def test_an_incident_takes_several_kinds_and_people_in_one_form(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    case = CasePage(visitor).open(STRIKE)
    before = case.count_of("Incidents")
    with visitor.counting() as loads:
        form = case.add("New incident")
        form.fill("title", "Two leaders were beaten and filmed")
        form.fill("when", "~2018")
        form.choose("region", "KZ-35")
        for kind in ("threat", "surveillance", "smear_campaign"):
            form.tick("kinds", kind)
        people = ("Лидер шахтёров А", "Лидер шахтёров Б", "Руководитель профсоюза Г")
        for number, name in enumerate(people):
            form.choose_text(f"attacked-{number}-person", name)
        form.save()
        assert visitor.heading == "Two leaders were beaten and filmed"
    assert loads[0] == 2
    for person in (*people, "Surveillance", "Smear campaign"):
        assert person in visitor.text
    visitor.check()
    CasePage(visitor).open(STRIKE)
    assert CasePage(visitor).count_of("Incidents") == before + 1


def test_ten_photos_become_one_exhibit(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    case = CasePage(visitor).open(STRIKE)
    before = case.count_of("Evidence")
    form = case.add("Add evidence")
    visitor.check()
    form.fill("title", "Minutes of the meeting, ten photographs")
    form.attach("files", [photo(number) for number in range(10)])
    form.save()
    assert "saved and encrypted" in visitor.text
    visitor.page.locator("#files > summary").click()
    assert visitor.page.locator("#files li").count() == 10
    names = visitor.page.locator("#files li h3").all_inner_texts()
    assert names == [f"{number + 1}. page-{number:02}.jpg" for number in range(10)]
    visitor.check()
    with visitor.page.expect_download() as started:
        visitor.page.locator("#files li").nth(3).get_by_role("link", name="Download").click()
    assert started.value.path().read_bytes() == photo(3)["buffer"]
    assert "page-03" not in visitor.page.url
    CasePage(visitor).open(STRIKE)
    assert CasePage(visitor).count_of("Evidence") == before + 1


def test_the_answer_to_a_letter_is_due_by_the_rule_that_binds_its_addressee(
    site: Site, enter: Enter, scripts: bool
) -> None:
    visitor = enter(site, "caseworker", scripts=scripts)
    form = CasePage(visitor).open(STRIKE).add("New letter")
    form.fill("subject", "On the texts of the summonses")
    form.choose("direction", "from_us")
    form.choose_text("addressee", "Инспекция труда Карагандинской области")
    form.choose("kind", "inspection_request")
    form.fill("handed_in", "23.11.2026")
    form.save()
    visitor.page.locator("#errors:focus").wait_for()
    assert set(form.errors) == {"f-handed_in-error"}, "tomorrow nothing was handed in yet"
    form.fill("handed_in", "20.11.2026")
    form.save()
    assert visitor.heading == "On the texts of the summonses"
    visitor.click(visitor.page.get_by_role("link", name="When is the answer due?"))
    visitor.click(visitor.page.get_by_role("button", name="Use this date"))
    # 15 working days after Friday 20 November 2026.
    assert "11 December 2026" in visitor.text
    visitor.check()


def test_a_hearing_costs_two_pages_and_four_answers(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "lawyer", scripts=scripts)
    case = CasePage(visitor).open(STRIKE)
    with visitor.counting() as loads:
        form = case.add("New hearing")
        request = form.required
        form.fill("on", "27.11.2026")
        form.fill("at", "14:30")
        form.fill("room", "City court, room 7")
        form.choose("notified", "sms")
        form.save()
        assert visitor.heading == "City court, room 7, 27 November 2026, 14:30", "its legal action was not chosen"
    assert loads[0] <= 2
    assert len(request) <= 4
    visitor.go("/d")
    assert "City court, room 7" in visitor.text


def test_a_case_is_not_there_for_an_outsider_until_it_is_shared(site: Site, enter: Enter, scripts: bool) -> None:
    owner, other = enter(site, "caseworker", scripts=scripts), enter(site, "lawyer", scripts=scripts)
    case = CasePage(owner).open(NOT_THE_LAWYERS)
    address = owner.path
    unknown = address[:-4] + ("0000" if not address.endswith("0000") else "1111")
    assert other.go(address) == 404
    refused = other.page.locator("main").inner_html()
    other.check()
    assert other.go(unknown) == 404
    assert other.page.locator("main").inner_html() == refused, "refused and unknown look the same"
    other.open_place("Cases")
    assert NOT_THE_LAWYERS not in other.text

    case.share_with("Юрист Бекзат")
    assert "Shared" in owner.text
    owner.check()
    assert other.go(address) == 200
    assert other.heading == NOT_THE_LAWYERS


def test_when_a_colleague_saved_meanwhile_both_versions_are_shown(site: Site, enter: Enter, scripts: bool) -> None:
    item, other = enter(site, "caseworker", scripts=scripts), enter(site, "lawyer", scripts=scripts)
    for visitor in (item, other):
        CasePage(visitor).open(STRIKE)
        visitor.click(visitor.page.locator("main .page-head").get_by_role("link", name="Edit"))
    SheetForm(item).fill("outcome_note", "The company withdrew its claim.")
    SheetForm(item).save()
    SheetForm(other).fill("outcome_note", "The court let the observers in.")
    SheetForm(other).save()
    assert "A colleague saved this" in other.heading
    versions = other.page.locator(".versions").inner_text()
    assert "The company withdrew its claim." in versions
    assert "The court let the observers in." in versions
    assert "Сотрудник по кейсам Айгуль" in versions
    other.check()
    SheetForm(other).fill("outcome_note", "The company withdrew its claim. The court let the observers in.")
    SheetForm(other).save()
    assert other.heading == STRIKE
    other.page.locator("#about > summary").click()
    assert "The company withdrew its claim. The court let the observers in." in other.text


def test_on_paper_the_agenda_has_no_menu_and_no_buttons(site: Site, enter: Enter) -> None:
    visitor = enter(site, "lawyer")
    visitor.open_place("Hearings and letters")
    heard = visitor.page.locator("main .list a").first
    visitor.page.emulate_media(media="print")
    assert heard.is_visible()
    for unwanted in ("nav.places", "header.top", "footer.foot", "button"):
        visible = [item for item in visitor.page.locator(unwanted).all() if item.is_visible()]
        assert not visible, f"{unwanted} would be printed"
    assert visitor.page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("role", ["coordinator", "auditor", "administrator"])
def test_a_case_is_not_there_for_those_whose_office_is_another(site: Site, enter: Enter, role: str) -> None:
    owner, other = enter(site, "lawyer"), enter(site, role)
    CasePage(owner).open(NOT_THE_CASEWORKERS)
    assert other.go(owner.path) == 404


def photo(number: int) -> FilePayload:
    """A small JPEG, different from its neighbours."""
    drawn = io.BytesIO()
    Image.new("RGB", (120, 90), (20 * number, 90, 160)).save(drawn, "JPEG")
    return {"name": f"page-{number:02}.jpg", "mimeType": "image/jpeg", "buffer": drawn.getvalue()}
