"""What of a call is carried into a case: each thing found in it with a tick, its value open to change."""

import re
from dataclasses import dataclass, replace

from hrd_cases.domain.calls import Call
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import (
    Coded,
    CodedMany,
    Count,
    Counted,
    Entity,
    Flag,
    Link,
    Links,
    Text,
    TextLine,
    When,
    declare,
    fields_of,
)
from hrd_cases.domain.ids import PersonId
from hrd_cases.domain.incidents import TO_BE_CODED
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_

URGENT = "urgent"
LONGEST = 70  # letters of a proposed title
_CASE, _PERSON, _EVENT = N_("Case"), N_("Person"), N_("Event")


@dataclass(frozen=True, kw_only=True)
class Carried:
    """The answers of the page on which a call becomes a case, or is added to one."""

    title: str = declare(
        TextLine(), N_("Title"), at=IDENTITY, required=True, section=_CASE, hint=N_("Without names: lists show it")
    )
    priority: str = declare(Coded(list="priorities"), N_("Priority"), at=CORE, section=_CASE)
    topics: tuple[str, ...] = declare(CodedMany(list="topics", folded=True), N_("Topics"), at=CORE, section=_CASE)
    with_person: bool = declare(Flag(), N_("Enter who called as a person"), at=CORE, section=_PERSON)
    person: PersonId = declare(
        Link(to="person"),
        N_("Somebody who is in this case already"),
        at=CORE,
        section=_PERSON,
        hint=N_("Then only the contact below is added to them"),
    )
    pseudonym: str = declare(
        TextLine(max=80),
        N_("Pseudonym"),
        at=CORE,
        section=_PERSON,
        hint=N_("How papers and lists call them when the name must not be shown: Miners' leader A"),
    )
    name: str = declare(TextLine(), N_("Name"), at=IDENTITY, section=_PERSON)
    channel: str = declare(Coded(list="contact_channels"), N_("How to reach them safely"), at=IDENTITY, section=_PERSON)
    safety: str = declare(Coded(list="safety_levels"), N_("How safe"), at=IDENTITY, section=_PERSON)
    address: str = declare(TextLine(max=300), N_("Number or address"), at=IDENTITY, section=_PERSON)
    note: str = declare(TextLine(max=300), N_("When and how to use it"), at=IDENTITY, section=_PERSON)
    with_event: bool = declare(Flag(), N_("Enter what happened as an incident"), at=CORE, section=_EVENT)
    event: str = declare(TextLine(), N_("In one line"), at=IDENTITY, section=_EVENT)
    attacked: bool = declare(Flag(), N_("The caller is among those attacked"), at=CORE, section=_EVENT)
    when: PartialDate | None = declare(When(), N_("When"), at=CORE, section=_EVENT)
    region: str = declare(Coded(list="regions"), N_("Region"), at=CORE, section=_EVENT)
    kinds: tuple[str, ...] = declare(
        CodedMany(list="attack_kinds", folded=True), N_("Kinds of attack"), at=CORE, section=_EVENT
    )
    people: Counted | None = declare(Count(), N_("How many"), at=CORE, section=_EVENT)
    mark: str = declare(Coded(list="fact_marks"), N_("How certain"), at=CORE, section=_EVENT)
    account: str = declare(Text(rows=5), N_("Account"), at=IDENTITY, section=_EVENT)
    keep: tuple[str, ...] = declare(
        Links(to="colleague"),
        N_("Colleagues on duty saw this call. Who stays on it?"),
        at=CORE,
        hint=N_("Colleagues without a tick are removed, and the keys are changed."),
    )


def page_of(*, new_case: bool, duty: bool, counted: bool) -> Entity:
    """The form of the page: for a new case or one there is, with colleagues on duty and a number if there are any."""
    out = {"person"} if new_case else {"title", "priority", "topics"}
    out |= set() if duty else {"keep"}
    out |= set() if counted else {"people"}
    label = N_("Create a case from this call") if new_case else N_("Add to a case")
    return Entity(
        code="carried",
        letter="",
        vault="case",
        label=label,
        plural=label,
        new=label,
        cls=Carried,
        fields=tuple(field for field in fields_of(Carried) if field.name not in out),
        title=lambda carried: carried.title,
    )


def proposed(call: Call, *, pseudonym: str, untitled: str) -> Carried:
    """What the page proposes for a call; `untitled` is the title when its words give none without a name.

    A number goes into the field that is covered on pages, and not into the note, which is not.
    """
    line = clause(call.what, call.who) or untitled
    address, note = ways_in(call.reach)
    return Carried(
        title=line,
        priority=URGENT if call.urgent else "",
        topics=call.topics,
        with_person=True,
        pseudonym=pseudonym,
        name=call.who,
        channel=channel_of(call.reach),
        address=address,
        safety="safe_at_times" if _TIME.search(call.reach) else "unknown",
        note=note,
        with_event=True,
        event=line,
        attacked=True,
        when=call.when,
        region=TO_BE_CODED,
        kinds=(TO_BE_CODED,),
        people=replace(call.people, source=call.people.source or call.who) if call.people else None,
        mark="single_source",
        account=call.what,
    )


