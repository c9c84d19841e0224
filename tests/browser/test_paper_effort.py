"""A paper on a small telephone, in Russian, without scripts: taps from a case to a draft, and how long pages are."""

import re
from dataclasses import replace

from pages.effort import Hand
from pages.site import Enter, Site
from pages.visitor import Visitor

from hrd_cases.domain.exhibit_references import ExhibitReference
from hrd_cases.domain.legal_actions import ActionParty
from hrd_cases.domain.paper_matter import ExhibitPlan, FactPlan
from hrd_cases.domain.people import Name, Person
from hrd_cases.services.casework import people
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records
from hrd_cases.services.signin import accounts

MOST_TAPS, REFERENCES, LONGEST_PAGE = 25, 6, 2_500  # pixels at 375 across
MOST = 60_000  # bytes of a page
FACTS, EXHIBITS, PARTIES = 60, 40, 60


def begin(hand: Hand) -> str:
    """Step 1, from the case; the address of the paper."""
    main = hand.page.locator("main")
    hand.tap(main.locator("#kinds").get_by_role("link", name=re.compile("Документы для суда")))
    hand.tap(main.locator('a[href$="/new"]').first)
    hand.type("title", "Отзыв на иск")
    save(hand)
    return hand.visitor.path.rpartition("/")[0]


def save(hand: Hand) -> None:
    hand.tap(hand.page.locator("main .form-end button").first)


def test_from_a_kept_case_to_a_draft(site: Site, enter: Enter) -> None:
    visitor = enter(site, "lawyer", scripts=False, language="ru")
    hand = Hand(visitor)
    visitor.go("/c")
    visitor.click(hand.page.locator("main").get_by_role("link", name="Подземная забастовка").first)
    with hand.counting() as effort:
        begin(hand)
        hand.tap(hand.page.locator("main details", has=hand.page.locator('[name="requests"]')).locator("summary").first)
        hand.type("requests", "отказать в иске полностью")
        save(hand)
        fields = [str(each.get_attribute("name")) for each in hand.page.locator('main [name^="tied_"]').all()]
        for at, name in enumerate(fields[:REFERENCES], start=1):
            hand.type(name, f"{at} л. 1")
        save(hand)
        save(hand)
        hand.tap(hand.page.locator("main .one-button button").last)
    assert visitor.path.endswith("/5")
    assert len(fields) >= REFERENCES
    print(effort)
    assert effort.taps <= MOST_TAPS
    assert effort.fields == REFERENCES + 2


def enlarge(site: Site, case: str, paper: str, variant: str = "full") -> None:
    """Make the proceeding and the paper as large as the largest we know."""
    account = site.accounts["lawyer"]
    session = accounts.sign_in(site.runtime, account.handle, account.passphrase, "", site.now)
    with site.runtime.writing(session, site.now) as ctx:
        here = papers.desk(ctx, case, paper)
        kept = next(value for value in here.source.evidence.values() if value.files)
        evidence = [
            records.create(ctx, case, replace(kept, title=f"Снимок переписки бригады № {number}"))
            for number in range(EXHIBITS)
        ]
        action = records.read(ctx, case, here.paper.action)
        more = tuple(ActionParty(name=f"Работник № {at}", role="respondent", side="ours") for at in range(PARTIES))
        records.save(ctx, case, here.paper.action, replace(action.value, parties=more), action.versions)
    with site.runtime.writing(session, site.now) as ctx:
        here = papers.desk(ctx, case, paper)
        facts = tuple(
            FactPlan(
                use=True,
                text="Работники сообщили о продолжении смены и потребовали встречи с руководством. " * 4,
                exhibits=(ExhibitReference(exhibit=evidence[at % EXHIBITS], pages=(at % 9 + 1,)),),
            )
            for at in range(FACTS)
        )
        exhibits = tuple(ExhibitPlan(use=True, evidence=item, order=at) for at, item in enumerate(evidence, start=1))
        matter = replace(here.plan.matter, facts=facts, exhibits=exhibits)
        papers.save_matter(ctx, case, paper, matter, here.stored.versions)


def large(site: Site, visitor: Visitor) -> tuple[Hand, str]:
    """A paper of 60 facts and 40 exhibits, begun by somebody; its address."""
    hand = Hand(visitor)
    visitor.go("/c")
    hand.visitor.click(hand.page.locator("main").get_by_role("link", name="Подземная забастовка").first)
    paper = begin(hand)
    enlarge(site, *paper.split("/")[-2:])
    return hand, paper


def test_no_page_of_a_large_paper_is_longer_than_four_screens(site: Site, enter: Enter) -> None:
    visitor = enter(site, "lawyer", scripts=False, language="ru")
    hand, paper = large(site, visitor)
    heights = {}
    for place in ("", "/2", "/3", "/3?n=2", "/3?n=3", "/3/1", "/3/e", "/3/e?n=2", "/n", "/4", "/5"):
        assert visitor.go(paper + place) == 200, place
        heights[place] = hand.height()
    print(heights)
    assert not {place: height for place, height in heights.items() if height > LONGEST_PAGE}


def protect(site: Site, case: str, paper: str) -> None:
    """Make the paper the protected version of itself, with a name in it that nobody has answered yet."""
    account = site.accounts["lawyer"]
    session = accounts.sign_in(site.runtime, account.handle, account.passphrase, "", site.now)
    with site.runtime.writing(session, site.now) as ctx:
        stored = records.read(ctx, case, paper)
        records.save(ctx, case, paper, replace(stored.value, variant="protected"), stored.versions)
    with site.runtime.writing(session, site.now) as ctx:
        people.create(ctx, Person(pseudonym="Шахтёр Д", names=(Name(name="Әлібек Сынақов"),), roles=("witness",)), case)
    with site.runtime.writing(session, site.now) as ctx:
        here = papers.desk(ctx, case, paper)
        filing = replace(here.plan.filing, requests="отказать в иске к Сынакову и выслать ответ")
        papers.save_filing(ctx, case, paper, filing, here.stored.versions)
    with site.runtime.reading(session, site.now) as ctx:
        assert papers.desk(ctx, case, paper).names.unanswered


def test_step_four_of_a_large_protected_paper_is_read_page_by_page(site: Site, enter: Enter) -> None:
    visitor = enter(site, "lawyer", scripts=False, language="ru")
    hand, paper = large(site, visitor)
    protect(site, *paper.split("/")[-2:])
    heights = {}
    for place in ("", "/2", "/n", "/4"):
        assert visitor.go(paper + place) == 200, place
        heights[place] = hand.height()
    status = hand.page.get_by_role("status").filter(has_text="Страница 1 из").inner_text()
    pages = int(status.partition(" из ")[2].partition(".")[0])
    boxes = hand.page.locator('main input[name="ok"]')
    ticked: list[str | None] = []
    for _page in range(pages):
        if boxes.count():
            boxes.last.check()
            ticked.append(boxes.last.get_attribute("value"))
            save(hand)
    assert len(ticked) > 1
    for at in range(1, pages + 1):
        assert visitor.go(f"{paper}/4?n={at}") == 200
        heights[f"/4?n={at}"] = hand.height()
        assert len(hand.page.content().encode()) < MOST
        kept = [box.get_attribute("value") for box in boxes.and_(hand.page.locator(":checked")).all()]
        ticked = [mark for mark in ticked if mark not in kept]
    print(heights)
    assert not ticked
    assert not {place: height for place, height in heights.items() if height > LONGEST_PAGE}
