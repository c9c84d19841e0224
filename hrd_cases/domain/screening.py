"""Screening: an edition asks many companies the same indicators, and what was read about each is kept as results.

Codes and our own words stand here; the official wording of a standard is loaded by the organisation, if it may use it.
Results are counted and never made into one score.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.fields import Coded, Day, Entity, Hidden, Link, Rows, Text, TextLine, declare, entity, fields_of
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.typed_text import BadText, line
from hrd_cases.domain.vaults import REFERENCE
from hrd_cases.domain.words import N_

YES, IN_PART, NO, NOT_FOUND = "yes", "partly", "no", "not_found"
RESULTS = (YES, IN_PART, NO, NOT_FOUND)
MOST_INDICATORS = 100
MOST_COMPANIES = 500  # of one edition
MOST_CODE, MOST_WORDS, MOST_OFFICIAL = 20, 500, 2_000

PLACE = "lines"  # the field in which indicators are typed, one a line
NO_INDICATOR = N_("Write at least one indicator: its code, a semicolon, and what it asks.")
TOO_MANY = N_("At most %(most)s indicators in one edition.")
NO_WORDS = N_("Line %(line)s: after the code and a semicolon, write in your own words what the indicator asks.")
LONG_CODE = N_("Line %(line)s: a code has at most %(most)s characters.")
LONG_WORDS = N_("Line %(line)s: at most %(most)s characters fit here.")
TWICE = N_("Line %(line)s: the code %(code)s is there already.")
IN_USE = N_("There are results for %(code)s. Its code cannot be changed or removed; its words can.")
NO_ADDRESS = N_("Write the whole address, beginning with https://")
NO_DAY = N_("Write on which day this was read: pages change.")
ONLY_BESIDE = N_("Choose a result, or clear its link and text.")


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """What an edition asks of every company; the code is how results name it."""

    code: str = declare(TextLine(max=MOST_CODE), N_("Code"))
    words: str = declare(TextLine(max=MOST_WORDS), N_("What it asks, in our own words"), search=True)
    official: str = declare(TextLine(max=MOST_OFFICIAL), N_("Official wording"))


@entity(
    "screening",
    letter="f",
    vault="directory",
    label=N_("Screening edition"),
    plural=N_("Screening editions"),
    new=N_("New screening edition"),
    title=lambda edition: edition.title,
)
@dataclass(frozen=True, kw_only=True)
class Screening:
    """One edition of a screening: what is asked of every company, and how the pages were read."""

    title: str = declare(
        TextLine(),
        N_("Name of the edition"),
        at=REFERENCE,
        required=True,
        card=True,
        search=True,
        hint=N_("With the year"),
    )
    day: date | None = declare(Day(certain=True), N_("Day of the edition"), at=REFERENCE, required=True, card=True)
    standard: str = declare(
        TextLine(),
        N_("Standard and its edition"),
        at=REFERENCE,
        search=True,
        hint=N_("Such as: Core UNGP Indicators, 2021. Leave it empty for indicators of your own."),
    )
    method: str = declare(
        Text(rows=4),
        N_("Method"),
        at=REFERENCE,
        search=True,
        hint=N_("Which pages were read, in which languages, by how many people"),
    )
    indicators: tuple[Indicator, ...] = declare(Rows(item=Indicator), N_("Indicators"), at=REFERENCE, search=True)


@dataclass(frozen=True, kw_only=True)
class EditionForm(Screening):
    """What the form of an edition asks: its indicators as lines of text, so that a table can be pasted."""

    lines: str = declare(
        Text(rows=14),
        N_("Indicators, one a line"),
        at=REFERENCE,
        required=True,
        hint=N_(
            "Code; what it asks in your own words; official wording, if you may use it. Cells of a spreadsheet can be "
            "pasted."
        ),
    )


EDITION_FORM = Entity(
    code="screening_form",
    letter="",
    vault="directory",
    label=N_("Screening edition"),
    plural=N_("Screening editions"),
    new=N_("New screening edition"),
    cls=EditionForm,
    fields=tuple(field for field in fields_of(EditionForm) if field.name != "indicators"),
    title=lambda edition: edition.title,
)


@dataclass(frozen=True, kw_only=True)
class IndicatorResult:
    """What was read about one indicator: where, on which day, and the words that show it."""

    indicator: str = declare(TextLine(max=MOST_CODE), N_("Indicator"))
    result: str = declare(Coded(list="screening_results"), N_("Result"))
    link: str = declare(TextLine(max=500), N_("Link"))
    captured: date | None = declare(Day(past=True), N_("Read on"))
    evidence: str = declare(
        Text(rows=2, max=5_000), N_("What the page says, or where it was searched for"), search=True
    )

    @property
    def shown(self) -> bool:
        """Whether somebody else can follow it: a link, or the words that were read."""
        return bool(self.link or self.evidence)


@entity(
    "assessment",
    letter="1",
    vault="directory",
    label=N_("Assessment of a company"),
    plural=N_("Assessments of companies"),
    new=N_("New assessment of a company"),
    title=lambda assessment: assessment.name,
)
@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The results of one company in one edition: a record of its own, so that two colleagues can fill in two."""

    screening: RecordId = declare(Link(to="screening"), N_("Screening edition"), at=REFERENCE, card=True)
    company: RecordId = declare(Link(to="company"), N_("Company"), at=REFERENCE, card=True)
    name: str = declare(TextLine(), N_("Name of the company then"), at=REFERENCE, card=True, search=True)
    results: tuple[IndicatorResult, ...] = declare(Rows(item=IndicatorResult), N_("Results"), at=REFERENCE, search=True)
    short: str = declare(Hidden(default=""), N_("Results for the table"), at=REFERENCE, card=True)


