"""Every layer says what it does with every kind of field: a kind that one forgets stops the program as it starts."""

import pytest

from hrd_cases.domain.fields import FieldKind, Hidden, Rows, Text
from hrd_cases.domain.per_kind import PerKind, kinds
from hrd_cases.services.demo import values
from hrd_cases.store import codec, reading
from hrd_cases.web.forms import parsing, spelling
from hrd_cases.web.pages import record_view

TABLES: dict[str, tuple[PerKind[object], set[type[FieldKind]]]] = {
    "documents written": (codec._OUT, {Rows}),
    "documents read": (reading._READERS, {Rows, Hidden}),
    "forms read": (parsing._READERS, {Rows, Hidden}),
    "forms filled": (spelling._SPELLERS, {Hidden}),
    "demo": (values._READERS, set()),
    "pages": (record_view._SAY, {Hidden}),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_layer_knows_every_kind_but_those_that_it_treats_by_themselves(name: str) -> None:
    table, others = TABLES[name]
    unknown = set()
    for kind in kinds():
        try:
            table.of(kind.__new__(kind))
        except KeyError:
            unknown.add(kind)
    assert unknown == others


def test_a_table_that_forgets_a_kind_says_which_and_does_not_come_to_be() -> None:
    with pytest.raises(TypeError, match="Text"):
        PerKind({kind: kind.__name__ for kind in kinds() if kind is not Text})
    assert PerKind({kind: kind.__name__ for kind in kinds()}).of(Text()) == "Text"
