"""Names that are typed in the records of a case: whose are asked about."""

from hrd_cases.domain.case_names import typed_names
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.names.finding import Names
from hrd_cases.domain.redaction import Standing
from hrd_cases.domain.support import Support

COUNSEL = ["Юрист Бекзат (вымышлено)"]


def asked(*records: object, counsel: list[str]) -> list[tuple[str, Standing]]:
    """The names that are asked about, with what their bearers are."""
    return [(item.name, item.standing) for item in typed_names(records, Names(()), counsel).values()]


def test_counsel_of_record_is_not_asked_for_consent_to_sign() -> None:
    support = Support(provider=COUNSEL[0])
    assert asked(support, counsel=[]) == [("Бекзат", Standing.SUPPORTED)]
    assert asked(support, counsel=COUNSEL) == []


def test_somebody_else_with_a_part_of_that_name_and_counsel_as_a_source_are_asked() -> None:
    assert len(asked(Support(provider="Бекзат Омаров"), counsel=COUNSEL)) == 1
    assert asked(Evidence(got_from="Юрист Бекзат"), counsel=COUNSEL) == [("Бекзат", Standing.SOURCE)]
