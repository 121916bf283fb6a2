"""Scores as files: the forms in which a day is handed out. Equal scores give equal bytes in each, whoever writes them.

Parquet keeps every type, and says in its metadata what it is. CSV comes plain, for programs, or for spreadsheets, on request.
"""

import io
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

PARQUET, CSV = ".parquet", ".csv"
FORMATS = (PARQUET, CSV)
_BYTE_ORDER_MARK = "\ufeff".encode()
_DECIMALS = 6


def as_file(scores: pa.Table, suffix: str, *, about: Mapping[str, str], for_spreadsheets: bool = False) -> bytes:
    """Scores as the bytes of a file.

    Parameters
    ----------
    about: what a Parquet file says of itself; CSV has no place for it.
    for_spreadsheets: a byte order mark, so that letters are read as UTF-8; ids as text, so that `0042` stays what it is; and
        six decimals.
    """
    out = io.BytesIO()
    if suffix == PARQUET:
        pq.write_table(scores.replace_schema_metadata(dict(about) or None), out)
        return out.getvalue()
    joined = pa.array(["; ".join(reasons or ()) for reasons in scores["reasons"].to_pylist()], pa.string())
    table = _without_formulas(scores.set_column(scores.column_names.index("reasons"), "reasons", joined))
    if for_spreadsheets:
        out.write(_BYTE_ORDER_MARK)
        table = _for_spreadsheets(table)
    pa_csv.write_csv(table, out)
    return out.getvalue()


def possible_files(scores: pa.Table, suffix: str, about: Mapping[str, str]) -> tuple[bytes, ...]:
    """Every file that these scores were ever handed out as: in Parquet also without metadata, as an earlier Tenure wrote it."""
    if suffix == PARQUET:
        return as_file(scores, suffix, about=about), as_file(scores, suffix, about={})
    return as_file(scores, suffix, about={}), as_file(scores, suffix, about={}, for_spreadsheets=True)


def _for_spreadsheets(table: pa.Table) -> pa.Table:
    """Ids as a formula that gives the text itself, the one form of which no spreadsheet makes a number; numbers of six decimals.

    An id that would be a formula of its own has its apostrophe by now, and one with a quote in it is no number.
    """
    ids = [f'="{one}"' if one.isalnum() else one for one in table["customer_id"].to_pylist()]
    table = table.set_column(0, "customer_id", pa.array(ids, pa.string()))
    for place, column in enumerate(table.schema):
        if pa.types.is_floating(column.type):
            table = table.set_column(place, column.name, pc.round(table[column.name], _DECIMALS))
    return table


def _without_formulas(scores: pa.Table) -> pa.Table:
    """Text that a spreadsheet would take for a formula, behind an apostrophe: a company's customers may choose their own ids.

    Reference: OWASP, CSV injection.
    """
    for place, column in enumerate(scores.schema):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            plain = pc.replace_substring_regex(scores[column.name], pattern=r"\A([=+\-@\t\r])", replacement=r"'\1")
            scores = scores.set_column(place, column.name, plain)
    return scores