@dataclass(frozen=True, kw_only=True)
class AssessmentForm(Assessment):
    """What the form of an assessment asks: a day for everything that was read at once, and the results."""

    read_on: date | None = declare(
        Day(past=True), N_("Everything was read on"), at=REFERENCE, hint=N_("For results without a day of their own")
    )


ASSESSMENT_FORM = Entity(
    code="assessment_form",
    letter="",
    vault="directory",
    label=N_("Assessment of a company"),
    plural=N_("Assessments of companies"),
    new=N_("New assessment of a company"),
    cls=AssessmentForm,
    fields=tuple(field for field in reversed(fields_of(AssessmentForm)) if field.name in ("read_on", "results")),
    title=lambda assessment: assessment.name,
)


@dataclass(frozen=True, kw_only=True)
class ResultCounts:
    """How many indicators have each result, and how many have none yet."""

    by_result: Mapping[str, int]
    open: int

    @property
    def filled(self) -> int:
        """How many indicators have a result."""
        return sum(self.by_result.values())


def read_indicators(text: str) -> tuple[Indicator, ...]:
    """Indicators as they are typed or pasted, one a line: code, own words, official wording if it may be used.

    Parted by tabs, as a spreadsheet copies them, else by semicolons. RuleBroken names the line.
    """
    rows = [(number, row) for number, row in enumerate(text.splitlines(), start=1) if row.strip()]
    if not rows:
        raise RuleBroken(NO_INDICATOR, place=PLACE)
    if len(rows) > MOST_INDICATORS:
        raise RuleBroken(TOO_MANY, place=PLACE, values={"most": MOST_INDICATORS})
    indicators: list[Indicator] = []
    for number, row in rows:
        indicator = _indicator(number, row)
        if any(indicator.code.casefold() == other.code.casefold() for other in indicators):
            raise RuleBroken(TWICE, place=PLACE, values={"line": number, "code": indicator.code})
        indicators.append(indicator)
    return tuple(indicators)


def _indicator(number: int, row: str) -> Indicator:
    cells = row.split("\t", 2) if "\t" in row else row.split(";", 2)
    try:
        code, words, official = (" ".join(line(cell).split()) for cell in (*cells, "", "")[:3])
    except BadText as bad:
        raise RuleBroken(str(bad), place=PLACE) from None
    if not code or not words:
        raise RuleBroken(NO_WORDS, place=PLACE, values={"line": number})
    if len(code) > MOST_CODE:
        raise RuleBroken(LONG_CODE, place=PLACE, values={"line": number, "most": MOST_CODE})
    for text, most in ((words, MOST_WORDS), (official, MOST_OFFICIAL)):
        if len(text) > most:
            raise RuleBroken(LONG_WORDS, place=PLACE, values={"line": number, "most": most})
    return Indicator(code=code, words=words, official=official)


def written_indicators(indicators: Iterable[Indicator]) -> str:
    """Indicators as read_indicators() reads them."""
    return "\n".join("\t".join(filter(None, (one.code, one.words, one.official))) for one in indicators)


def keep_codes(indicators: Iterable[Indicator], used: Collection[str]) -> None:
    """Refuse that a code goes which results name; RuleBroken at the field."""
    codes = {indicator.code for indicator in indicators}
    lost = sorted(set(used) - codes)
    if lost:
        raise RuleBroken(IN_USE, place=PLACE, values={"code": lost[0]})


def dated(result: IndicatorResult, read_on: date | None) -> IndicatorResult:
    """A result with the day on which everything of its page was read, where it has no day of its own."""
    return replace(result, captured=read_on) if result.result and result.captured is None else result


def check_result(result: IndicatorResult, number: int, read_on: date | None) -> None:
    """Refuse what nobody could follow later; RuleBroken at the control of the result with this number."""
    if result.link and not result.link.startswith(("https://", "http://")):
        raise RuleBroken(NO_ADDRESS, place=control_of(number, "link"))
    if not result.result and (result.link or result.evidence):
        raise RuleBroken(ONLY_BESIDE, place=control_of(number, "result"))
    if result.result and dated(result, read_on).captured is None:
        raise RuleBroken(NO_DAY, place=control_of(number, "captured"))


def control_of(number: int, part: str) -> str:
    """The name of a control in the form of an assessment."""
    return f"results-{number}-{part}"


def shortened(results: Iterable[IndicatorResult]) -> str:
    """What of the results a table shows: a line for each, its code and its result."""
    return "\n".join(f"{item.indicator}\t{item.result}" for item in results if item.result)


def results_in(assessment: Assessment) -> dict[str, str]:
    """The result of each indicator by its code, as its card has it."""
    pairs = (row.partition("\t") for row in str(assessment.short or "").splitlines())
    return {code: result for code, _tab, result in pairs if result in RESULTS}


def counted(results: Mapping[str, str], indicators: Sequence[Indicator]) -> ResultCounts:
    """How often each result stands among these indicators."""
    counter = Counter(results.get(indicator.code, "") for indicator in indicators)
    return ResultCounts(by_result={result: counter[result] for result in RESULTS}, open=counter[""])
