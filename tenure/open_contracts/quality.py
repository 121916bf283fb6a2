"""Rules of a contract as quality rules of the standard, in its library form where it has one, and back.

| a contract's | is |
|---|---|
| key, and the share of rows that may repeat it | `duplicateValues` over its columns, in percent |
| volume | `rowCount` |
| allowed values | `invalidValues` with `validValues` |
| a rule across columns | `sql`: the count of rows that break it must be zero |
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tenure.contracts import Column, Rule, Source, Volume
from tenure.errors import SpecError
from tenure.history.row_sql import DIALECT, RowSQL
from tenure.open_contracts.custom import Kept, kept, kept_by
from tenure.open_contracts.document import Node

_OBJECT = "{object}"


def of_column(column: Column) -> list[dict[str, Any]]:
    """What must hold of the cells of one column, beside its type's options."""
    if column.allowed is None:
        return []
    arguments = {"validValues": list(column.allowed)}
    return [{"metric": "invalidValues", "arguments": arguments, "mustBe": 0, "dimension": "conformity"}]


def of_source(source: Source) -> list[dict[str, Any]]:
    """What must hold of a batch and across its columns."""
    rules = [_of_volume(source.volume)] if source.volume != Volume() else []
    if names_its_rows(source):
        share = source.max_duplicate_share
        percent = float(Decimal(repr(share)) * 100)
        exact = share_in(percent)
        rules.append(
            {
                "metric": "duplicateValues",
                "arguments": {"properties": list(source.key)},
                "mustBeLessOrEqualTo": percent,
                "unit": "percent",
                "dimension": "uniqueness",
                **(kept({Kept.MAX_DUPLICATE_SHARE: share}) if exact != share else {}),
            }
        )
    return [*rules, *(_of_rule(source, rule) for rule in source.rules)]


def names_its_rows(source: Source) -> bool:
    """Whether every column of the key is one that a contract lists."""
    listed = {column.name for column in source.columns if column.derived_by == "" or column.name in source.derived}
    return set(source.key) <= listed


def share_in(percent: float) -> float:
    """Percent as a share."""
    return float(Decimal(repr(float(percent))) / 100)


def volume_in(node: Node) -> Volume | None:
    """How many rows a batch may hold, as a rule counts them; None where it says so in another way."""
    because = node.get("description") or ""
    found = _operator(node)
    match found:
        case ("mustBeBetween", [int(low), int(high)]):
            return Volume(minimum=low, maximum=high, because=because)
        case ("mustBe", int(n)):
            return Volume(minimum=n, maximum=n, because=because)
        case ("mustBeGreaterOrEqualTo", int(low)):
            return Volume(minimum=low, because=because)
        case ("mustBeGreaterThan", int(low)):
            return Volume(minimum=low + 1, because=because)
        case ("mustBeLessOrEqualTo", int(high)):
            return Volume(maximum=high, because=because)
        case ("mustBeLessThan", int(high)):
            return Volume(maximum=high - 1, because=because)
    return None


def take(node: Node) -> None:
    """Count what makes a rule as read; what it says besides, such as who is told, stays to be told of."""
    for name in ("metric", "rule", "type", "unit", "dimension"):
        node.get(name)
    node.get("arguments", dict)
    _operator(node)


def asks_for_none(node: Node) -> bool:
    """Whether a rule wants a count of zero."""
    return _operator(node) in (("mustBe", 0), ("mustBeLessThan", 1), ("mustBeLessOrEqualTo", 0))


def percent_in(node: Node) -> float | None:
    """The most percent that a rule lets pass."""
    if asks_for_none(node):
        return 0.0
    name, value = _operator(node)
    is_percent = node.get("unit") == "percent" and name == "mustBeLessOrEqualTo" and isinstance(value, int | float)
    return float(value) if is_percent else None


