"""The process that `tenure.notebook.foresee` starts: it reads a folder, and leaves there what came of it, or why nothing did."""

import json
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from adapters.settings import prepare_environment
from adapters.whole_files import write_whole
from tenure.errors import TenureError
from tenure.notebook import ASKED, CARD, CARD_TEXT, FAULT, FIGURES, REFUSED, ROWS, SCORES, TOLD, Asked

_LIKE = ("SpecError", "SourceError", "TimelineError", "EstimationError")


def main(folder: Path) -> int:
    """Read what was asked, and write the draft; 1 where there is none."""
    prepare_environment()
    try:
        _write(folder)
    except TenureError as error:
        kind = next((name for name in (each.__name__ for each in type(error).__mro__) if name in _LIKE), "TenureError")
        _say(folder / REFUSED, {"kind": kind, "words": str(error)})
        return 1
    except Exception as error:
        # At the edge of the process: where it happened is told, without the error's own text, which may quote a value.
        where = "".join(traceback.format_tb(error.__traceback__)[-4:])
        write_whole(folder / FAULT, f"{type(error).__name__}, at:\n{where}")
        return 1
    return 0


def _write(folder: Path) -> None:
    """The draft, in files."""
    import pyarrow.parquet as pq

    from adapters.settings import load_settings
    from cli.notebook.chain import draft
    from cli.notebook.drawn import figures, markdown, page

    asked = json.loads((folder / ASKED).read_text(encoding="utf-8"))
    made = draft(
        pq.read_table(folder / ROWS),
        Asked(**{**asked, "attributes": tuple(asked["attributes"])}),
        now=lambda: datetime.now(UTC),
        n_threads=load_settings().n_threads,
    )
    pq.write_table(made.scores, folder / SCORES)
    pq.write_table(figures(made.evaluation), folder / FIGURES)
    write_whole(folder / CARD, page(made.card))
    write_whole(folder / CARD_TEXT, markdown(made.card))
    # Last: that it is there says that all is.
    _say(folder / TOLD, {"as_of": made.as_of.isoformat(), "said": made.said, "digests": made.digests})


def _say(path: Path, words: object) -> None:
    """Write something for the other process to read."""
    write_whole(path, json.dumps(words))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
