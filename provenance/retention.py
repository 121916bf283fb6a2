"""What is past its time: days of tables, batches and test rows, by what was approved, and which of them something still holds.

A version of the lake that a signed delivery or a signed training names stays readable with all its days, for as long as the
scores of that delivery, or the model, are kept. So a day that ends is first left out of what is read from now on, and is gone
once the last version that is named so is past its own time. An erasure of a person asks nobody who holds a row.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.lake_rewriting import files_of
from adapters.tables import FEATURES_TABLE, SCORES, quarantine_table, stage_table, validated_table
from home.workplace import Workplace
from provenance.lineage import RAW, Lineage
from provenance.retention_pins import Learnt, Pin, pins_of_deliveries, pins_of_training, trainings
from tenure.errors import RetentionError
from tenure.history.nouns import counted
from tenure.purposes.declaration import DataKind
from tenure.purposes.kept import Kept, kept_of_model, kept_of_models, lasting, names_days
from tenure.specs import Model

TEST_ROWS = "test_rows/"


@dataclass(frozen=True, kw_only=True)
class PastTime:
    """Days of one table, of batches (`raw/<source>`) or of test rows that are past their time.

    `to_leave` are still in what is read now, `to_clear` are still somewhere and nothing holds them; `held` are in versions that
    `by` names.
    """

    table: str
    kept: Kept
    kept_from: date
    to_leave: tuple[date, ...] = ()
    to_clear: tuple[date, ...] = ()
    held: tuple[date, ...] = ()
    by: tuple[str, ...] = ()

    @property
    def is_due(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.to_leave or self.to_clear)

    @property
    def due_in_words(self) -> str:
        """What is to be done, as a line."""
        return f"{self.table}: {_days({*self.to_leave, *self.to_clear})}, for {self.kept.in_words}"

    @property
    def held_in_words(self) -> str:
        """What is past its time and stays, and why, as a line."""
        return f"{self.table}: {_days(self.held)}, by {'; '.join(self.by)}"


def past_time(workplace: Workplace) -> tuple[PastTime, ...]:
    """Everything of a company that is past its time, whether something is to be done about it or not."""
    if not names_days(workplace.project) or not workplace.promotions.has_trust_root:
        return ()
    return tuple(one for one in _Times(workplace).all_of_it if one.is_due or one.held)


def overdue_in_words(workplace: Workplace) -> Iterator[str]:
    """What should have been deleted and was not, a line each, with what to do."""
    try:
        found = past_time(workplace)
    except RetentionError as error:
        yield str(error)
        return
    for one in found:
        if one.is_due:
            yield f"past its time: {one.due_in_words}. To delete it: tenure retention --project {workplace.project.name}"


def company_day(workplace: Workplace) -> date:
    """The day by which time is counted: today, or the last of a company whose data are history."""
    last = workplace.project.last_key
    return workplace.today if last is None else min(workplace.today, last)


@dataclass(frozen=True)
class _Times:
    """One look at a company: what its tables hold of days past their time, and what holds these."""

    workplace: Workplace
    _known: dict[str, tuple[date, ...]] = field(default_factory=dict)

    @cached_property
    def kept(self) -> Mapping[tuple[DataKind, str], Kept]:
        """For how long everything is kept, as approved."""
        return self.workplace.promotions.kept()

    @cached_property
    def today(self) -> date:
        """The company's day."""
        return company_day(self.workplace)

    @cached_property
    def lineage(self) -> Lineage:
        """What commits note of days."""
        return Lineage(self.workplace.lake)

    @cached_property
    def times(self) -> Mapping[str, Kept | None]:
        """For how long what is made by each model is kept."""
        return {one.name: kept_of_model(self.workplace.project, one, self.kept) for one in self._models}

    @cached_property
    def pins(self) -> Sequence[Pin]:
        """The versions that something signed names."""
        own = pins_of_deliveries(self.workplace, self.lineage, self.times, self.today)
        return (*own, *(pin for one in self.learnt if one.is_kept for pin in pins_of_training(one)))

    @cached_property
    def learnt(self) -> Sequence[Learnt]:
        """What each package learnt from, and whether it is kept."""
        return tuple(trainings(self.workplace, self.times, self.today))

    @property
    def _models(self) -> tuple[Model, ...]:
        return self.workplace.project.models

    @property
    def all_of_it(self) -> Iterator[PastTime]:
        """Each table, the batches of each source, and test rows."""
        project, stays = self.workplace.project, lasting(self.workplace.project)
        for source in project.sources:
            kept = self.kept.get((DataKind.SOURCE, source.name))
            if kept is None or source.name in stays:
                continue
            of_rows = self._of_table(validated_table(source), kept)
            yield of_rows
            yield self._of_table(quarantine_table(source), kept)
            yield from (self._of_table(h.table, kept) for h in project.events if h.source == source.name)
            yield self._of_batches(source.name, kept, of_rows)
        if (of_all := kept_of_models(project, self.kept)) is not None:
            yield self._of_table(FEATURES_TABLE, of_all)
        for spec in self._models:
            if (kept := self.times[spec.name]) is not None:
                yield self._of_table(stage_table(spec, SCORES), kept)
        yield from self._of_test_rows()

    def _of_table(self, name: str, kept: Kept) -> PastTime:
        """A table of the lake."""
        kept_from = kept.ended_before(self.today)
        folder = self.workplace.lake.root / self.workplace.project.name / name
        somewhere = _days_before(files_of(folder), kept_from)
        now = [day for day in self.workplace.lake.days(name) if day < kept_from]
        by = {day: [pin for pin in self.pins if pin.table == name and self._has(pin, day)] for day in {*somewhere, *now}}
        held = tuple(sorted(day for day, pins in by.items() if pins))
        return PastTime(
            table=name,
            kept=kept,
            kept_from=kept_from,
            to_leave=tuple(now),
            to_clear=tuple(sorted({*somewhere, *now} - set(held))),
            held=held,
            by=_by(pin for pins in by.values() for pin in pins),
        )

    def _has(self, pin: Pin, day: date) -> bool:
        """Whether the version that is named holds a day."""
        return (pin.only is None or day in pin.only) and self.lineage.book(pin.table).day(day, pin.version) is not None

    def _of_batches(self, source: str, kept: Kept, rows: PastTime) -> PastTime:
        """Batches as they were received: held where rows that were made of them are."""
        raw, project = self.workplace.raw, self.workplace.project.name
        days = [day for day in raw.keys(project, source) if day < rows.kept_from]
        here = [d for d in days if any(raw.has_content(r) for r in raw.landed(project, source, d))]
        held = tuple(day for day in here if day in rows.held)
        return PastTime(
            table=f"{RAW}{source}",
            kept=kept,
            kept_from=rows.kept_from,
            to_clear=tuple(day for day in here if day not in held),
            held=held,
            by=rows.by if held else (),
        )

    def _of_test_rows(self) -> Iterator[PastTime]:
        """What candidates were measured on, once nothing holds their package."""
        here = set(self.workplace.test_rows.roots())
        for one in self.learnt:
            if one.test_rows in here and one.kept is not None and not one.is_kept:
                yield PastTime(
                    table=f"{TEST_ROWS}{one.test_rows}",
                    kept=one.kept,
                    kept_from=one.kept.ended_before(self.today),
                    to_clear=(one.known_until,),
                )


