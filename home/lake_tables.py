"""The lake's tables of a project, each described once: its name, what names a row, and what each column means.

Dagster shows these descriptions, and the data dictionary prints them. Rows of verdicts, drift and performance are described where
they are made, in `day_figures.py`.
"""

import pyarrow as pa

from adapters.tables import (
    CUSTOMER_KEY,
    DRIFT,
    FEATURES_TABLE,
    PERFORMANCE,
    SCORES,
    quarantine_table,
    stage_table,
    validated_table,
    verdicts_table,
)
from home.day_figures import DRIFT_ROWS, PERFORMANCE_ROWS, VERDICT_ROWS
from tenure.contracts import Column, Source
from tenure.features.feature import Feature
from tenure.features.plan import typed
from tenure.history import Events
from tenure.history.measures import Adds, Measure
from tenure.history.nouns import a, counted, spoken
from tenure.history.roll_up import KEY as ACTIVE_DAY
from tenure.history.roll_up import TOLD_BEFORE
from tenure.outcomes import Kind
from tenure.people.ledger import ROWS as LEDGER_ROWS
from tenure.people.ledger import TABLE as LEDGER
from tenure.project import Project
from tenure.scoring import CONSENT
from tenure.specs import Model
from tenure.tables import LakeTable, Shape

DAY = ("day", pa.date32(), "the as-of day: the batch of this key, or what is known before it begins")
CUSTOMER = ("customer_id", pa.string(), "the customer")
PEOPLE = LakeTable(
    name=LEDGER,
    meaning="The ledger of people: which ids were given, and which of them are of one person from which day on. It is only added "
    "to; what was wrong is undone by an entry of its own.",
    shape=LEDGER_ROWS,
)
CONSENT_COLUMN = (
    CONSENT,
    pa.string(),
    "under which consent the customer was scored: given and since when (UTC), or no objection where none is needed",
)
AVAILABLE_AT = ("available_at", pa.timestamp("us"), "when the row became known")


def tables_of(project: Project) -> tuple[LakeTable, ...]:
    """Every table that a project may have, in the order in which data flow."""
    return (
        *(table for source in project.sources for table in (validated(source), quarantine(source), verdicts(source))),
        *(roll_up(history) for history in project.events),
        *((PEOPLE,) if project.people is not None else ()),
        *((features(project),) if project.models else ()),
        *(table for spec in project.models for table in (scores(spec, project), drift(spec), performance(spec))),
    )


def validated(source: Source) -> LakeTable:
    """The rows that keep the contract."""
    columns = tuple((column.name, column.arrow, _of_contract(column)) for column in source.columns)
    return LakeTable(
        name=validated_table(source),
        meaning=f"{source.title}: the rows that keep the contract. One row is {source.grain}.",
        shape=Shape(key=source.key, columns=(*columns, DAY, AVAILABLE_AT)),
    )


def quarantine(source: Source) -> LakeTable:
    """The rows that do not."""
    columns = tuple((column.name, pa.string(), f"{column.meaning}, as received") for column in source.received_columns)
    rules = ("rules", pa.list_(pa.string()), "the rules that the row breaks, by name")
    return LakeTable(
        name=quarantine_table(source),
        meaning=f"{source.title}: the rows that break a rule of the contract, as text as they were received.",
        shape=Shape(key=(), columns=(*columns, DAY, rules)),
    )


def verdicts(source: Source) -> LakeTable:
    """What validation said."""
    return LakeTable(
        name=verdicts_table(source),
        meaning=f"{source.title}: what validation said of the batch of each day, in figures without values.",
        shape=VERDICT_ROWS,
    )


def roll_up(history: Events) -> LakeTable:
    """The active days of a history of events."""
    noun = spoken(history.noun)
    measures = tuple((measure.column, pa.int64(), _of_measure(measure)) for measure in history.measures)
    sets = tuple(
        (member.column, pa.list_(pa.string()), f"each {spoken(member.name)} of the day, sorted") for member in history.set_members
    )
    return LakeTable(
        name=history.table,
        meaning=f"One row for each arrival day, customer and day with {a(noun)}; of several that tell of one active day the "
        "latest known holds.",
        shape=Shape(
            key=ACTIVE_DAY,
            columns=(
                ("day", pa.date32(), "the as-of day for which the rows arrived"),
                CUSTOMER,
                ("active_on", pa.date32(), f"the day with {a(noun)}"),
                AVAILABLE_AT,
                (TOLD_BEFORE, pa.bool_(), "whether an earlier batch told of the active day too"),
                ("n_rows", pa.int64(), f"how many {spoken(history.many)}; zero where a later batch took them back"),
                *measures,
                *sets,
            ),
        ),
    )


