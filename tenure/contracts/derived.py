"""What is made of a row at the door: columns derived by SQL over it, and rows that are set aside as expected.

Names are those of the contract. Both are carried out where rows are judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from tenure.contracts.column import Column, DTypes, PersonalData
from tenure.errors import SpecError
from tenure.history.row_sql import RowSQL

_DTYPES: Mapping[str, DTypes] = {
    "VARCHAR": str,
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), int),
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), float),
    "BOOLEAN": bool,
    "DATE": date,
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"), datetime),
}
_STRICTNESS = list(PersonalData)


@dataclass(frozen=True)
class SetAside:
    """Rows that are expected and are no part of the history, such as orders of guests: counted, and no fault of the delivery.

    Parameters
    ----------
    condition: SQL over one row; where it is true the row is set aside, before any rule judges it.
    usually: the least and the most of a batch's rows that are (shares, 0 to 1); outside them the day is withheld.
    """

    name: str
    condition: str
    reason: str
    usually: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        """Refuse a name that no figure can have, and shares that are none."""
        if not self.name.isidentifier() or not self.reason:
            raise SpecError(f"Rows are set aside as {self.name!r} because {self.reason!r}; expected a plain name and a reason.")
        if not 0 <= self.usually[0] <= self.usually[1] <= 1:
            raise SpecError(
                f"Rows set aside as {self.name!r} are usually {self.usually}; expected two shares from 0 to 1, in order."
            )

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that the condition reads."""
        return RowSQL(self.condition).reads


def derived_columns(owner: str, derived: Mapping[str, str], columns: Sequence[Column]) -> tuple[Column, ...]:
    """Columns made of others: their types follow from the SQL, and they are as personal as what they read.

    Raises
    ------
    SpecError: for a name that is taken, SQL that reads what is no column before it, or a type that no column has.
    """
    bare = tuple(Column(column.name, column.dtype, meaning="", personal=column.personal) for column in columns)
    return _derived(owner, tuple(derived.items()), bare) if derived else ()


@cache
def _derived(owner: str, derived: tuple[tuple[str, str], ...], columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The same, worked out once: each copy of a source asks for it, and DuckDB is started for the answer."""
    import duckdb

    known = {column.name: column for column in columns}
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, text in derived:
            if name in known:
                raise SpecError(f"Source {owner!r} derives {name!r}, which it receives already. Name it otherwise.")
            reads = read_columns(owner, name, text, known)
            row = ", ".join(f'cast(null as {c.sql}) AS "{c.name}"' for c in known.values())
            try:
                found = str(connection.sql(f"SELECT {text} AS it FROM (SELECT {row})").types[0])
            except duckdb.Error as error:
                raise SpecError(f"Source {owner!r} cannot derive {name!r} by {text!r}: {str(error).splitlines()[0]}") from None
            dtype = _DTYPES.get(found.split("(")[0])
            if dtype is None:
                raise SpecError(
                    f"Source {owner!r} derives {name!r} of type {found}; expected text, a number, a truth, a day or a time."
                )
            personal = max((known[read].personal for read in reads), key=_STRICTNESS.index, default=PersonalData.NONE)
            known[name] = Column(name, dtype, meaning=text, nullable=True, personal=personal, derived_by=text, reads=tuple(reads))
    return tuple(known[name] for name, _ in derived)


def read_columns(owner: str, name: str, text: str, known: Mapping[str, Column]) -> tuple[str, ...]:
    """The columns that SQL over a row reads, each of them known; case is as SQL takes it."""
    names = {column.lower(): column for column in known}
    reads = RowSQL(text).reads
    lost = [read for read in reads if read.lower() not in names]
    if lost:
        raise SpecError(
            f"Source {owner!r}: {name!r} reads {lost} in {text!r}, but its columns are {list(known)}. Correct the name."
        )
    return tuple(dict.fromkeys(names[read.lower()] for read in reads))
