"""How long things are kept before somebody is asked whether they may go: rules as data, a period, a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType

from hrd_cases.domain.data_files import DataTable
from hrd_cases.domain.dates import months_after
from hrd_cases.domain.vocabulary import LANGUAGES, Mark, VocabularySource, source
from hrd_cases.domain.vocabulary.model import text_in
from hrd_cases.domain.vocabulary.reading import load, mark_of, note_of

CALL, CLOSED_CASE = "call", "closed_case"
MONTHS, YEARS = "months", "years"
IN_MONTHS = {MONTHS: 1, YEARS: 12}


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """A period in `unit` (MONTHS or YEARS), counted from the last change; `amount` is proposed until one is set."""

    id: str
    version: int
    label: Mapping[str, str] = field(hash=False)
    starts: str
    unit: str
    amount: int
    least: int
    most: int
    source: VocabularySource
    mark: Mark
    note: Mapping[str, str] = field(hash=False)

    def text(self, language: str) -> str:
        """Name the rule in the language."""
        return text_in(self.label, language)

    def due_on(self, start: date, amount: int) -> date:
        """The day on which something last changed on `start` is offered, with the period that was set."""
        return months_after(start, amount * IN_MONTHS[self.unit])


@cache
def rules() -> Mapping[str, RetentionRule]:
    """Every rule of `retention_rules.toml` by its id; a broken file stops the start."""
    return MappingProxyType({raw["id"]: rule_from(raw) for raw in load("retention_rules")["rule"]})


def rule_from(raw: DataTable) -> RetentionRule:
    """Turn one table of the rules file into a rule; ValueError or KeyError when it is wrong."""
    retention_rule = RetentionRule(
        id=str(raw["id"]),
        version=int(raw["version"]),
        label=MappingProxyType({language: str(raw[language]) for language in LANGUAGES}),
        starts=str(raw["starts"]),
        unit=str(raw["unit"]),
        amount=int(raw["amount"]),
        least=int(raw["least"]),
        most=int(raw["most"]),
        source=source(str(raw["source"])),
        mark=mark_of("retention_rules", str(raw["id"]), raw["mark"]),
        note=note_of("retention_rules", str(raw["id"]), raw.get("note")),
    )
    if (
        retention_rule.unit not in IN_MONTHS
        or not 0 < retention_rule.least <= retention_rule.amount <= retention_rule.most
    ):
        raise ValueError(f"retention_rules: {retention_rule.id}: the period makes no sense")
    return retention_rule
