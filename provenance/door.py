"""What the door of a project has to say: rows that did not simply count, and files that came late, never, or for nobody.

It is said once for the days of a run (`tenure land`, `tenure score`) and once for all days (`tenure status`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from adapters.doorstep import look
from home.day_figures import verdicts_by_day
from home.workplace import Workplace
from tenure.consent.recorded import RECORDED
from tenure.validation import set_aside_in_words

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Door:
    """What is to be said of some days.

    Parameters
    ----------
    rows: a line for each source of whose rows some did not simply count.
    without_file: for each source the days that count as days without rows, because no file came.
    late: days of which a file came, or changed, after they were run, with the sources.
    nobodys: files that no source and no day will ever take.
    """

    rows: tuple[str, ...]
    without_file: Mapping[str, tuple[date, ...]]
    late: Mapping[date, tuple[str, ...]]
    nobodys: tuple[str, ...]

    def in_words(self, project: str) -> tuple[str, ...]:
        """Each as one short line."""
        late = [f"{day} ({', '.join(sources)})" for day, sources in self.late.items()]
        return (
            *self.rows,
            *(f"{source}: no file for {_some(days)}; taken as days without rows" for source, days in self.without_file.items()),
            *([f"Files that came after their day was run: {_some(late)}. {self._again(project)}"] if late else []),
            *(
                [f"Files that nobody will ever take: {_some(self.nobodys)}. Name and place them as the source says."]
                * bool(self.nobodys)
            ),
        )

    def _again(self, project: str) -> str:
        """The commands that take late files."""
        days = sorted(self.late)
        stretch = f"--day {days[0]}" if len(days) == 1 else f"--from {days[0]} --to {days[-1]}"
        return f"To take them, and have the days scored again: tenure score --project {project} {stretch}"


def read_door(workplace: Workplace, days: Sequence[date] | None = None) -> Door:
    """Read what the door has to say of some days, or of all that were run; late files and nobody's are always told."""
    lake, project = workplace.lake, workplace.project
    verdicts = {source.name: verdicts_by_day(lake, source) for source in project.sources}
    # What people record of consent is landed ahead of its day's run, and no file of it is missed.
    delivered = {name: found for name, found in verdicts.items() if name != RECORDED}
    run = sorted({verdict.key for found in delivered.values() for verdict in found})
    asked = None if days is None else frozenset(days)
    found = look(project, workplace.raw, workplace.settings.inbox, run)
    rows = [set_aside_in_words(name, [v for v in found if asked is None or v.key in asked]) for name, found in verdicts.items()]
    without = {name: tuple(key for key in keys if asked is None or key in asked) for name, keys in found.absent.items()}
    return Door(
        rows=tuple(filter(None, rows)),
        without_file={name: keys for name, keys in without.items() if keys and name in delivered},
        late=found.late,
        nobodys=found.nobodys,
    )


def _some(items: Sequence[object]) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return ", ".join(str(item) for item in items[:SHOWN]) + more
