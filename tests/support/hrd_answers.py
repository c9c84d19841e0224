"""The rule of consent once more, in ten lines that share nothing with the program; and what people say at random."""

import random
from datetime import date, datetime, timedelta

from hrd_cases.domain.consents import NO, NOT_ASKED, PARAGRAPHS, YES, ScopeAnswer, Statement
from hrd_cases.domain.vocabulary import vocabulary

ENTRIES = vocabulary("consent_scopes").entries

# Ten lines of their own: a moment is a span of datetimes, and nothing is shared with what is tested.


def model(story: list[dict[str, object]], scope: str, matter: str) -> str:
    def span(item: dict[str, object]) -> tuple[datetime, datetime]:
        start = datetime.combine(item["day"], datetime.min.time())  # type: ignore[arg-type]
        if item["minute"] is None:
            return start, start + timedelta(days=1) - timedelta(microseconds=1)
        exact = start + timedelta(minutes=item["minute"])  # type: ignore[arg-type]
        return exact, exact

    yes = [span(item)[0] for item in story if item["words"].get(scope) == YES  # type: ignore[attr-defined]
           and (scope == "statistics" or item["everything"] or item["case"] == matter)]  # fmt: skip
    no = [span(item)[1] for item in story if item["words"].get(scope) == NO]  # type: ignore[attr-defined]
    standing = [refused for refused in no if all(agreed <= refused for agreed in yes)]
    return NO if standing else YES if yes else NOT_ASKED


def told(
    dice: random.Random, *, cases: tuple[str, ...], first: date = date(2026, 11, 1)
) -> tuple[dict[str, object], Statement]:
    """One thing somebody said within four days, as the model and as the program know it."""
    kind = dice.choice(["answers"] * 6 + ["refuses", "withdraws"])
    words = {name: dice.choice([YES, NO, "", ""]) for name in PARAGRAPHS}
    single = {entry.code: dice.choice([YES, NO]) for entry in dice.sample(ENTRIES, dice.choice([0, 0, 1, 3]))}
    day, minute = first + timedelta(days=dice.randrange(4)), dice.choice([None, None, dice.randrange(0, 1440, 240)])
    scopes = {}
    for entry in ENTRIES:
        word = words[entry.extra["bundle"]]
        scopes[entry.code] = "" if word == YES and entry.extra.get("asked_alone") else word
    scopes |= single
    if kind != "answers":
        scopes = dict.fromkeys(scopes, NO)
    case, everything = dice.choice(cases), dice.random() < 0.3
    plain = {"day": day, "minute": minute, "words": scopes, "case": case, "everything": everything}
    statement = Statement(
        consent=dice.randbytes(16).hex(),
        said=kind if kind != "answers" or dice.random() < 0.5 else "",
        said_on=day,
        said_at="" if minute is None else f"{minute // 60:02}:{minute % 60:02}",
        about="everything" if everything else dice.choice(["", "matter"]),
        case=case,
        scopes=tuple(ScopeAnswer(scope=code, answer=word) for code, word in single.items()),
        **words,  # type: ignore[arg-type]
    )
    return plain, statement
