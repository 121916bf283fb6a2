"""The lake's tables as they are described once, held against what a scored day wrote."""

import pyarrow as pa
import pytest

from adapters.lake import SALT
from home.lake_tables import tables_of


@pytest.mark.slow
def test_every_table_is_as_it_is_described(furnished):
    """Names and types of its columns, as Dagster and the data dictionary show them; rows of a day are named by the key."""
    workplace = furnished.workplace
    described = {table.name: table.shape for table in tables_of(workplace.project)}
    found = {name: workplace.lake.rows(name) for name in described}
    written = {name: rows for name, rows in found.items() if rows is not None}

    assert {"validated", "verdicts", "daily", "features", "lapse_28d"} == {name.partition("/")[0] for name in written}
    for name, rows in written.items():
        kinds = {field.name: kind_of(field.type) for field in rows.schema if field.name != SALT}
        assert kinds == {field.name: kind_of(field.type) for field in described[name].schema}, name
        days = rows.select(["day", *described[name].key])
        assert days.group_by(days.column_names).aggregate([]).num_rows == rows.num_rows, name


def kind_of(dtype: pa.DataType) -> str:
    """A type, whatever width Delta keeps text with; times are UTC, as they are read."""
    if pa.types.is_timestamp(dtype):
        return "time"
    if pa.types.is_list(dtype) or pa.types.is_large_list(dtype):
        return f"several of {kind_of(dtype.value_type)}"
    return str(dtype).replace("large_", "")
