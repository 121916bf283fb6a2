"""Which days of purchases the roll-up was made from, and which it still lacks, whatever ended the run that should have made it.

Making it is `activity.py`'s; what follows for a project's days is said in `history.py`.
"""

from datetime import date

from adapters.lake import read_rows
from adapters.workplace import Workplace
from assets.naming import ACTIVITY_TABLE, validated_table, verdicts_table
from assets.origins import Input, Origins, open_origins


def open_roll_up(workplace: Workplace) -> Origins:
    """The roll-up with its inputs, purchase lines and products, as they stand now."""
    lake, project = workplace.lake, workplace.project
    lines, products = (lake.open(validated_table(project.source(name))) for name in (project.roles.lines, project.roles.products))
    return open_origins(lake, lake.open(ACTIVITY_TABLE), Input(lines, reaches_back=False), Input(products))


def days_behind(workplace: Workplace, roll_up: Origins) -> tuple[date, ...]:
    """Days whose purchases validation released, of which the roll-up was not made, or not from what is released now.

    A day that is withheld keeps what an earlier, good delivery of it brought, and that is rolled up as any other.
    """
    lines = roll_up.inputs[0].table
    held = read_rows(lines, columns=["day"], distinct=True)
    verdicts = workplace.lake.rows(verdicts_table(workplace.project.source(workplace.project.roles.lines)))
    released = [] if verdicts is None else [row["day"] for row in verdicts.to_pylist() if not row["withheld"]]
    return roll_up.made_otherwise(sorted({*released, *([] if held is None else held["day"].to_pylist())}))
