"""What of an incident is counted, without names.

The facts sealed to the trend desk (SDG 16.10.1 metadata as a guide).
"""

from dataclasses import asdict, dataclass
from typing import Any

from hrd_cases.domain.incidents import Incident

NO, YES, NOT_ASKED = "no", "yes", "not_asked"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One incident as counted: `month` is '2017-12', '2017' or ''; `people` is the used count or those listed."""

    id: str
    month: str
    region: str
    kinds: tuple[str, ...]
    perpetrators: tuple[str, ...]
    company_roles: tuple[str, ...]
    sectors: tuple[str, ...]
    severity: str
    mark: str
    unit: str
    people: int
    consent: str = NOT_ASKED
    same_as: str = ""

    def encode(self) -> dict[str, Any]:
        """The JSON-ready form that is sealed."""
        return {"v": 1, **{name: value for name, value in asdict(self).items() if value not in ("", (), 0)}}


def fact_of(incident: Incident, *, fact_id: str, sectors: tuple[str, ...], consent: str) -> Fact | None:
    """The fact of an incident; None when somebody attacked said no to statistics."""
    if consent == NO:
        return None
    counted = incident.count.used if incident.count and incident.count.used else len(incident.attacked)
    return Fact(
        id=fact_id,
        month=incident.when.month if incident.when else "",
        region=incident.region,
        kinds=incident.kinds,
        perpetrators=incident.perpetrators,
        company_roles=tuple(sorted({part.role for part in incident.companies if part.role})),
        sectors=tuple(sorted(set(sectors))),
        severity=incident.severity,
        mark=incident.mark,
        unit=incident.unit,
        people=counted or 1,
        consent=consent,
    )


def decode(body: dict[str, Any]) -> Fact:
    """Undo Fact.encode; raises KeyError or TypeError for anything else."""
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in body.items() if name != "v"}
    defaults: dict[str, Any] = {
        "month": "",
        "region": "",
        "kinds": (),
        "perpetrators": (),
        "company_roles": (),
        "sectors": (),
        "severity": "",
        "mark": "",
        "unit": "",
        "people": 1,
    }
    return Fact(**{**defaults, **plain})


def standing(facts: list[dict[str, Any]]) -> list[Fact]:
    """The facts that stand: those that no tombstone names."""
    gone = {body["gone"] for body in facts if "gone" in body}
    return [decode(body) for body in facts if "id" in body and body["id"] not in gone]
