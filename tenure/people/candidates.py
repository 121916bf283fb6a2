"""What identifiers say: SQL over validated rows that tells which ids were met, which value each has, and which ids share one.

It is compared, never kept: no value leaves the query.
"""

import hashlib
from collections.abc import Mapping, Sequence

from tenure.history.prepared import CUSTOMER, quoted, who_is
from tenure.people.alike import definition_of
from tenure.people.declared import Identifier, People
from tenure.people.normal import normal


def definition(people: People) -> str:
    """How links are found, from the declaration: days that were looked at by another text are looked at again."""
    tables = {source: source for source in people.sources}
    guards = [f"{each.name} {each.shared_by}" for each in people.identifiers]
    if people.likely:
        guards.append(definition_of(people.likely))
    return hashlib.sha256("\0".join([told(people, tables), *guards]).encode()).hexdigest()


def told(people: People, tables: Mapping[str, str]) -> str:
    """One row for each id, identifier and value, from the day of the batch that told it first.

    Parameters
    ----------
    tables: for each source the table with its validated rows.

    Returns
    -------
    SQL with the columns `customer_id`, `identifier`, `value` and `day`.
    """
    parts = [
        _told(each, column, tables) for each in people.identifiers for column in each.columns if column.split(".")[0] in tables
    ]
    if not parts:
        return "SELECT '' AS customer_id, '' AS identifier, '' AS value, DATE '1970-01-01' AS day WHERE false"
    return f"SELECT customer_id, identifier, value, min(day) AS day FROM ({' UNION ALL '.join(parts)}) GROUP BY ALL"


def met(sources: Sequence[str], tables: Mapping[str, str]) -> str:
    """One row for each id that the identifying sources tell of, from its first day: `customer_id`, `day`."""
    parts = (
        f"SELECT {who_is(CUSTOMER)} AS customer_id, day FROM {quoted(tables[source])} WHERE {quoted(CUSTOMER)} IS NOT NULL"
        for source in sources
    )
    return f"SELECT customer_id, min(day) AS day FROM ({' UNION ALL '.join(parts)}) GROUP BY customer_id"


def shared(people: People, *, values: str, ids: str) -> str:
    """One row for each id that has a value which an id before it has: a link that an identifier proposes.

    Parameters
    ----------
    values: a table as `told` makes it.
    ids: a table with `customer_id` and its `place` in the order in which ids were given.

    Returns
    -------
    SQL with the columns `day` (from which both are known to have it), `customer_id`, `with_id`, `identifier`, `value` (a number
    that stands for it), `is_shared` (so many have it by then that it identifies nobody) and `until` (the day from which they do).
    """
    listed = ", ".join(f"({number}, '{each.name}', {each.shared_by})" for number, each in enumerate(people.identifiers))
    value = "PARTITION BY told.identifier, told.value"
    by_day = f"{value} ORDER BY told.day"
    return f"""
        WITH most(number, identifier, shared_by) AS (VALUES {listed}),
        holders AS (
            SELECT told.day, told.customer_id, told.identifier, told.value, ids.place, most.number, most.shared_by,
                row_number() OVER ({by_day}, ids.place) AS nth,
                first_value(told.customer_id) OVER ({by_day}, ids.place) AS with_id,
                first_value(ids.place) OVER ({by_day}, ids.place) AS with_place,
                count(*) OVER ({by_day}) AS n_by_day,
                count(*) OVER ({value}) AS n_ids
            FROM {quoted(values)} AS told JOIN {quoted(ids)} AS ids USING (customer_id) JOIN most USING (identifier)
        ),
        several AS (
            SELECT *, min(CASE WHEN n_by_day > shared_by THEN day END) OVER (PARTITION BY identifier, value) AS until,
                dense_rank() OVER (ORDER BY number, value) AS value_number
            FROM holders WHERE n_ids > 1
        )
        SELECT day, customer_id, with_id, identifier, value_number AS value, n_by_day > shared_by AS is_shared, until
        FROM several WHERE nth > 1 ORDER BY day, number, with_place, place
    """


def too_shared(people: People, *, values: str) -> str:
    """Of each identifier whose values too many ids share: `identifier`, how many values these are, and of how many ids."""
    listed = ", ".join(f"('{each.name}', {each.shared_by})" for each in people.identifiers)
    return f"""
        WITH most(identifier, shared_by) AS (VALUES {listed}),
        sizes AS (SELECT identifier, value, count(*) AS n FROM {quoted(values)} GROUP BY ALL)
        SELECT identifier, count(*) AS n_values, sum(n) AS n_ids FROM sizes JOIN most USING (identifier)
        WHERE n > shared_by GROUP BY identifier ORDER BY identifier
    """


def told_and_normal(identifier: Identifier, tables: Mapping[str, str]) -> str:
    """How many rows tell a value of one identifier, and how many of these have a form that identifies: `n_told`, `n_normal`."""
    parts = (
        f"SELECT count({quoted(column)}) AS n_told, count({normal(identifier, column)}) AS n_normal "
        f"FROM {quoted(tables[source])} WHERE {quoted(CUSTOMER)} IS NOT NULL"
        for source, column in (each.split(".") for each in identifier.columns)
        if source in tables
    )
    return f"SELECT coalesce(sum(n_told), 0), coalesce(sum(n_normal), 0) FROM ({' UNION ALL '.join(parts)})"


def _told(identifier: Identifier, column: str, tables: Mapping[str, str]) -> str:
    """What one column tells."""
    source, name = column.split(".")
    return (
        f"SELECT {who_is(CUSTOMER)} AS customer_id, '{identifier.name}' AS identifier, {normal(identifier, name)} AS value, day "
        f"FROM {quoted(tables[source])} WHERE {quoted(CUSTOMER)} IS NOT NULL AND {normal(identifier, name)} IS NOT NULL"
    )
