"""Versions: what is told of an id by each day on which that changes. SQL over validated rows; no value leaves the query.

A version holds every trait as last told, so what an id was told of in June is compared as it was known in June. Numbers are in
the order in which versions came to be known, so a later version changes nothing of those before.
"""

from collections.abc import Mapping

from tenure.history.prepared import CUSTOMER, quoted, who_is
from tenure.people.likeness import Likeness, Told, Trait

# Of one value of a key so many versions are compared, the first ones; what more have says nothing.
LARGEST_BLOCK = 200
KEY = "block_"


def versions(likeness: Likeness, tables: Mapping[str, str]) -> str:
    """One row for each version of an id.

    Parameters
    ----------
    tables: for each source the table with its validated rows.

    Returns
    -------
    SQL with the columns `version` (a number), `customer_id`, `day` from which it is known, each trait by its name, and the keys
    `block_0` and so on by which versions are compared, null where too many have it.
    """
    names = [each.name for each in likeness.traits]
    parts = [
        _told(each, nth, column, tables)
        for each in likeness.traits
        for nth, column in enumerate(each.columns)
        if column.split(".")[0] in tables
    ]
    by_day = ", ".join(f"min_by(value, (nth, value)) FILTER (trait = '{name}') AS {name}" for name in names)
    known = ", ".join(f"last_value({name} IGNORE NULLS) OVER of_id AS {name}" for name in names)
    whole = f"({', '.join(names)})"
    keys = keys_of(likeness)
    made = ", ".join(f"{sql} AS {KEY}{nth}" for nth, sql in enumerate(keys))
    ranked = ", ".join(
        f"CASE WHEN row_number() OVER (PARTITION BY {KEY}{nth} ORDER BY version) <= {LARGEST_BLOCK} THEN {KEY}{nth} END "
        f"AS {KEY}{nth}"
        for nth in range(len(keys))
    )
    return f"""
        WITH told AS ({" UNION ALL ".join(parts)}),
        days AS (SELECT customer_id, day, {by_day} FROM told GROUP BY customer_id, day),
        known AS (SELECT customer_id, day, {known} FROM days WINDOW of_id AS (PARTITION BY customer_id ORDER BY day)),
        changed AS (
            SELECT * FROM known
            QUALIFY row_number() OVER (PARTITION BY customer_id, {whole} ORDER BY day) = 1
        ),
        numbered AS (SELECT row_number() OVER (ORDER BY day, customer_id) AS version, * FROM changed),
        keyed AS (SELECT *, {made} FROM numbered)
        SELECT version, customer_id, day, {", ".join(names)}, {ranked} FROM keyed
    """


def keys_of(likeness: Likeness) -> tuple[str, ...]:
    """The keys by which versions are compared: SQL over a version, null where it has none."""
    alone = [*likeness.of(Trait.BIRTH), *likeness.of(Trait.CODE), *likeness.of(Trait.ADDRESS)]
    names = [*likeness.of(Trait.GIVEN_NAME), *likeness.of(Trait.SURNAME)]
    rest = [*names, *likeness.of(Trait.POSTCODE)]
    pairs = [(one, other) for at, one in enumerate(rest) for other in rest[at + 1 :]]
    # Who swaps the names is found by both in their order of letters.
    both = [f"least({names[0]}, {names[1]}) || ' ' || greatest({names[0]}, {names[1]})"] if len(names) == 2 else []
    joined = [f"{one} || ' ' || {other}" for one, other in pairs if not both or {one, other} != set(names)]
    return (*alone, *both, *joined) or tuple(rest)


def _told(each: Told, nth: int, column: str, tables: Mapping[str, str]) -> str:
    """What one column tells, in the one form of its kind."""
    source, name = column.split(".")
    value = one_form(each.trait, name)
    return (
        f"SELECT {who_is(CUSTOMER)} AS customer_id, day, '{each.name}' AS trait, {nth} AS nth, {value} AS value "
        f"FROM {quoted(tables[source])} WHERE {quoted(CUSTOMER)} IS NOT NULL AND {value} IS NOT NULL"
    )


def one_form(trait: Trait, column: str) -> str:
    """SQL for the form of a cell in which it is compared: small letters without accents and signs; of dates the digits."""
    text = f"lower(strip_accents(trim(CAST({quoted(column)} AS VARCHAR))))"
    if trait is Trait.BIRTH:
        digits = f"substr(regexp_replace({text}, '[^0-9]', '', 'g'), 1, 8)"
        return f"CASE WHEN length({digits}) = 8 THEN {digits} END"
    if trait is Trait.ADDRESS:
        return f"nullif(trim(regexp_replace({text}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')), '')"
    return f"nullif(regexp_replace({text}, '[^\\p{{L}}\\p{{N}}]+', '', 'g'), '')"