def features(project: Project) -> LakeTable:
    """What is known of each customer before a day."""
    roster = " or ".join(spoken(history.many) for history in project.roster)
    known = typed(project.told, {source.name: source for source in project.sources})
    columns = tuple((feature.name, _kind(feature), f"{feature.meaning} ({feature.unit})") for feature in known)
    return LakeTable(
        name=FEATURES_TABLE,
        meaning=f"One row for each customer with {roster} and day, as known before the day begins."
        if roster
        else "One row for each customer and day, as known before the day begins.",
        shape=Shape(key=CUSTOMER_KEY, columns=(DAY, CUSTOMER, *columns)),
    )


def scores(spec: Model, project: Project) -> LakeTable:
    """The daily scores of a model."""
    curve = (
        *((f"survival_{t}d", pa.float64(), f"the probability that it has not happened by day {t}") for t in spec.horizons_days),
        ("median_days", pa.float64(), "the day by which it is as likely as not; null where the curve stays above one half"),
    )
    return LakeTable(
        name=stage_table(spec, SCORES),
        meaning=f"By the champion of {spec.name}, for {spec.population.in_words}.",
        shape=Shape(
            key=CUSTOMER_KEY,
            columns=(
                ("day", pa.date32(), "the scored day"),
                CUSTOMER,
                ("score", pa.float64(), spec.score_means),
                ("band", pa.string(), "high, medium or low, by limits that are fixed with the model"),
                ("reasons", pa.list_(pa.string()), "of the high band, the inputs that raise the score most, in words"),
                *(curve if spec.kind is Kind.SURVIVAL else ()),
                ("model_digest", pa.string(), "the model that scored, SHA-256"),
                ("features_digest", pa.string(), "the content of the day's inputs, SHA-256"),
                *((CONSENT_COLUMN,) if project.consents is not None else ()),
            ),
        ),
    )


def drift(spec: Model) -> LakeTable:
    """How inputs and scores moved."""
    meaning = f"How the inputs and the scores of {spec.name} moved, against the rows that its champion was fitted on."
    return LakeTable(name=stage_table(spec, DRIFT), meaning=meaning, shape=DRIFT_ROWS)


def performance(spec: Model) -> LakeTable:
    """What became of the scores."""
    days = spec.score_horizon_days
    after = f"once {counted(days, 'day', 'days')} had passed" if days else "as the scoring day itself tells"
    meaning = f"What became of the scores of {spec.name}, {after}."
    if spec.foresees.is_looked_back:
        meaning = f"Empty: {spec.name} speaks of what lies before the scoring day, so nothing later says how good a score was."
    return LakeTable(name=stage_table(spec, PERFORMANCE), meaning=meaning, shape=PERFORMANCE_ROWS)


def _of_contract(column: Column) -> str:
    """The meaning of a contract's column, with its unit and why a bound is right."""
    return " ".join(filter(None, [column.meaning, column.unit and f"({column.unit})", column.because and f"– {column.because}"]))


def _of_measure(measure: Measure) -> str:
    """What a value of the roll-up is."""
    value, name = measure.value, spoken(measure.name)
    if value.adds is Adds.ROWS:
        return f"{name}: how many rows of the day"
    if value.adds is Adds.DISTINCT:
        return f"{name}: how many different ones on the day"
    unit = value.unit if value.unit != "count" else "whole numbers"
    kept = f"{unit}, times ten to the power {value.decimals}" if value.decimals and value.unit != "cents" else unit
    return f"{name}: the sum of the day, in {kept}; returns lower it"


def _kind(feature: Feature) -> pa.DataType:
    """The type in which a feature is kept."""
    return pa.string() if feature.is_category else pa.float64()
