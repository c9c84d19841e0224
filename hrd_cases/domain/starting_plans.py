"""The ready plans that come with the program: our own idea of first steps, which no lawyer confirmed."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from hrd_cases.domain.data_files import DataTable
from hrd_cases.domain.ready_plans import PlanTask, ReadyPlan
from hrd_cases.domain.vocabulary.model import text_in
from hrd_cases.domain.vocabulary.reading import load


@cache
def starting_plans(language: str) -> Mapping[str, ReadyPlan]:
    """The plans that come with the program, by their code, in a language."""
    return MappingProxyType({str(raw["code"]): _starting(raw, language) for raw in load("starting_plans")["plan"]})


def _starting(raw: DataTable, language: str) -> ReadyPlan:
    tasks = (
        PlanTask(what=text_in(task, language), days=task.get("days"), period=str(task.get("period", "")))
        for task in raw["task"]
    )
    return ReadyPlan(
        title=text_in(raw, language),
        incident=text_in(raw.get("incident", {}), language),
        action=text_in(raw.get("action", {}), language),
        action_kind=str(raw.get("action_kind", "")),
        measure=str(raw.get("measure", "")),
        review=str(raw.get("review", "")),
        tasks=tuple(tasks),
        letters="\n".join(text_in(letter, language) for letter in raw.get("letter", ())),
        starting=str(raw["code"]),
    )
