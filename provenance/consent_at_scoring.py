"""Consent at scoring: whose features of a day are scored, what is noted of it, and the same again for a day that was delivered.

A day is scored under consent as of that day, known before it begins; a day that is scored late, also as it is known now, and the
stricter of both holds (`docs/decisions/0039-consent-then-and-now.md`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import pyarrow as pa

from adapters.lake import OpenTable, commits_by_day
from adapters.tables import CONSENT_COUNTS, CONSENT_UNTIL, SCORES, stage_table
from home.workplace import Workplace
from provenance.consent import Asking, Heard, Register, inputs_of, known_until, open_register, purpose_of
from provenance.consent_heard import require_heard
from provenance.lineage import Lineage
from tenure.conditions import mask
from tenure.consent.rule import State, allows
from tenure.consent.small_cells import told as counted_in_tens
from tenure.project import Project
from tenure.purposes import Purpose
from tenure.scoring import CONSENT, ScoringFacts
from tenure.specs import Model

# Of a day's scores, what is told of those who were left out.
LEFT_OUT = "left_out_by_consent"


@dataclass(frozen=True)
class Consented:
    """What a run goes by: what was said, of which purpose, and until which day it counts; `heard` has what came of each day."""

    register: Register
    purpose: Purpose
    until: date
    heard: dict[date, Heard] = field(default_factory=dict)

    def rows_of(self, asking: Asking, features: pa.Table, day: date, facts: ScoringFacts) -> pa.Table:
        """The features of a day of those of the model's population who may be scored, with the words of their consent."""
        population = features.filter(mask(facts.population, features))
        self.heard[day] = asking.of_day(population, self.purpose, day, until=self.until)
        return self.heard[day].rows

    @property
    def as_notes(self) -> Mapping[str, str]:
        """What the commit of the scores notes."""
        counts = {day.isoformat(): {state.value: n for state, n in heard.counts.items()} for day, heard in self.heard.items()}
        return {CONSENT_UNTIL: self.until.isoformat(), CONSENT_COUNTS: json.dumps(counts, sort_keys=True)}


@contextmanager
def asked(consented: Consented | None) -> Iterator[Callable[[pa.Table, date, ScoringFacts], pa.Table]]:
    """What gives, of a day's features, those that may be scored: all of them where no consents are declared."""
    if consented is None:
        yield lambda features, day, facts: features
        return
    with consented.register.asking() as asking:
        yield partial(consented.rows_of, asking)


def open_consented(workplace: Workplace, spec: Model) -> Consented | None:
    """What is heard as the lake stands now; None where the company declares no consents.

    Raises
    ------
    ConsentError: where what people said is withheld, so that nobody knows who objects.
    """
    register = open_register(workplace)
    if register is None:
        return None
    require_heard(workplace)
    return Consented(register, purpose_of(workplace.project, spec), known_until(workplace, register))


def consented_then(project: Project, spec: Model, lineage: Lineage, table: OpenTable, day: date) -> Consented | None:
    """What was heard when a day was delivered, from the versions that its commit names; None where none were declared then."""
    commit = commits_by_day(table)[day]
    if CONSENT_UNTIL not in commit.note:
        return None
    versions = lineage.made(table.name, table.version, day).versions
    tables = {name: lineage.table(name, versions[name]) for name in inputs_of(project) if name in versions}
    return Consented(Register(project, tables), purpose_of(project, spec), date.fromisoformat(commit.note[CONSENT_UNTIL]))


def counts_of(workplace: Workplace, spec: Model, day: date) -> Mapping[State, int] | None:
    """How the population of a scored day stood, by state; None where the company declared no consents then."""
    commit = commits_by_day(workplace.lake.open(stage_table(spec, SCORES))).get(day)
    counts = {} if commit is None else json.loads(commit.note.get(CONSENT_COUNTS, "{}")).get(day.isoformat())
    return {State(name): n for name, n in counts.items()} if counts else None


def n_left_out(purpose: Purpose, counts: Mapping[State, int]) -> int:
    """How many of those who were asked about may not be used."""
    return sum(n for state, n in counts.items() if not allows(purpose, state))


def left_out(workplace: Workplace, spec: Model, days: Sequence[date]) -> Mapping[date, Mapping[str, str]]:
    """What the status of each day says of those who were left out, in tens."""
    if workplace.project.consents is None:
        return {}
    purpose = purpose_of(workplace.project, spec)
    told = {day: counts_of(workplace, spec, day) for day in days}
    return {day: {LEFT_OUT: counted_in_tens(n_left_out(purpose, counts))} for day, counts in told.items() if counts is not None}


def noted_by(consented: Consented | None) -> Mapping[str, str]:
    """What the commit of scores notes of consent; nothing where none is declared."""
    return consented.as_notes if consented else {}


def with_consent_told(rows: pa.Table) -> pa.Table:
    """Scores of a day, without a column of consent where none was declared when they were made."""
    is_bare = CONSENT in rows.column_names and rows[CONSENT].null_count == rows.num_rows
    return rows.drop_columns([CONSENT]) if is_bare else rows