# A title without names: what stands in quotation marks, capitalised words inside a sentence, surnames by their endings
# and the caller's own words for themselves are left out. A title that is proposed is a draft; a person reads it.

_CLAUSE = re.compile(r"[.!?;:\n]|\s[-\u2013\u2014]\s")
_QUOTED = re.compile(r"\u00ab[^\u00bb]*\u00bb|\u201c[^\u201d]*\u201d|\"[^\"]*\"")
_SURNAME = re.compile(
    r"(?:ов|ев|ёв|ин|ова|ева|ёва|ина|ову|еву|ина|овым|евым|овой|евой|овна|евна|ович|евич|ұлы|қызы|улы|кызы"
    r"|ov|ev|ova|eva|uly|kyzy)$"
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*")
# Words of Russian, Kazakh and English that only lead to the next one.
_LEADING = frozenset(
    {"а", "и", "но", "да", "или", "что", "как", "где", "когда", "если", "в", "во", "на", "с", "со", "к", "у", "о", "об"}
    | {"от", "до", "по", "за", "из", "под", "при", "для", "без", "не", "мен", "және", "бірақ", "үшін"}
    | {"a", "an", "the", "and", "or", "but", "of", "to", "in", "on", "at", "for", "with", "by", "from", "that"}
)
_FORMS = frozenset({"АО", "ТОО", "ОАО", "ЗАО", "ООО", "ИП", "ЖШС", "АҚ", "LLP", "JSC", "LLC"})


def clause(text: str, who: str = "") -> str:
    """The first clause of a text as a title: no names, no word cut in two; empty when nothing is left of it."""
    for part in _CLAUSE.split(_QUOTED.sub(" ", text.strip())):
        words = [word for number, word in enumerate(part.split()) if not _names(word, number, _stems(who))]
        while words and not _WORD.search(words[-1]):
            words.pop()
        if len(words) > 1:
            return _whole_words(words).strip(" ,")
    return ""


def _whole_words(words: list[str]) -> str:
    """As many of the words as a title holds; one that is cut does not end with a word that only leads to the next."""
    line = " ".join(words)
    if len(line) > LONGEST:
        kept = line[: LONGEST + 1].rpartition(" ")[0].split()
        while len(kept) > 1 and kept[-1].casefold().strip(",") in _LEADING:
            kept.pop()
        line = " ".join(kept)
    return line[:1].upper() + line[1:]


def _stems(who: str) -> frozenset[str]:
    return frozenset(word.casefold()[:5] for word in _WORD.findall(who) if word[:1].isupper() and len(word) > 2)


def _names(word: str, number: int, caller: frozenset[str]) -> bool:
    """Whether a word of a sentence looks like a name; the first one is capitalised anyway."""
    letters = "".join(_WORD.findall(word))
    if not letters:
        return False
    if letters in _FORMS or letters.casefold()[:5] in caller:
        return True
    if not letters[0].isupper():
        return False
    return number > 0 or (len(letters) > 4 and bool(_SURNAME.search(letters)))


_NUMBER = re.compile(r"\+?\d(?:[\s().-]*\d){5,}")
_MAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
_HANDLE = re.compile(r"(?<!\w)@\w{3,}")
_TIME = re.compile(r"\d{1,2}[:.]\d{2}|\bпосле\b|\bдо\b|\bкейін\b|\bдейін\b|\bafter\b|\bbefore\b", re.IGNORECASE)
_MESSENGERS = re.compile(
    r"whats\s?app|watsap|telegram|signal|viber|messenger|ватсап|вотсап|уотсап|телеграм|сигнал|вайбер|мессенджер",
    re.IGNORECASE,
)


def ways_in(reach: str) -> tuple[str, str]:
    """What is a number or address in the words for how to reach somebody, and the words about it.

    Of several nothing is taken apart, since it would not be clear to which of them the words belong.
    """
    results = [*_MAIL.findall(reach), *(match.strip() for match in _NUMBER.findall(_MAIL.sub(" ", reach)))]
    results += _HANDLE.findall(_MAIL.sub(" ", reach))
    if not results:
        return "", reach
    if len(results) > 1:
        return reach, ""
    words = re.sub(r"\s+(?=[,;])", "", reach.replace(results[0], ""))
    return results[0], words.strip(" ,;:-")


def channel_of(reach: str) -> str:
    """The kind of channel these words name first, as a proposal; empty when they name none."""
    if _MESSENGERS.search(reach):
        return "messenger"
    if _MAIL.search(reach):
        return "email"
    return "phone" if _NUMBER.search(reach) else ""
