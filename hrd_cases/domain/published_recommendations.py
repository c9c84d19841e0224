"""Recommendations that were published, to begin with: data with sources, and marks of how far it was checked."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from hrd_cases.domain import dates
from hrd_cases.domain.data_files import DataTable, read_table
from hrd_cases.domain.fields import LangText
from hrd_cases.domain.recommendations import NOT_CHECKED, Recommendation

LANGUAGES = ("en", "ru", "kk")


def checked_on() -> date:
    """The day on which the list was last compared with its sources."""
    day: date = _content()["published"]["date_checked"]
    return day


def published(language: str) -> tuple[Recommendation, ...]:
    """Every published recommendation: its words in three languages, the names around it in `language`."""
    content = _content()
    return tuple(_recommendation(content, raw, language) for raw in content["recommendation"])


@cache
def _content() -> DataTable:
    return read_table("recommendations", "published.toml")


def _recommendation(content: DataTable, raw: DataTable, language: str) -> Recommendation:
    source = content["source"][raw["from"]]
    return Recommendation(
        words=tuple(LangText(language=code, text=raw["words"][code]) for code in LANGUAGES),
        bodies=tuple(source["bodies"]),
        body_name=source["body_name"],
        source=source["source"],
        source_on=dates.parse(source["source_on"]),
        mark=raw["mark"],
        addressee=_in_language(content["to"][raw["to"]], language),
        pillars=tuple(raw["pillars"]),
        article=_in_language(raw.get("article", {}), language),
        nap_step=raw.get("nap_step", ""),
        state=NOT_CHECKED,
        published=raw["code"],
    )


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en", "")
