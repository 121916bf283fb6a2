"""Text in one form, whatever tool wrote it: an id is the same id in every file.

Unicode in its composed form (NFC); no blanks around it, of whatever width; no control characters in it, a line break or tab being
a blank; words for nothing are nothing.
"""

from tenure.contracts import Column, Text
from tenure.received.forms import Form

# Blanks and invisible characters of every kind around a text, and control characters within.
_OUTER = r"^[\s\p{Z}\p{C}]+|[\s\p{Z}\p{C}]+$"
_BREAKS, _CONTROL = r"[\t\r\n\v\f]+", r"\p{Cc}"
# Most text is plain, and is let through at a glance.
_NEEDS_IT = r"[^ -~]|^ | $"


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def normalised(column: Column, cell: str, text: Text, form: Form) -> str:
    """SQL for text in its one form; a null word that the contract allows as a value is one."""
    clean = f"regexp_replace(nfc_normalize({cell}), '{_BREAKS}', ' ', 'g')"
    clean = f"regexp_replace(regexp_replace({clean}, '{_OUTER}', '', 'g'), '{_CONTROL}', '', 'g')"
    clean = f"case when regexp_matches({cell}, '{_NEEDS_IT}') then {clean} else {cell} end"
    if form.whole_ids:
        clean = f"regexp_replace({clean}, '[.,]0$', '')"
    words = [word for word in text.null_words if word not in (column.allowed or ())]
    nothing = ", ".join(quoted_text(word) for word in ("", *words))
    return f"case when ({clean}) not in ({nothing}) then {clean} end"
