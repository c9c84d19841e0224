"""Pages approved one by one: what an approval is bound to, what is absent, how cited pages are counted then."""

import dataclasses
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hrd_cases.domain.page_approvals import (
    BY_HASH,
    OTHER_PAGES,
    READERS,
    REPLACED,
    REPRINTED,
    TURNED,
    ApprovedPages,
    PageApproval,
    approved_pages,
    mark,
    unsaid,
)
from hrd_cases.domain.papers import Cited, Exhibit, Fact, Filing, PaperCase, Part, PartKind, Variant
from hrd_cases.domain.redaction import Draft, ExhibitRules, Recipient, RedactedText, redact

DAY = date(2026, 11, 28)
COURT = Recipient.COURT.value


def part(name: str, **more: Any) -> Part:
    text = {"kind": PartKind.PDF, "sha256": name * 64, "length": 10, **more}
    return Part(id=name, **text)


def exhibit(*parts: Part) -> Exhibit[RedactedText]:
    return Exhibit(id="x", number=1, title=RedactedText(pieces=("Выписка",)), parts=parts)


def said(item: Exhibit[RedactedText], at: int, of: int, *pages: int, recipient: str = COURT) -> PageApproval:
    return replace(unsaid(item, item.parts[at], recipient, 1, of), pages=pages, by="lana", on=DAY)


def shown(
    item: Exhibit[RedactedText], *approvals: PageApproval, recipient: str = COURT, edition: int = 1
) -> ApprovedPages:
    return approved_pages(item, approvals, recipient, edition)


def test_pages_without_approval_are_absent_and_counted_through_all_files() -> None:
    item = exhibit(part("a"), part("b"))
    assert shown(item) == ApprovedPages(unseen=True)
    result = shown(item, said(item, 0, 3, 1, 3), said(item, 1, 2, 2))
    assert result.files == {"a": (1, 3), "b": (2,)}
    assert result.lengths == {"a": 3, "b": 2}
    assert (result.places, result.absent, result.unseen, result.count, result.total) == ((1, 3, 5), (2, 4), False, 3, 5)
    assert [result.place_of(page) for page in range(1, 7)] == [1, None, 2, None, 3, None]
    half = shown(item, said(item, 0, 3, 1))
    assert (half.files, half.absent, half.unseen) == ({"a": (1,)}, (2, 3), True)
    behind = shown(item, said(item, 1, 2, 2))  # of the first file nobody knows how many pages it has
    assert (behind.files, behind.unseen) == ({}, True)


def test_chosen_pages_stand_in_the_order_written() -> None:
    item = exhibit(part("a", pages=(5, 2, 1)), part("b", pages=(5, 2, 1)))
    result = shown(item, said(item, 0, 3, 1, 2, 3), said(item, 1, 2, 2))
    assert result.files == {"a": (2, 1), "b": (2,)}
    assert (result.places, result.absent) == ((1, 2, 3), ())
    assert shown(item, said(item, 0, 3, 1, 3), said(item, 1, 2, 1)).absent == (2, 5)


def test_a_file_that_can_not_be_printed_stands_by_its_hash_only_if_that_was_said() -> None:
    item = exhibit(part("a"))
    assert shown(item, said(item, 0, 0)).files == {}
    assert shown(item, said(item, 0, 0, BY_HASH)).files == {"a": (BY_HASH,)}
    assert shown(item, said(item, 0, 3, BY_HASH)).files == {}  # it can be printed: its pages are to be seen


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "another file": ({"sha256": "c" * 64}, {}, REPLACED),
    "a turn": ({"turn": 90}, {}, TURNED),
    "other pages": ({"pages": (1, 2)}, {}, OTHER_PAGES),
    "other readers": ({}, {"recipient": "public"}, READERS),
    "another way of printing": ({}, {"edition": 2}, REPRINTED),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_approval_holds_for_what_was_seen_alone(change: str) -> None:
    before = exhibit(part("a"))
    approval = said(before, 0, 3, 1, 2, 3)
    assert shown(before, approval).count == 3
    of_part, of_paper, why = CHANGES[change]
    after = exhibit(part("a", **of_part))
    result = shown(after, approval, **of_paper)
    assert (dict(result.files), result.places, result.unseen, result.void) == ({}, (), True, (why,))
    now = unsaid(after, after.parts[0], of_paper.get("recipient", COURT), of_paper.get("edition", 1), 3)
    assert not {mark(now, page) for page in (1, 2, 3)} & {mark(approval, page) for page in (1, 2, 3)}
    assert shown(before, approval).count == 3  # as it was again: what was said holds


