"""From a miner's call in danger to a case, on a small telephone, in Russian, without scripts: every tap is counted."""

from pages.effort import SMALL, Hand
from pages.site import Enter, Site
from pages.visitor import Visitor

WHAT = "Бригадиру угрожают увольнением за собранные подписи"
REACH = "WhatsApp через жену, после 20:00; в Telegram не писать"
FIRST_SCREEN = SMALL["height"]
LONGEST_FORM, LONGEST_CONSENT, LONGEST_CASE, LONGEST_DESK = 2_500, 1_800, 2_500, 1_800  # pixels at 375 across
DATED_LINES = 14


def take(hand: Hand) -> None:
    """Take the call from the desk."""
    main = hand.page.locator("main")
    hand.tap(main.get_by_role("link", name="Новое обращение"))
    hand.tap(hand.page.locator('main form [name="urgent"]'))
    hand.type("what", WHAT)
    hand.type("when", "20.11.2026")
    hand.type("who", "Шахтёр, назвался Бурым")
    hand.type("reach", REACH)
    hand.tap(main.locator(".form-end button").first)


def make_case(hand: Hand) -> None:
    """Make it a case with everything that was found in it."""
    main = hand.page.locator("main")
    hand.tap(main.locator("#next a").first)
    main.locator('[name="pseudonym"]').wait_for()
    assert hand.height() <= LONGEST_FORM
    hand.tap(main.locator(".form-end button").first)


def test_from_a_call_in_danger_to_a_case_with_person_contact_and_event(site: Site, enter: Enter) -> None:
    visitor = enter(site, "caseworker", scripts=False, language="ru")
    hand = Hand(visitor)
    with hand.counting() as call:
        take(hand)
    assert (call.loads, call.fields) == (2, 4)
    assert call.taps <= 7
    assert call.screens <= 3
    assert hand.bottom_of(REACH) < FIRST_SCREEN, "how to reach them stands at the top of the call"
    assert "Позвоните дежурному сейчас" in visitor.text

    with hand.counting() as case:
        make_case(hand)
    assert case.loads <= 4
    assert case.taps <= 4
    assert case.screens <= 3.7
    assert (case.characters, case.fields) == (0, 0), "nothing is typed twice"
    assert visitor.heading == WHAT
    assert hand.bottom_of(REACH) < FIRST_SCREEN, "the caller's safe way stands on the case's first screen"
    assert "Срочно" in visitor.text
    created = visitor.path
    assert_carried(visitor)
    visitor.go(created)
    ask_consent(hand)


def ask_consent(hand: Hand) -> None:
    """Read the text aloud and write down five answers: who is asked stands there already, and nothing is typed."""
    main = hand.page.locator("main")
    main.locator("summary").filter(has_text="Добавить в этот кейс").click()
    hand.visitor.click(main.get_by_role("link", name="Новое согласие"))
    main.locator('[name="read_aloud"]').wait_for()
    assert hand.height() <= LONGEST_CONSENT
    with hand.counting() as consent:
        answers = {"keep": "yes", "court": "yes", "international": "no", "publish": "no", "statistics": "yes"}
        for name, answer in answers.items():
            hand.tap(main.locator(f'[name="{name}"][value="{answer}"]'))
        hand.tap(main.locator('[name="read_aloud"]'))
        hand.tap(main.locator(".form-end button").first)
    assert (consent.loads, consent.taps) == (1, 7)
    assert (consent.characters, consent.fields) == (0, 0)
    assert consent.screens <= 2.7
    assert "Шахтёр, назвался Бурым" in hand.visitor.text


