"""Whether several ids may be of one person: how many share an address of mail or a telephone number with another id."""

import re

from tenure.proposing.asked import ask
from tenure.proposing.meanings import words_of
from tenure.proposing.seen import Seen, Table
from tenure.received.normal import quoted

# How to reach one person, which several ids share where they are one; and as many as an identifier lets share by default.
_REACH = r"email|mail|phone|mobile|telefon|telephone|handy"
_MOST = 10


def reaches(column: Seen) -> bool:
    """Whether a column probably tells how to reach one person."""
    words = words_of(column.received_as)
    return bool(words) and re.fullmatch(_REACH, words[-1]) is not None


def n_shared(table: Table, customer: str, column: Seen) -> int:
    """How many ids have a value of the column that another id has, and not more than a few do."""
    cell = f"lower(trim(CAST({quoted(column.name)} AS VARCHAR)))"
    ((n,),) = ask(
        table.rows,
        f"WITH told AS (SELECT DISTINCT CAST({quoted(customer)} AS VARCHAR) AS id, {cell} AS value FROM it WHERE {cell} <> ''), "
        "each AS (SELECT value, count(*) AS n FROM told WHERE id IS NOT NULL GROUP BY value) "
        f"SELECT count(DISTINCT id) FROM told JOIN each USING (value) WHERE n BETWEEN 2 AND {_MOST}",
    )
    return int(n)
