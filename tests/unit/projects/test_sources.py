"""Sources: each file of a project holds one SOURCE, named as the file is, and says what its columns mean."""

import importlib
from datetime import date
from pathlib import Path

import pytest

from expectations.rules import rules_of
from tenure.contracts import PackageTables, PersonalData, Source

FOLDER = Path(__file__).parents[3] / "projects" / "complete_journey" / "sources"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


@pytest.fixture(params=NAMES)
def source(request: pytest.FixtureRequest) -> Source:
    """Each source of the demo company."""
    return importlib.import_module(f"projects.complete_journey.sources.{request.param}").SOURCE


def test_a_source_is_named_as_its_file_and_described(source: Source) -> None:
    """The docstring says what, whence and how often; it becomes the asset's description."""
    module = importlib.import_module(f"projects.complete_journey.sources.{source.name}")

    assert module.__doc__
    if isinstance(source.reader, PackageTables):
        assert source.reader.package.removesuffix("_py") in module.__doc__


def test_every_column_has_a_meaning(source: Source) -> None:
    """No column is without one, and every number has a unit."""
    assert [column.name for column in source.columns if not column.meaning] == []
    assert [column.name for column in source.columns if column.dtype in (int, float) and not column.unit] == []


def test_customers_are_named_alike_everywhere(source: Source) -> None:
    """The company's household is the customer, a pseudonym of digits."""
    for column in source.columns:
        if column.source_name == "household_id":
            assert (column.name, column.dtype, column.personal) == ("customer_id", str, PersonalData.PSEUDONYM)
            assert column.pattern is not None


def test_protected_columns_are_those_of_households_alone(source: Source) -> None:
    """Demographics serve audits; no other source holds any."""
    protected = {column.name for column in source.columns if column.personal is PersonalData.PROTECTED}

    assert protected == ({c.name for c in source.columns} - {"customer_id"} if source.name == "households" else set())


def test_every_source_has_rules(source: Source) -> None:
    """At the least the key is required and unique."""
    names = [rule.name for rule in rules_of(source, first_key=date(2017, 1, 2))]

    assert len(names) == len(set(names))
    assert {"unique_key", *(f"{name}.required" for name in source.key)} <= set(names)