def test_another_order_of_files_voids_a_choice_of_pages() -> None:
    chosen = {"pages": (1, 4)}
    item, other = exhibit(part("a", **chosen), part("b", **chosen)), exhibit(part("b", **chosen), part("a", **chosen))
    approvals = said(item, 0, 3, 1), said(item, 1, 3, 1)
    assert shown(item, *approvals).count == 2
    assert shown(other, *approvals).void == (OTHER_PAGES,)
    whole = exhibit(part("a"), part("b"))
    turned_round = exhibit(part("b"), part("a"))
    approvals = said(whole, 0, 3, 1), said(whole, 1, 2, 2)
    assert shown(turned_round, *approvals).places == (2, 3)


def test_every_field_of_an_approval_is_bound_or_says_who_looked() -> None:
    free = {"of", "pages", "by", "on"}
    names = {field.name for field in dataclasses.fields(PageApproval)}
    item = said(exhibit(part("a")), 0, 3, 1)
    assert len(item.bound_to) == len(names - free)
    for name in names - free:
        other = 7 if isinstance(getattr(item, name), int) else "another"
        assert replace(item, **{name: other}).bound_to != item.bound_to, name
        assert mark(replace(item, **{name: other}), 1) != mark(item, 1), name


def draft(item: Exhibit[RedactedText], pages: ApprovedPages, **rules: Any) -> Draft:
    fixed = RedactedText(pieces=("words",), structured=True)
    filing = Filing(
        court=fixed, title=fixed, case_number=fixed, filed_by=fixed, authority=fixed, signatory=fixed,
        signatory_capacity=fixed,
    )  # fmt: skip
    facts = tuple(Fact(text=fixed, exhibits=(Cited(exhibit="x", page=page),)) for page in (1, 2, 3))
    case = PaperCase(filing=filing, parties=(), facts=facts, exhibits=(item,))
    existing = ExhibitRules(approved_for=frozenset({Recipient.COURT}), pages=pages, **rules)
    return Draft(case=case, people={}, exhibits={"x": existing})


def test_a_protected_paper_has_the_approved_pages_and_names_the_others_as_left_out() -> None:
    item = exhibit(part("a"), part("b"))
    created = draft(item, shown(item, said(item, 0, 3, 1, 3), said(item, 1, 2)))
    result = redact(created, Recipient.COURT, Variant.PROTECTED)
    (left,) = result.case.exhibits
    assert [(of.id, of.seen, of.of, of.pages) for of in left.parts] == [("a", (1, 3), 3, ())]
    assert ("Exhibit.pages", "Выписка: 2, 4-5", "pages") in {(o.place, o.text, o.why) for o in result.left_out}
    assert [fact.exhibits[0].page for fact in result.case.facts] == [1, None, 2]
    full = redact(created, Recipient.COURT, Variant.FULL)
    assert [of.seen for of in full.case.exhibits[0].parts] == [None, None]
    assert [fact.exhibits[0].page for fact in full.case.facts] == [1, 2, 3]
    for recipient, pages in ((Recipient.PUBLIC, created.exhibits["x"].pages), (Recipient.COURT, ApprovedPages())):
        nothing = draft(item, pages)
        assert redact(nothing, recipient, Variant.PROTECTED).case.exhibits == ()


def test_an_exhibit_shown_as_pictures_alone_is_so_in_the_full_version_too() -> None:
    item = exhibit(part("a"))
    created = draft(item, shown(item, said(item, 0, 3, 2)), pictures=True)
    full = redact(created, Recipient.COURT, Variant.FULL)
    assert full.case.exhibits[0].title == "Выписка"
    assert full.case.exhibits[0].parts[0].seen == (2,)
    assert [fact.exhibits[0].page for fact in full.case.facts] == [None, 1, None]
    assert (
        redact(draft(item, ApprovedPages(unseen=True), pictures=True), Recipient.COURT, Variant.FULL).case.exhibits
        == ()
    )


def test_pages_that_nobody_counted_yet_are_said() -> None:
    item = exhibit(part("a"), part("b"))
    result = redact(draft(item, shown(item, said(item, 0, 1, 1))), Recipient.COURT, Variant.PROTECTED)
    assert ("Exhibit.pages", "Выписка", "unseen") in {(o.place, o.text, o.why) for o in result.left_out}
