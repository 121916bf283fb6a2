"""What a notebook asked, as a company would declare it: one source, one history, the standard features and one model.

A company's own files that say the same give the same model, bit for bit; only how the rows come differs.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

import pyarrow as pa

from tenure.contracts import Column, Files, PersonalData, SetAside, Source
from tenure.errors import SpecError
from tenure.features import standard
from tenure.history import Events, cents, number, rows, whole
from tenure.history.measures import Value
from tenure.notebook import Asked
from tenure.outcomes import any_of, none_of
from tenure.populations import had
from tenure.project import Project
from tenure.received.casting import FITTING, NUMBER, TEXT, TRUTH, WHOLE, kind_of
from tenure.specs import Model, with_features

NAME, SOURCE, CUSTOMER, HAPPENED, AMOUNT = "notebook", "events", "customer_id", "happened_at", "amount"
OUTCOMES = {"none_of": none_of, "any_of": any_of}
# What of a row may be summed or counted, by what its column holds.
_KINDS: Mapping[str, type[str] | type[int] | type[float] | type[bool]] = {TEXT: str, WHOLE: int, NUMBER: float, TRUTH: bool}


def source_of(asked: Asked, schema: pa.Schema) -> Source:
    """The contract of the rows.

    Parameters
    ----------
    schema: the columns as they came; an attribute is what its column holds, the amount a number.

    Raises
    ------
    SpecError: when a column holds what it cannot be used as.
    """
    if faults := tuple(_faults(asked, schema)):
        raise SpecError(*faults)
    columns = [
        Column(CUSTOMER, str, meaning="customer", received_as=asked.customer, nullable=True, personal=PersonalData.PSEUDONYM),
        Column(HAPPENED, datetime, meaning="when", received_as=asked.time, personal=PersonalData.BEHAVIOUR),
    ]
    if asked.amount:
        columns.append(
            Column(
                AMOUNT, float, meaning="what was paid", received_as=asked.amount, nullable=True, personal=PersonalData.BEHAVIOUR
            )
        )
    for name, plain in plain_names(asked).items():
        kind = _KINDS[kind_of(schema.field(name).type)]
        columns.append(Column(plain, kind, meaning=name, received_as=name, nullable=True, personal=PersonalData.BEHAVIOUR))
    return Source(
        name=SOURCE,
        grain=f"one row of {asked.noun}s",
        key=("row",),
        event_time=HAPPENED,
        columns=tuple(columns),
        reader=Files(pattern="{day}.parquet"),
        owner="notebook",
        set_aside=(SetAside("no_customer", f"{CUSTOMER} IS NULL", "it names no customer"),),
        zone=asked.zone,
        limitation="It is a data frame of a notebook: nobody has received or approved these rows.",
    )


def history_of(asked: Asked, source: Source) -> Events:
    """What the rows mean: what was paid, and of each attribute its sum or its different words."""
    values: dict[str, Value] = {"spend": cents(AMOUNT)} if asked.amount else {}
    sets = {}
    for plain in plain_names(asked).values():
        kind = source.column(plain).dtype
        if kind is str:
            sets[plain] = plain
        else:
            values[plain] = whole(plain) if kind is int else rows(where=plain) if kind is bool else number(plain, decimals=2)
    return Events(SOURCE, noun=asked.noun, values=values, sets=sets, returns=f"{AMOUNT} < 0" if asked.amount else "")


def project_of(asked: Asked, source: Source, *, first_day: date, as_of: date) -> tuple[Project, Model]:
    """The company, and its one model with its inputs.

    Raises
    ------
    SpecError: for a window or an outcome that cannot be.
    """
    history = history_of(asked, source)
    features = standard(history)
    plain = Model(
        name=f"{asked.outcome}_{asked.within_days}d",
        owner="notebook",
        population=had(history, within_days=asked.active_within_days),
        foresees=OUTCOMES[asked.outcome](history, within_days=asked.within_days),
    )
    model = with_features(plain, features)
    project = Project(
        name=NAME,
        title="A notebook",
        first_day=first_day,
        last_day=as_of - timedelta(days=1),
        known_as=asked.customer,
        authors={},
        purposes=(),
        sources=(source,),
        histories=(history,),
        features=features,
        models=(model,),
    )
    return project, model


def plain_names(asked: Asked) -> dict[str, str]:
    """For each attribute the name under which features and SQL know it: small letters, digits and underscores."""
    found: dict[str, str] = {}
    for name in asked.attributes:
        plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_") or "attribute"
        plain = f"attribute_{plain}" if not plain[0].isalpha() or plain in (CUSTOMER, HAPPENED, AMOUNT, "spend", "row") else plain
        taken = sum(held == plain or held.startswith(f"{plain}_again") for held in found.values())
        found[name] = f"{plain}_again{taken}" if taken else plain
    return found


def _faults(asked: Asked, schema: pa.Schema) -> Iterator[str]:
    """Arguments that cannot work, all of them."""
    kinds = {name: kind_of(schema.field(name).type) for name in schema.names}
    if kinds[asked.time] not in (TEXT, *FITTING[datetime]):
        yield f"Column {asked.time!r} holds {_many(kinds[asked.time])}; expected times, or text that says when. Convert it first."
    if kinds[asked.customer] not in (TEXT, WHOLE, NUMBER):
        yield f"Column {asked.customer!r} holds {_many(kinds[asked.customer])}; expected what names customers, text or numbers."
    if asked.amount and kinds[asked.amount] not in (TEXT, *FITTING[float]):
        yield f"Column {asked.amount!r} holds {_many(kinds[asked.amount])}; expected amounts."
    for name in asked.attributes:
        if kinds[name] not in _KINDS:
            yield f"The attribute {name!r} holds {_many(kinds[name])}; expected text, numbers or truth values. Leave it out."
    if asked.outcome not in OUTCOMES:
        yield f"outcome is {asked.outcome!r}; expected one of {', '.join(map(repr, OUTCOMES))}."
    for argument, days in (("within_days", asked.within_days), ("active_within_days", asked.active_within_days)):
        if not isinstance(days, int) or not 1 <= days <= 365:
            yield f"{argument} is {days!r}; expected a whole number of days from 1 to 365."


def _many(kind: str) -> str:
    """A kind of values, in the plural."""
    return {NUMBER: "numbers", WHOLE: "whole numbers", "nothing": "nothing", "other": "something else"}.get(kind, f"{kind}s")
