"""Recommendations to a state or to companies: who gave them, to whom, what became of them, when somebody looks again.

Kept in the directory, where every colleague finds them; which cases show one is written in the cases.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.agenda import RECOMMENDATION_DATE, RECOMMENDATION_REVIEW, DatedLine, day_due
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import (
    Coded,
    CodedMany,
    Flag,
    Hidden,
    LangText,
    Link,
    Rows,
    Text,
    TextLine,
    Texts,
    When,
    declare,
    entity,
)
from hrd_cases.domain.fields import original as text_in
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.vaults import REFERENCE
from hrd_cases.domain.words import N_

NOT_CHECKED = "not_checked"  # a state: what became of it is for its reader to find out
LONGEST_TITLE = 140  # letters
NOT_DONE = "-"  # not empty: a form keeps what a hidden field said before where the new value is


def shortened(text: str) -> str:
    """A text as a title: its first line, cut between two words where it is longer than LONGEST_TITLE letters."""
    line = text.strip().partition("\n")[0].rstrip()
    if len(line) <= LONGEST_TITLE:
        return line
    whole_words = line[: LONGEST_TITLE + 1].rpartition(" ")[0]
    return (whole_words.rstrip(",;:. ") or line[:LONGEST_TITLE]) + "…"


def title_of(recommendation: "Recommendation", language: str = "") -> str:
    """The beginning of its words, in `language` if they are there in it."""
    return shortened(text_in(recommendation.words, language))


@dataclass(frozen=True, kw_only=True)
class RecommendationDate:
    """Something about a recommendation that somebody has to do or to look at by a day, besides its next review."""

    kind: str = declare(Coded(list="recommendation_dates"), N_("What is due"))
    on: PartialDate | None = declare(When(), N_("When"))
    what: str = declare(TextLine(), N_("Details"), search=True)
    who: str = declare(Link(to="colleague"), N_("Who is responsible"))
    done: bool = declare(Flag(), N_("Done"))


def _name(number: int, when: PartialDate) -> str:
    """Which date of a recommendation it is: 0 for the next review, then its rows. Another day gives another name."""
    return f"{number}-{when.first:%Y%m%d}-{when.last:%Y%m%d}"


def _agenda(recommendation: "Recommendation", today: date) -> Iterator[DatedLine]:
    review = recommendation.next_review
    if review is not None and review.known:
        yield DatedLine(
            kind=RECOMMENDATION_REVIEW,
            on=day_due(review, today),
            who=recommendation.who,
            done=recommendation.reviewed == review.encode(),
            part=_name(0, review),
            note=recommendation.review,
        )
    for number, item in enumerate(recommendation.dates, start=1):
        if item.on is not None and item.on.known:
            yield DatedLine(
                kind=RECOMMENDATION_DATE,
                on=day_due(item.on, today),
                detail=item.kind,
                words="recommendation_dates",
                who=item.who or recommendation.who,
                done=item.done,
                part=_name(number, item.on),
                note=item.what,
            )


@entity(
    "recommendation",
    letter="r",
    vault="directory",
    label=N_("Recommendation"),
    plural=N_("Recommendations"),
    new=N_("New recommendation"),
    title=title_of,
    agenda=_agenda,
)
@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """What is recommended, by which bodies in which source, to whom; its state, with date and source; next review."""

    words: tuple[LangText, ...] = declare(
        Texts(rows=4, max=4000),
        N_("What is recommended, in our own words"),
        at=REFERENCE,
        required=True,
        card=True,
        search=True,
        hint=N_("Every colleague reads it. Do not name a person from a case."),
    )
    bodies: tuple[str, ...] = declare(
        CodedMany(list="recommending_bodies"), N_("Who recommends it"), at=REFERENCE, card=True, section=N_("Source")
    )
    body_name: str = declare(
        TextLine(), N_("Name of the body or author"), at=REFERENCE, card=True, search=True, section=N_("Source")
    )
    study: RecordId = declare(
        Link(to="study"), N_("Meeting or study it comes from"), at=REFERENCE, card=True, section=N_("Source")
    )
    source: str = declare(
        TextLine(max=500),
        N_("Source"),
        at=REFERENCE,
        card=True,
        search=True,
        section=N_("Source"),
        hint=N_("Document and paragraph"),
    )
    source_on: PartialDate | None = declare(
        When(past=True), N_("Date of the source"), at=REFERENCE, card=True, section=N_("Source")
    )
    mark: str = declare(Coded(list="fact_marks"), N_("How certain"), at=REFERENCE, card=True, section=N_("Source"))
    addressee: str = declare(
        TextLine(),
        N_("To whom it is addressed"),
        at=REFERENCE,
        card=True,
        search=True,
        section=N_("To whom and about what"),
    )
    pillars: tuple[str, ...] = declare(
        CodedMany(list="ungp_pillars"),
        N_("Pillar of the UN Guiding Principles"),
        at=REFERENCE,
        card=True,
        section=N_("To whom and about what"),
    )
    article: str = declare(
        TextLine(),
        N_("Article"),
        at=REFERENCE,
        card=True,
        search=True,
        section=N_("To whom and about what"),
        hint=N_("Of a treaty, convention or law"),
    )
    nap_step: str = declare(
        Coded(list="nap_steps"),
        N_("Step of the National Action Plan"),
        at=REFERENCE,
        card=True,
        section=N_("To whom and about what"),
    )
    state: str = declare(
        Coded(list="recommendation_states"),
        N_("What became of it"),
        at=REFERENCE,
        card=True,
        section=N_("What became of it"),
    )
    state_on: PartialDate | None = declare(
        When(past=True), N_("As of"), at=REFERENCE, card=True, section=N_("What became of it")
    )
    state_source: str = declare(
        TextLine(max=500),
        N_("Source of this"),
        at=REFERENCE,
        card=True,
        search=True,
        section=N_("What became of it"),
    )
    next_review: PartialDate | None = declare(
        When(), N_("Next review"), at=REFERENCE, card=True, section=N_("Next review")
    )
    review: str = declare(
        TextLine(),
        N_("Where it is reviewed"),
        at=REFERENCE,
        card=True,
        search=True,
        section=N_("Next review"),
        hint=N_("Universal Periodic Review, a treaty body, the ILO, a round table"),
    )
    who: str = declare(
        Link(to="colleague"),
        N_("Who is responsible"),
        at=REFERENCE,
        card=True,
        section=N_("Next review"),
        hint=N_("Its dates stand on the desk of this colleague; without one, on the desk of coordinators"),
    )
    dates: tuple[RecommendationDate, ...] = declare(
        Rows(item=RecommendationDate),
        N_("Other dates: formal commitment, work plan, consultations"),
        at=REFERENCE,
        card=True,
        search=True,
        section=N_("Next review"),
    )
    note: str = declare(Text(rows=4), N_("Remark"), at=REFERENCE, search=True, section=N_("Next review"))
    reviewed: str = declare(Hidden(default=""), N_("The review that was dealt with"), at=REFERENCE, card=True)
    published: str = declare(Hidden(default=""), N_("Its name in the published list"), at=REFERENCE, card=True)


def by_review(today: date) -> Callable[[Recommendation], tuple[int, date]]:
    """How a list stands: the next review first, then reviews that are over, the last first, then those without one."""

    def place(recommendation: Recommendation) -> tuple[int, date]:
        review = recommendation.next_review
        if review is None or not review.known:
            return 2, date.max
        if review.last >= today:
            return 0, review.first
        return 1, date.fromordinal(date.max.toordinal() - review.last.toordinal())

    return place


def marked(recommendation: Recommendation, part: str, *, done: bool) -> Recommendation:
    """The recommendation with one of its dates done, or not; as it was where no date has this name any more."""
    review = recommendation.next_review
    if review is not None and review.known and part == _name(0, review):
        return replace(recommendation, reviewed=review.encode() if done else NOT_DONE)
    dates = [
        replace(item, done=done) if item.on is not None and item.on.known and part == _name(number, item.on) else item
        for number, item in enumerate(recommendation.dates, start=1)
    ]
    return replace(recommendation, dates=tuple(dates))
