"""Cells of text in one form, whatever tool wrote them: an id is the same id in every file, and a number the same number.

Unicode in its composed form (NFC); no blanks around a cell, of whatever width, and plain ones in it, as line breaks and tabs are;
no control characters and none that show nothing; without the `="…"` by which spreadsheets keep zeros. Words for nothing are none.
"""

import pyarrow as pa
import pyarrow.compute as pc

from tenure.contracts import Column, PersonalData, Text
from tenure.contracts.text import NO_IDS

# Blanks and characters that show nothing, of every kind, around a cell.
_OUTER = r"^[\s\p{Z}\p{C}]+|[\s\p{Z}\p{C}]+$"
_BLANKS = r"[\t\r\n\v\f]+|\p{Z}"
# Within a cell: control characters, soft hyphens, zero widths and marks of direction. Joiners within words are letters' own.
_UNSEEN = r"[\p{Cc}\x{AD}\x{200B}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}]"
_KEPT_BY_SPREADSHEETS = r'^="(.*)"$'
# Most cells are plain, and are let through at a glance.
_NEEDS_IT = r'[^ -~]|^ | $|^="'
# What a spreadsheet leaves of a long id: other ids look the same.
SHORTENED = r"^\d([.,]\d+)?[eE]\+\d{2}$"


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def clean(cell: str) -> str:
    """SQL for a cell of text in its one form; nothing for nothing."""
    form = f"nfc_normalize({cell})"
    for pattern, instead in ((_BLANKS, " "), (_UNSEEN, ""), (_OUTER, ""), (_KEPT_BY_SPREADSHEETS, r"\1")):
        form = f"regexp_replace({form}, {quoted_text(pattern)}, '{instead}', 'g')"
    return f"case when regexp_matches({cell}, {quoted_text(_NEEDS_IT)}) then {form} else {cell} end"


def cleaned(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Filled cells in the form that `clean` makes, for looking at them; NFC changes no number and no time."""
    if not pc.any(pc.match_substring_regex(cells, _NEEDS_IT)).as_py():
        return cells
    for pattern, instead in ((_BLANKS, " "), (_UNSEEN, ""), (_OUTER, ""), (_KEPT_BY_SPREADSHEETS, r"\1")):
        cells = pc.replace_substring_regex(cells, pattern, instead)
    return cells


def words_for_nothing(column: Column, text: Text) -> tuple[str, ...]:
    """The words that stand for no value in a column; one that the contract allows as a value is one."""
    words = (*text.null_words, *(NO_IDS if column.personal is PersonalData.PSEUDONYM else ()))
    return tuple(dict.fromkeys(("", *(word for word in words if word not in (column.allowed or ())))))


def normalised(column: Column, cell: str, text: Text, *, whole_ids: bool = False) -> str:
    """SQL for text in its one form; `whole_ids`: without the fraction of zero that its ids carry."""
    value = clean(cell)
    if whole_ids:
        value = f"regexp_replace({value}, '[.,]00?$', '')"
    nothing = ", ".join(map(quoted_text, words_for_nothing(column, text)))
    return f"case when ({value}) not in ({nothing}) then {value} end"
