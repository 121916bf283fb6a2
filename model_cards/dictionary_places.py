"""Where the data dictionary's entries stand on its page: the anchors that its links and its drawing lead to."""

import re
from collections.abc import Iterable

from tenure.column_lineage import ColumnOf


def place(kind: str, *names: str) -> str:
    """The anchor of an entry; whatever a name holds, two names have two anchors."""
    return "--".join([kind.replace(" ", "-"), *(_safe(name) for name in names)])


def columns_in_words(columns: Iterable[ColumnOf]) -> str:
    """Columns by source and name."""
    return ", ".join(f"{source}.{column}" for source, column in columns)


def _safe(name: str) -> str:
    """A name in signs that any anchor may have."""
    return re.sub(r"[^A-Za-z0-9_]", lambda found: f"-{ord(found[0]):x}-", name)
