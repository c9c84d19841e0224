"""Why a paper was refused, place by place: what to say, and which exhibit or field to open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hrd_cases.domain.fields import fields_of
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.paper_matter import MatterPlan, evidence_of
from hrd_cases.domain.papers import Refusal
from hrd_cases.domain.passages import PLACES
from hrd_cases.domain.words import N_
from hrd_cases.render.failure import BuildFailed
from hrd_cases.services.drafting.plans import OWN, FilingPlan
from hrd_cases.services.papers.jobs import Order

EXHIBIT, PAGE, PAGE_OF_PAPER = N_("exhibit %(exhibit)s"), N_("page %(page)s"), N_("page %(page)s of the paper")
WORD, UNSEEN = N_("“%(word)s”"), N_("in data that no page shows")
ACTION = N_("Legal action")
# A path into the paper, its beginning is enough: the step and the field where it is typed.
FILING, MATTER, THE_ACTION = 2, 3, 0
FIELD = "filled"
TYPED: Mapping[str, tuple[int, str]] = {
    "filing.signatory_capacity": (FILING, "capacity"),
    "filing.registration_number": (FILING, "registration"),
    "filing.filled": (FILING, FIELD),
    **{f"filing.{declared.name}": (FILING, declared.name) for declared in fields_of(FilingPlan)},
    "facts": (MATTER, "facts"),
    "authorities": (MATTER, "authorities"),
    **dict.fromkeys(("parties", "history", "heads", "custody"), (THE_ACTION, "")),
}
LABELS = {each.name: each.label for each in (*fields_of(FilingPlan), *fields_of(MatterPlan))}
LABELS[FIELD] = PLACES["FilledField.texts"]


@dataclass(frozen=True, kw_only=True)
class RefusalPlace:
    """One place: `said` its parts as (sentence, values), `evidence` and `action` ids of records to open, else `step`
    and `anchor` of the paper's own form."""

    said: tuple[tuple[str, Mapping[str, object]], ...] = field(repr=False)
    evidence: str = ""
    action: str = ""
    step: int = 0
    anchor: str = ""
    named: bool = False  # a name in an exhibit: it is decided on a page of its own


def places(failure: BuildFailed, order: Order, action: str) -> tuple[RefusalPlace, ...]:
    """Where to look, for every place of a refusal that names more than the whole paper."""
    evidence = evidence_by_label(order)
    return tuple(
        _place(place, evidence_of(evidence.get(place.exhibit, NO_RECORD)), action)
        for place in failure.places
        if place.exhibit or place.page or place.field or place.word
    )


def evidence_by_label(order: Order) -> Mapping[str, RecordId]:
    """The record of each exhibit by its label in the paper."""
    parts = [(part.id, exhibit.id) for exhibit in order.request.case.exhibits for part in exhibit.parts]
    return {order.labels[part]: exhibit for part, exhibit in parts if part in order.labels}


def typed_at(path: str) -> RefusalPlace:
    """Where a text of the paper is typed, by the path to its field."""
    return _place(Refusal(kind="reference", field=path), "", "")


def _place(refusal: Refusal, evidence: str, action: str) -> RefusalPlace:
    step, name = _typed(refusal.field)
    in_action = bool(refusal.field) and (step, name) == (THE_ACTION, "") and refusal.field.split(".")[0] in TYPED
    return RefusalPlace(
        said=tuple(_sentences(refusal, ACTION if in_action else LABELS.get(name, ""))),
        evidence=evidence,
        action=action if in_action else "",
        step=step,
        anchor=f"{OWN}{refusal.field.split('.')[2]}" if name == FIELD else name,
        named=bool(evidence) and refusal.kind == "forbidden" and bool(refusal.page),
    )


def _typed(path: str) -> tuple[int, str]:
    return next((where for start, where in TYPED.items() if f"{path}.".startswith(f"{start}.")), (THE_ACTION, ""))


def _sentences(refusal: Refusal, label: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    if refusal.exhibit:
        yield EXHIBIT, {"exhibit": refusal.exhibit}
    if refusal.page:
        yield (PAGE if refusal.exhibit else PAGE_OF_PAPER), {"page": refusal.page}
    if label:
        yield label, {}
    elif refusal.field and not refusal.page and not refusal.exhibit:
        yield UNSEEN, {}
    if refusal.word:
        yield WORD, {"word": refusal.word}