def _by(pins: Iterator[Pin]) -> tuple[str, ...]:
    """What holds days, each once; of deliveries of a model from which scored day to which."""
    days: dict[str, set[date]] = defaultdict(set)
    for pin in pins:
        days[pin.by] |= set() if pin.scored is None else {pin.scored}
    return tuple(f"{by} {_span(own)}" if own else by for by, own in sorted(days.items()))


def _days(days: Collection[date]) -> str:
    return f"{counted(len(days), 'day', 'days')} ({min(days)} to {max(days)})" if len(days) > 1 else f"day {min(days)}"


def _span(days: set[date]) -> str:
    return f"of {min(days)}" if len(days) == 1 else f"of {len(days)} days, {min(days)} to {max(days)}"


def _days_before(files: Sequence[Path], kept_from: date) -> set[date]:
    """Days before one of which files hold rows, whichever version names them."""
    found: set[date] = set()
    for path in files:
        file = pq.ParquetFile(path)
        if file.metadata.num_rows and not _begins_later(file, kept_from):
            days = pc.unique(file.read(columns=["day"])["day"])
            found |= set(days.filter(pc.less(days, pa.scalar(kept_from, pa.date32()))).to_pylist())
    return found


def _begins_later(file: pq.ParquetFile, kept_from: date) -> bool:
    """Whether a file's own figures say that it holds no earlier day."""
    groups = [file.metadata.row_group(n) for n in range(file.metadata.num_row_groups)]
    cells = [next(c for c in map(group.column, range(group.num_columns)) if c.path_in_schema == "day") for group in groups]
    figures = [one.statistics for one in cells]
    return all(one is not None and one.has_min_max and one.min >= kept_from for one in figures)
