"""The Great Expectations side: a source's rules as a suite, and its verdict on rows.

The only place that calls the library.

Results carry counts, never values. An expectation that raises is an error of ours, not bad data.
"""

import gc
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from expectations.rules import RowRule
from tenure.contracts import Source
from tenure.errors import ExpectationError
from tenure.validation import ExpectationResult

if TYPE_CHECKING:
    import great_expectations as gx
    import pandas as pd
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation

# BASIC and COMPLETE quote offending values; SUMMARY does too unless told to list none of them.
COUNTS_ONLY = {"result_format": "SUMMARY", "partial_unexpected_count": 0}

# The library copies the whole frame for every expectation. Above so many rows it gets one column at a time, which is five times
# faster on a year and holds little in memory; below, the fixed cost of a call counts for more.
ROWS_FOR_ONE_FRAME = 50_000
GROUPS_PER_SWEEP = 4


def judge(
    source: Source, rules: Sequence[RowRule], columns: Callable[[Iterable[str]], pa.Table], *, n_rows: int
) -> tuple[ExpectationResult, ...]:
    """Let Great Expectations judge the rows.

    Parameters
    ----------
    columns: gives the named columns of all rows.

    Raises
    ------
    ExpectationError: when an expectation cannot be evaluated.
    """
    results: dict[str, ExpectationResult] = {}
    for i, group in enumerate(_groups(rules, n_rows)):
        wanted = dict.fromkeys(column for rule in group for column in rule.columns)
        rows = columns(wanted)
        results |= {result.name: result for result in judge_together(source.name, group, rows)}
        del rows
        # A context keeps every frame that it was given, in cycles: each group has its own, and they are swept now and then.
        if i % GROUPS_PER_SWEEP == GROUPS_PER_SWEEP - 1:
            gc.collect()
    return tuple(results[rule.name] for rule in rules)


def judge_together(name: str, rules: Sequence[RowRule], rows: pa.Table) -> list[ExpectationResult]:
    """Let Great Expectations judge rows by some rules in one pass."""
    batch = _batch_definition().get_batch({"dataframe": _frame(rows)})
    outcome = batch.validate(suite(name, rules), result_format=COUNTS_ONLY)
    return [_result(result) for result in outcome.results]


def _groups(rules: Sequence[RowRule], n_rows: int) -> list[list[RowRule]]:
    """All rules at once for few rows; rules that read the same columns together for many."""
    if n_rows <= ROWS_FOR_ONE_FRAME:
        return [list(rules)]
    ordered = sorted(rules, key=lambda rule: rule.columns)
    return [list(group) for _, group in groupby(ordered, key=lambda rule: rule.columns)]


def suite(name: str, rules: Sequence[RowRule]) -> "gx.ExpectationSuite":
    """Rules as a suite."""
    import great_expectations as gx

    return gx.ExpectationSuite(name=name, expectations=[_expectation(rule) for rule in rules])


def _expectation(rule: RowRule) -> "Expectation":
    """One rule as an expectation."""
    import great_expectations.expectations as gxe

    domain = {"column": rule.columns[0]} if len(rule.columns) == 1 else {"column_list": list(rule.columns)}
    meta = {"rule": rule.name, "meaning": rule.meaning}
    kind: Callable[..., Expectation] = getattr(gxe, rule.expectation)
    return kind(**domain, **dict(rule.settings), meta=meta)


def _batch_definition() -> "BatchDefinition[Any]":
    """An ephemeral context without progress bars and without telemetry."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.analytics_enabled = False
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context.data_sources.add_pandas("received").add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")


def _frame(table: pa.Table) -> "pd.DataFrame":
    """Rows as pandas; text as categories, so that a year of it fits in memory."""
    for i, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            table = table.set_column(i, field.name, table.column(i).dictionary_encode())
    return table.to_pandas(date_as_object=False, split_blocks=True)


def _result(result: "ExpectationValidationResult") -> ExpectationResult:
    """A result as a record; one that raised is an error, and its text is kept back, for it may quote a value."""
    config = result.expectation_config
    if config is None or config.meta is None:
        raise ExpectationError("Great Expectations returned a result without saying of which expectation. Check its version.")
    name = config.meta["rule"]
    info = result.exception_info
    if info.get("raised_exception", False) or any(isinstance(v, dict) and v.get("raised_exception") for v in info.values()):
        raise ExpectationError(
            f"The expectation {name!r} ({config.type}) could not be evaluated. "
            "This says nothing about the data: check the rule in the source's contract."
        )
    column = config.kwargs.get("column") or ", ".join(config.kwargs["column_list"])
    n_unexpected = int(result.result.get("unexpected_count", 0))
    return ExpectationResult(name=name, column=column, success=bool(result.success), n_unexpected=n_unexpected)
