"""References to exhibits in the texts of a paper in work: they follow the numbers of their exhibits, and those that
lead nowhere are listed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.paper_matter import every_exhibit, numbering
from hrd_cases.domain.papers import Language, SharedCase
from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.redaction import Recipient
from hrd_cases.domain.typed_references import renumbered, wrong_in
from hrd_cases.domain.wrong_references import WrongReference
from hrd_cases.services.drafting.drafts import Drafting
from hrd_cases.services.drafting.plans import FilingPlan, PaperPlan
from hrd_cases.services.drafting.sources import CaseSource


@dataclass(frozen=True, kw_only=True)
class NumberedCase:
    """A case whose exhibits have numbers in a paper: every one that can be in it, as step 3 lists them."""

    source: CaseSource
    language: Language
    recipient: Recipient

    def labels(self, plan: PaperPlan) -> dict[RecordId, str]:
        """The label of each exhibit by its id, as these choices have them."""
        chosen = Drafting(self.source, plan, self.language, self.recipient).chosen
        in_paper = [exhibit.evidence for exhibit in chosen]
        evidence = (
            item for item, value in plan.available(self.source.evidence).items() if value.files or item in in_paper
        )
        order = numbering(in_paper, every_exhibit(plan.matter, evidence))
        form = profiles().get(plan.filing.profile)
        return {item: form.label(*plan.place(at)) if form else str(at) for at, item in enumerate(order, start=1)}

    def following(self, before: PaperPlan, plan: PaperPlan) -> PaperPlan:
        """The choices that replace those `before`: where exhibits have other numbers, so have the texts."""
        old, new = self.labels(before), self.labels(plan)
        if all(new.get(item, label) == label for item, label in old.items()):
            return plan
        return _with_texts(plan, partial(renumbered, before={label: item for item, label in old.items()}, after=new))


def wrong_references(case: SharedCase, profile: str, *, edited: bool) -> tuple[WrongReference, ...]:
    """The references to exhibits that are not in this paper, as far as that is known before it is built."""
    form = profiles().get(profile)
    labels = {
        form.label(exhibit.number, exhibit.late) if form else str(exhibit.number): exhibit.id
        for exhibit in case.exhibits
    }
    return tuple(wrong_in(case, labels, edited=edited))


def _with_texts(plan: PaperPlan, change: Callable[[str], str]) -> PaperPlan:
    facts = tuple(replace(fact, text=change(fact.text)) for fact in plan.matter.facts)
    return replace(plan, filing=_filing(plan.filing, change), matter=replace(plan.matter, facts=facts))


def _filing(filing: FilingPlan, change: Callable[[str], str]) -> FilingPlan:
    return replace(
        filing,
        opening=change(filing.opening),
        positions=tuple(replace(each, grounds=change(each.grounds)) for each in filing.positions),
        sections=tuple(replace(each, text=change(each.text)) for each in filing.sections),
        requests=change(filing.requests),
        filled=tuple(replace(each, text=change(each.text)) for each in filing.filled),
    )