def rule_in(node: Node, number: int, names: Mapping[str, str]) -> Rule:
    """A rule by SQL.

    Parameters
    ----------
    names: what columns are called here, by each name that they have in the contract, in lower case.

    Raises
    ------
    SpecError: for SQL that is no count of bad rows of this table alone.
    """
    ours, query = kept_by(node), node.get("query") or ""
    take(node)
    name = node.get("name") or f"rule_{number}"
    says = node.get("description") or name.replace("_", " ")
    keeps = ours.get(Kept.KEEPS)
    if keeps is None:
        if not asks_for_none(node):
            raise SpecError("only counts of bad rows that must be zero are kept")
        keeps = f"NOT coalesce(({_where(query, names)}), FALSE)"
    lost = [read for read in RowSQL(keeps).reads if read.lower() not in {own.lower() for own in names.values()}]
    if lost:
        raise SpecError(f"it reads {lost}, which are no columns of the table")
    plain = "".join(c if c.isalnum() or c == "_" else "_" for c in name)
    return Rule(name=name if ours else plain, keeps=keeps, meaning=says, because=ours.get(Kept.BECAUSE, ""))


def query_of(source: Source, keeps: str) -> str:
    """SQL that counts the rows that break a condition, over the table as it is received."""
    received = {column.name.lower(): column for column in source.columns}
    return f"SELECT COUNT(*) FROM {_OBJECT} WHERE NOT coalesce(({_received(keeps, received)}), FALSE)"


def _of_volume(volume: Volume) -> dict[str, Any]:
    """How many rows a batch may hold."""
    low, high = volume.minimum, volume.maximum
    if high is None:
        asked: dict[str, Any] = {"mustBeGreaterOrEqualTo": low}
    elif low == high:
        asked = {"mustBe": low}
    else:
        asked = {"mustBeBetween": [low, high]}
    said = {"description": volume.because} if volume.because else {}
    return {"metric": "rowCount", **asked, "unit": "rows", "dimension": "completeness", **said}


def _of_rule(source: Source, rule: Rule) -> dict[str, Any]:
    """A rule across columns."""
    return {
        "name": rule.name,
        "description": rule.meaning,
        "type": "sql",
        "query": query_of(source, rule.keeps),
        "mustBe": 0,
        "unit": "rows",
        "dimension": "consistency",
        **kept({Kept.KEEPS: rule.keeps, Kept.BECAUSE: rule.because}),
    }


def _received(text: str, columns: Mapping[str, Column]) -> str:
    """SQL with columns called as they are received; a derived one is what makes it."""
    import sqlglot
    from sqlglot.expressions import Column as Name
    from sqlglot.expressions import Expr, column

    def renamed(part: Expr) -> Expr:
        known = columns.get(part.name.lower()) if isinstance(part, Name) else None
        if known is None:
            return part
        if known.derived_by and known.reads:
            return sqlglot.parse_one(f"({_received(known.derived_by, columns)})", dialect=DIALECT)
        return column(known.source_name, quoted=True)

    return sqlglot.parse_one(text, dialect=DIALECT).transform(renamed).sql(DIALECT)


def _where(query: str, names: Mapping[str, str]) -> str:
    """The condition of a query that counts the rows of one table."""
    import sqlglot
    from sqlglot import expressions as sql

    table = "tenure_object"
    for marker in ("${object}", "${table}", "${schema}", "{object}", "{table}", "{schema}"):
        query = query.replace(marker, table)
    try:
        (tree,) = sqlglot.parse(query, dialect=DIALECT)
    except (sqlglot.errors.SqlglotError, ValueError):
        raise SpecError("its SQL cannot be read as one query") from None
    parts = {name for name, value in tree.args.items() if value} if isinstance(tree, sql.Select) else set()
    counts = isinstance(tree, sql.Select) and len(tree.expressions) == 1 and isinstance(tree.expressions[0].unalias(), sql.Count)
    if tree is None or not counts or parts - {"expressions", "from_", "from", "where", "kind"} or "where" not in parts:
        raise SpecError("its SQL is no count of the rows of this table that meet a condition")

    def renamed(part: sql.Expr) -> sql.Expr:
        known = names.get(part.name.lower()) if isinstance(part, sql.Column) else None
        return sql.column(known) if known else part

    condition: sql.Expr = tree.args["where"].this
    return str(condition.transform(renamed).sql(DIALECT))


def _operator(node: Node) -> tuple[str, Any]:
    """What a rule asks of its figure."""
    for name in (
        "mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan", "mustBeLessOrEqualTo",
        "mustBeBetween", "mustNotBeBetween",
    ):  # fmt: skip
        if name in node.value:
            value = node.get(name, (float, int, str, bool, list))
            return name, int(value) if isinstance(value, float) and value.is_integer() else value
    return "", None
