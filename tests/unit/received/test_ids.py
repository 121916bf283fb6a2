"""Ids in one form, whatever tool wrote them, and the words that are none."""

from dataclasses import replace

import pyarrow as pa
import pytest

from tenure.contracts import NULL_WORDS, PersonalData
from tenure.contracts.text import NO_IDS
from tenure.received.batch import read
from tests.unit.expectations.verdicts import MakeRows, MakeSource, Validate, only
from tests.unit.received.test_inputs import SHOP, arrived, as_parquet, at, read_in_all_ways

# One customer, however an id was written.
SEVEN = (
    "7", " 7", "7 ", "7\u00a0", "7\u2003", "7\u3000", "\ufeff7", "7\u200b", "7\u2060", "\u200e7", "7\t", "7\r", "7\n", "7\x1f",
    "7\x85", "7\u00ad", '="7"',
)  # fmt: skip
# Two ids, or one.
IDS = [
    (("T012000", "T012000 ", "T01\u200b2000", "T01\x002000", "T01\ufeff2000"), ["T012000"] * 5),
    (("T01 2000", "T01\u00a02000", "T01\t2000", "T01\u20032000"), ["T01 2000"] * 4),
    (("cafe\u0301", "caf\u00e9"), ["caf\u00e9"] * 2),
    (("\u212b1", "\u00c51", "A\u030a1"), ["\u00c51"] * 3),
    (("007", "7", "0007"), ["007", "7", "0007"]),
    (("7.0", "8.0"), ["7", "8"]),
    (("7", "7.00"), ["7", "7"]),
    (("7,000", "8,000"), ["7,000", "8,000"]),
    (("7", "8.0", "nan"), ["7", "8", None]),
    (("7,0", "8,0"), ["7", "8"]),
    (("7.0", "7.5"), ["7.0", "7.5"]),
    (("ABC", "abc"), ["ABC", "abc"]),
    (("NA", "T1"), ["NA", "T1"]),
]  # fmt: skip


def test_an_id_has_one_form_in_every_file() -> None:
    """The form of text and of Parquet is the same, and that which init sees."""
    cases = [(SEVEN, ["7"] * len(SEVEN)), *IDS]

    for (cells, values), ways in zip(
        cases, read_in_all_ways([cells for cells, _ in cases], "text", "customer_{}_id"), strict=True
    ):
        assert ways == [values] * 3, cells


@pytest.mark.parametrize(
    ("ids", "values"),
    [
        (pa.array([7, 8, None]), ["7", "8", None]),
        (pa.array([7.0, None, float("nan")]), ["7", None, None]),
        (pa.array([7.0, 8.0], pa.float32()), ["7", "8"]),
        (pa.array([9007199254740993, 2**62]), ["9007199254740993", "4611686018427387904"]),
        (pa.array(["7", "7 "]).dictionary_encode(), ["7", "7"]),
    ],
    ids=str,
)
def test_numbers_as_ids_of_a_parquet_file_are_the_ids_of_text(ids: pa.Array, values: list[object]) -> None:
    """Whole, without the fraction that pandas gives them once one is missing."""
    n = len(ids)
    table = pa.table({"order_id": [f"A{i}" for i in range(n)], "customer_id": ids, "paid": [1.0] * n, "items": [1] * n})
    content = as_parquet(table.append_column("ordered_at", pa.array([at(2010, 12, 13)] * n)))

    assert arrived("customer_id", read(content, "parquet", SHOP)) == values


WORDS = (*NULL_WORDS, *NO_IDS, " NULL ", "None\u00a0", "\u200bnan", "", "   ", "\u3000")


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_word_for_nothing_is_no_customer(validated: Validate, rows: MakeRows, visits: MakeSource, format: str) -> None:
    """Where an id must be there its row is quarantined as one without; where it may lack, the row has none."""
    some = {name: [str(value) for value in values] for name, values in rows(2 * len(WORDS)).items()}
    some["member"][: len(WORDS)] = WORDS
    columns = [
        replace(c, pattern=None, personal=PersonalData.PSEUDONYM) if c.name == "customer_id" else c for c in visits().columns
    ]
    optional = [replace(c, nullable=True) if c.name == "customer_id" else c for c in columns]
    loose = {"key": ("visit_id",), "max_quarantine_share": 1.0}

    required = validated(some, source=visits(columns=tuple(columns), **loose), format=format)
    may_lack = validated(some, source=visits(columns=tuple(optional), **loose), format=format)

    assert dict(only(required).broken_rules) == {"customer_id.required": len(WORDS)}
    assert may_lack.kept["customer_id"].to_pylist()[: len(WORDS)] == [None] * len(WORDS)
    assert None not in may_lack.kept["customer_id"].to_pylist()[len(WORDS) :]


@pytest.mark.parametrize(
    ("ids", "format", "words"),
    [
        (["4.00638E+12", "4.00638E+12", "17"], "csv", "of which a spreadsheet kept a few digits"),
        ([9007199254740993.0, 9007199254740992.0, 17.0], "parquet", "too large to be told apart"),
    ],
)
def test_ids_that_lost_digits_are_no_guests(
    validated: Validate, rows: MakeRows, visits: MakeSource, ids: list[object], format: str, words: str
) -> None:
    """Their rows are quarantined, also where an id may lack, for two customers would be one; and the day says why."""
    some = {**rows(3), "member": ids}
    column = replace(visits().column("customer_id"), pattern=None, nullable=True, personal=PersonalData.PSEUDONYM)
    source = visits(key=("visit_id",), columns=(column, *visits().columns[1:]), max_quarantine_share=0.0)

    day = only(validated(some, source=source, format=format))

    assert dict(day.broken_rules) == {"customer_id.readable": 2}
    assert words in day.in_words
