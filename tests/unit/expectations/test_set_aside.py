"""What is made of a row at the door: columns derived, rows set aside as expected, rows that have no name of their own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.validate import validate
from tenure.contracts import PersonalData, SetAside, Source
from tenure.errors import SpecError
from tests.unit.expectations.verdicts import FIRST_DAY, FIRST_KEY, KEY, MakeRows, MakeSource, Validate, only

GUEST = SetAside("guest", "customer_id IS NULL", "a guest names no member", usually=(0.0, 0.9))


def test_rows_set_aside_are_neither_kept_nor_quarantined(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """They are counted under their name, and no rule judges them."""
    some = rows()
    some["member"][:12] = [None] * 12

    found = validated(some, source=visits(set_aside=(GUEST,), max_quarantine_share=0.05))

    day = only(found)
    assert (day.n_received, day.n_kept, day.n_quarantined, day.set_aside) == (20, 8, 0, (("guest", 12),))
    assert found.quarantined.num_rows == 0
    assert "12 set aside as guest" in day.in_words


@pytest.mark.parametrize(("usually", "n_guests"), [((0.0, 0.2), 12), ((0.5, 1.0), 3)])
def test_more_or_fewer_than_usual_withhold_the_day(
    validated: Validate, rows: MakeRows, visits: MakeSource, usually: tuple[float, float], n_guests: int
) -> None:
    """A file of guests alone, or without any, is a broken delivery."""
    some = rows()
    some["member"][:n_guests] = [None] * n_guests

    day = only(validated(some, source=visits(set_aside=(replace(GUEST, usually=usually),))))

    assert not day.is_released
    assert f"set aside as guest (a guest names no member), found {n_guests} of 20" in day.withheld[0]


def test_a_batch_of_guests_alone_is_a_day_without_rows(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """Where that is usual."""
    day = only(validated({**rows(), "member": [None] * 20}, source=visits(set_aside=(replace(GUEST, usually=(0, 1)),))))

    assert (day.is_released, day.n_kept, day.set_aside) == (True, 0, (("guest", 20),))


def test_a_cell_that_cannot_be_read_is_not_empty(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """Its row is left to the rules."""
    some = {name: [str(value) for value in values] for name, values in rows().items()}
    some["items"][0], some["items"][1] = "many", ""
    unknown = SetAside("unknown", "items IS NULL", "nobody counted")

    day = only(validated(some, source=visits(set_aside=(unknown,)), format="csv"))

    assert (day.set_aside, dict(day.broken_rules)) == ((("unknown", 1),), {"items.readable": 1})


def test_columns_are_derived_with_their_types_and_lineage(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """One may read another; what cannot be computed of a row is unknown."""
    source = visits(
        derived={"each": "round(spend / items, 2)", "is_cheap": "each < 3", "on": "visited_at::DATE"},
        columns=tuple(replace(c, personal=PersonalData.BEHAVIOUR) if c.name == "spend" else c for c in visits().columns),
    )

    kept = validated(rows(), source=source).kept

    assert kept["each"].to_pylist()[1:4] == [2.0, 1.5, 1.33]
    assert kept["is_cheap"].to_pylist()[0] is None
    each = source.column("each")
    assert (each.dtype, each.reads, each.personal, source.column("on").dtype.__name__) == (
        float, ("spend", "items"), PersonalData.BEHAVIOUR, "date",
    )  # fmt: skip
    assert source.column("is_cheap").personal is PersonalData.BEHAVIOUR


def test_rows_without_a_name_are_told_apart_by_their_place(
    deliver: Callable[..., Path], rows: MakeRows, visits: MakeSource
) -> None:
    """Equal rows are counted, not refused; a row of another day's batch is another row."""
    some = {name: [values[0], values[0], values[1]] for name, values in rows().items()}
    source = visits(key=("customer_id", "row"))

    found = validate(source, {KEY: deliver(some)}, first_key=FIRST_KEY, first_day=FIRST_DAY)

    assert (only(found).n_kept, only(found).n_alike) == (3, 1)
    assert found.kept["row"].to_pylist() == [20200305_000000001, 20200305_000000002, 20200305_000000003]


def test_unreadable_times_are_not_hidden_behind_repeated_keys(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """The reason names the format expected, and what was found without a value."""
    some = {name: [str(value) for value in values] for name, values in rows().items()}
    some["visited_at"] = ["04.03.2020 10:30"] * 20
    some["member"], some["visit_id"] = ["5551234"] * 20, ["v1"] * 20

    reason = " ".join(
        only(validated(some, source=visits(max_duplicate_share=0.1, max_quarantine_share=1.0), format="csv")).withheld
    )

    assert "found none among 20: visited_at.readable 20" in reason
    assert "found such as 99.99.9999 99:99, in which day and month cannot be told apart" in reason
    assert "5551234" not in reason


def test_ids_in_one_form_are_one_key(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """A blank beside an id made another visit of another member."""
    some = {name: [str(value) for value in values[:3]] for name, values in rows().items()}
    some["member"], some["visit_id"] = ["nan", " 1 ", "1"], ["T1", "T3", "T3 "]

    day = only(validated(some, source=visits(max_quarantine_share=1.0, max_duplicate_share=1.0), format="csv"))

    assert dict(day.broken_rules) == {"customer_id.required": 1, "unique_key": 1}
    assert day.n_normalised == 3


def test_a_company_may_call_a_column_day(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """As long as the contract calls it otherwise; a row in quarantine shows its cell."""
    columns = tuple(replace(c, name="day_of_month", received_as="day") if c.name == "items" else c for c in visits().columns)
    some = rows()
    some["day"] = some.pop("items")
    some["day"][3] = -7

    found = validated(some, source=visits(columns=columns))

    assert found.quarantined["day_of_month"].to_pylist() == ["-7"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"derived": {"spend": "1"}}, "derives 'spend', which it receives already"),
        ({"derived": {"total": "spent * 2"}}, r"'total' reads \['spent'\] in"),
        ({"derived": {"total": "sum(spend)"}}, "reads other rows than its own"),
        ({"derived": {"total": "spend * channel"}}, "cannot derive 'total'"),
        ({"set_aside": (SetAside("guest", "member IS NULL", "guest"),)}, r"'guest' reads \['member'\]"),
        ({"zone": "CET"}, "'CET', an abbreviation"),
        ({"zone": "Not/AZone"}, "'Not/AZone', which does not exist"),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_declared(
    visits: Callable[..., Source], changes: dict[str, object], words: str
) -> None:
    """In words."""
    with pytest.raises(SpecError, match=words):
        visits(**changes)