def assert_carried(visitor: Visitor) -> None:
    """The case has the person with the safe channel, the event that waits to be coded, and the call."""
    case = visitor.path
    visitor.click(visitor.page.locator("#people").get_by_role("link"))
    assert "Заявитель" in visitor.text
    assert REACH in visitor.text
    visitor.go(f"{case}/n")
    visitor.click(visitor.page.locator("main .list").get_by_role("link", name=WHAT))
    assert visitor.text.count("выбрать позже") == 2
    assert "один источник" in visitor.text.casefold()
    visitor.go(f"{case}/i")
    visitor.follow("Шахтёр, назвался Бурым")
    visitor.press("Отметить: мы поговорили с человеком")
    assert "Удалось связаться: Сотрудник по кейсам Айгуль" in visitor.text
    visitor.go(case)
    assert visitor.page.locator(".danger").count() == 0


def test_what_waits_to_be_coded_is_coded_from_the_desk(site: Site, enter: Enter) -> None:
    visitor = enter(site, "caseworker", scripts=False, language="ru")
    hand = Hand(visitor)
    take(hand)
    make_case(hand)
    visitor.go("/d")
    visitor.click(hand.page.locator("#to-code").get_by_role("link", name=WHAT))
    assert visitor.page.locator('[name="kinds"][value="to_be_coded"]').is_checked()


def test_a_call_in_danger_from_the_locked_page_reaches_who_is_on_duty(site: Site, enter: Enter, scripts: bool) -> None:
    visitor = enter(site, "caseworker", scripts=scripts, language="ru")
    hand = Hand(visitor)
    hand.page.locator(".menu summary").click()
    visitor.click(hand.page.locator(".menu").get_by_role("button", name="Заблокировать", exact=True))
    hand.page.locator('main [name="passphrase"]').wait_for()
    visitor.check()
    hand.page.set_viewport_size(SMALL)
    with hand.counting() as call:
        hand.tap(hand.page.get_by_role("link", name="Записать обращение"))
        hand.page.locator('main form [name="urgent"]').wait_for()
        visitor.check()
        hand.page.set_viewport_size(SMALL)
        hand.tap(hand.page.locator('main form [name="urgent"]'))
        hand.type("what", WHAT)
        hand.type("when", "вчера")
        hand.type("who", "Шахтёр, назвался Бурым")
        hand.type("reach", REACH)
        hand.tap(hand.page.locator("main .form-end button").first)
        hand.page.locator(".danger").wait_for()
    assert (call.loads, call.fields) == (2, 4)
    assert call.taps <= 7
    assert call.screens <= 3
    assert "Позвоните сейчас: дежурному" in visitor.text
    assert "Бурым" not in visitor.text, "nothing of it is read on the locked page"
    visitor.check()
    hand.page.set_viewport_size(SMALL)
    lawyer = enter(site, "lawyer", scripts=scripts, language="ru")
    lawyer.go("/d")
    assert REACH in lawyer.text, "who is on duty sees it at once"
    lawyer.click(lawyer.page.locator(".danger").get_by_role("link", name="Шахтёр, назвался Бурым"))
    assert "не подписано" in lawyer.text
    lawyer.check()


def test_the_page_of_the_fullest_case_is_short_and_says_first_what_is_next(site: Site, enter: Enter) -> None:
    hand = Hand(enter(site, "caseworker", scripts=False, language="ru"))
    hand.visitor.go("/c")
    hand.visitor.click(hand.page.locator("main").get_by_role("link", name="Подземная забастовка").first)
    assert hand.height() <= LONGEST_CASE
    assert hand.bottom_of("Что дальше") < FIRST_SCREEN


def test_the_desk_is_short_and_says_first_who_is_in_danger_and_what_is_late(site: Site, enter: Enter) -> None:
    hand = Hand(enter(site, "caseworker", scripts=False, language="ru"))
    hand.visitor.go("/d")
    assert hand.page.locator("main .list .when").count() >= DATED_LINES
    assert hand.height() <= LONGEST_DESK
    assert hand.bottom_of("Отметить: мы поговорили с человеком") < FIRST_SCREEN
    tops = [hand.page.locator(place).bounding_box() for place in (".danger", "#overdue", "#today", "#soon", "#later")]
    heights = [top["y"] for top in tops if top]
    assert (len(heights), heights) == (5, sorted(heights))
