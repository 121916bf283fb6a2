"""A few of a source's newest batches read and judged as a landing would, without landing them: what would become of their rows.

Nothing is written but to a temporary folder, and nothing said holds a customer's value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.readers import UndeliveredError, event_day_of, read_batches
from adapters.readers.places import lying
from adapters.settings import Settings
from adapters.whole_files import write_whole
from tenure.contracts import Files, Snapshots, Source
from tenure.contracts.readers import day_in, is_of_days, of_day
from tenure.errors import TenureError
from tenure.project import Project
from tenure.purposes.declaration import is_own
from tenure.validation import DayVerdict, Validation, rows_by_rule

# How far back a living company's files are looked for.
_LOOKED_BACK_DAYS = 3_660


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """What became of a source's newest batches; `notes` say what else was seen, `refused` why none could be judged."""

    source: str
    days: tuple[DayVerdict, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it could be used."""
        return bool(self.refused) or (bool(self.days) and not any(day.is_released for day in self.days))

    @property
    def in_words(self) -> str:
        """Lines: the counts, then what is wrong with each batch."""
        where = f"sources/{self.source}.py"
        if self.refused:
            return f"{where}: {self.refused}"
        read = sum(day.n_received for day in self.days)
        share = f"{self.n_set_aside / read:.0%}" if read else "none"
        n_quarantined, n_withheld = sum(d.n_quarantined for d in self.days), sum(not d.is_released for d in self.days)
        lines = [
            f"{where}: {len(self.days)} batches read, {read} rows: {share} set aside as declared, {n_quarantined} would be "
            f"quarantined, {n_withheld} days withheld"
        ]
        rules = ", ".join(f"{rule} {n}" for rule, n in rows_by_rule(self.days).most_common(5))
        lines += [f"  broken: {rules}"] if rules else []
        lines += [f"  {day.in_words}" for day in self.days if not day.is_released]
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    @property
    def n_set_aside(self) -> int:
        """Rows set aside as expected."""
        return sum(n for day in self.days for _, n in day.set_aside)

    def as_row(self) -> dict[str, object]:
        """The same for programs."""
        return {
            "source": self.source,
            "batches": len(self.days),
            "rows": sum(day.n_received for day in self.days),
            "set_aside": self.n_set_aside,
            "quarantined": sum(day.n_quarantined for day in self.days),
            "by_rule": dict(rows_by_rule(self.days)),
            "withheld": {day.key.isoformat(): list(day.withheld) for day in self.days if not day.is_released},
            "notes": list(self.notes),
            "refused": self.refused,
        }


def sample_sources(project: Project, settings: Settings, *, n_batches: int) -> tuple[Sampled, ...]:
    """Read and judge the newest batches of each source."""
    return tuple(_sample(project, source, settings, n_batches) for source in project.sources if not is_own(source))


def _sample(project: Project, source: Source, settings: Settings, n_batches: int) -> Sampled:
    """One source; what cannot be had or read is said as a landing would say it."""
    from expectations.validate import validate

    keys = newest_keys(project, source, n_batches)
    if not keys:
        return Sampled(source=source.name, refused="no file of any day was found where its reader looks.")
    with TemporaryDirectory(prefix="tenure-sample-") as folder:
        batches: dict[date, Path] = {}
        undelivered: dict[date, str] = {}
        try:
            for key, content, kind in read_batches(source, keys, project.first_key, project=project.name, inbox=settings.inbox):
                batches[key] = write_whole(Path(folder) / f"{key}.{kind}", content)
        except UndeliveredError as error:
            undelivered = {**error.missing, **error.unclear}
        except TenureError as error:
            return Sampled(source=source.name, refused=str(error))
        try:
            judged = validate(source, batches, first_key=project.first_key, first_day=project.first_day, undelivered=undelivered)
        except TenureError as error:
            return Sampled(source=source.name, refused=str(error))
    return Sampled(source=source.name, days=judged.days, notes=tuple(_notes(project, source, judged)))


def newest_keys(project: Project, source: Source, n: int) -> Sequence[date]:
    """The newest days of which a source has a batch, in order; of what does not lie in a file a day, the newest days."""
    if source.is_static:
        return (project.first_key,)
    if isinstance(source.reader, Snapshots) and source.reader.of is not None:
        return (source.reader.of,)
    last = project.last_key or project.today(datetime.now(UTC))
    if isinstance(source.reader, Files | Snapshots) and is_of_days(source.reader.pattern):
        return _delivered(project, source.reader.pattern, last)[-n:]
    return project.keys_until(last)[-n:]


def _delivered(project: Project, pattern: str, last: date) -> Sequence[date]:
    """Keys for whose day a file lies there."""
    first = max(project.first_key, last - timedelta(days=_LOOKED_BACK_DAYS))
    if "/" in pattern and "://" not in pattern and "*" not in pattern:
        days = (day_in(pattern, str(path)) for path in Path(pattern).parent.iterdir()) if Path(pattern).parent.is_dir() else ()
        return sorted(day + timedelta(days=1) for day in days if day and first <= day + timedelta(days=1) <= last)
    keys = project.keys_until(last)[-90:]
    return [key for key in keys if lying(of_day(pattern, event_day_of(key)))]


def _notes(project: Project, source: Source, judged: Validation) -> Iterator[str]:
    """Values of protected columns that no group takes, as counts: they are never printed."""
    for attribute in project.attributes:
        if attribute.source == source.name and attribute.groups is not None:
            n_values, n_rows = _ungrouped(judged, attribute.column, attribute.groups)
            if n_values:
                yield (
                    f"attribute {attribute.name!r}: {n_values} values without a group, on {n_rows} of "
                    f"{judged.kept.num_rows} rows; add them to its groups"
                )


def _ungrouped(judged: Validation, column: str, groups: Mapping[str, str]) -> tuple[int, int]:
    """How many different values have no group, and on how many rows."""
    lost = [value for value in judged.kept[column].to_pylist() if value is not None and str(value) not in groups]
    return len(set(lost)), len(lost)
