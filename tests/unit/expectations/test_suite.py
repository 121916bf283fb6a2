"""The suite: every rule of the contract is an expectation, and its results hold no values."""

import sys
from collections.abc import Callable
from datetime import date
from subprocess import run

import pyarrow as pa
import pytest

from expectations.rules import RowRule, rules_of
from expectations.suite import judge, suite
from tenure.contracts import Source
from tenure.errors import ExpectationError

FIRST_KEY = date(2020, 1, 2)


def test_every_rule_of_the_contract_is_one_expectation(visits: Callable[..., Source]) -> None:
    """The suite follows from the contract, and each expectation says which rule it is."""
    source = visits()

    expectations = suite(source.name, rules_of(source, first_key=FIRST_KEY)).to_json_dict()["expectations"]

    assert [e["meta"]["rule"] for e in expectations] == [rule.name for rule in rules_of(source, first_key=FIRST_KEY)]
    assert {"spend.range", "channel.allowed", "customer_id.pattern", "visited_at.in_batch_days", "web_pays", "unique_key"} <= {
        e["meta"]["rule"] for e in expectations
    }


def test_an_expectation_that_raises_is_an_error_not_bad_data(visits: Callable[..., Source]) -> None:
    """Asked for a column that is not there, the library reports failure; that must not pass for bad rows."""
    rule = RowRule(name="lost", meaning="lost", keeps="true", columns=("lost",), expectation="ExpectColumnValuesToNotBeNull")

    with pytest.raises(ExpectationError, match=r"'lost' .* could not be evaluated"):
        judge(visits(), [rule], lambda _: pa.table({"found": [1]}), n_rows=1)


def test_reading_the_rules_does_not_import_great_expectations() -> None:
    """The library costs seconds to import; only judging rows may pay for it."""
    code = (
        "import sys, expectations.validate, adapters.readers; print('great_expectations' in sys.modules, 'pandas' in sys.modules)"
    )

    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]
