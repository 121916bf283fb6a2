"""The walk from one delivered score back to the bytes that were received, each step checked again as it is taken.

A step that does not hold says so, and the walk goes on with what can still be read. What stands behind a day is gathered in
`delivered.py`; the score itself is `score_step.py`, what rests on the promotion log `signed_steps.py`, and what is in the lake
and the raw store `recorded_steps.py`. Making scores or models again is `replay.py` and `rebuild.py`.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from adapters.lake import OpenTable
from provenance.consent_step import consent_step
from provenance.delivered import Delivered
from provenance.lineage import VALIDATED
from provenance.recorded_steps import features_step, key_of, lineage_step, raw_step, table_step, training_set_step
from provenance.score_step import score_step
from provenance.signed_steps import approvals_step, card_step, model_step, promotion_step, statement_step
from provenance.step import Step, to_take, why_not
from tenure.people.ledger import TABLE as LEDGER

# What is looked at whoever is asked about, in order.
_OF_THE_DAY = {
    "Model": model_step,
    "Statement": statement_step,
    "Approvals": approvals_step,
    "Promotion": promotion_step,
    "Card": card_step,
    "Training set": training_set_step,
    "Features": features_step,
    "Lineage": lineage_step,
}


def steps_to_take(delivered: Delivered, customer: str) -> list[Callable[[], Step]]:
    """The steps of the walk from a customer's score back to the bytes received, none of them taken yet."""
    return [
        to_take("Score", partial(score_step, delivered, customer)),
        *(to_take(title, partial(look, delivered)) for title, look in _OF_THE_DAY.items()),
        *([to_take("Consent", partial(consent_step, delivered, customer))] if delivered.workplace.project.consents else []),
        *_roll_ups(delivered),
        *_sources(delivered, customer),
    ]


def _roll_ups(delivered: Delivered) -> Iterator[Callable[[], Step]]:
    """The days of each history of events that the features were made from."""
    try:
        tables = delivered.inputs
    except Exception as error:  # the same edge as a step's
        reason = why_not(error)
        yield lambda: Step(title="Roll-ups", words=reason, verified=False)
        return
    for name, table in tables.items():
        if not name.startswith(VALIDATED):
            title = "People" if name == LEDGER else f"Roll-up {name}"
            yield to_take(title, partial(table_step, delivered, table, key_of(table)))


def _of_consent(delivered: Delivered) -> Mapping[str, OpenTable]:
    """The validated tables that told of consent before the day."""
    register = delivered.consented and delivered.consented.register
    if not register:
        return {}
    told = {name: table for name, table in register.tables.items() if isinstance(table, OpenTable) and name.startswith(VALIDATED)}
    return {name: table for name, table in told.items() if any(day <= delivered.day for day in register.days(name))}


def _sources(delivered: Delivered, customer: str) -> Iterator[Callable[[], Step]]:
    """The validated rows of each source, then the bytes that they came from."""
    try:
        tables = {**delivered.validated, **_of_consent(delivered)}
    except Exception as error:  # the same edge as a step's
        reason = why_not(error)
        yield lambda: Step(title="Validated", words=reason, verified=False)
        return
    for name, table in tables.items():
        source = delivered.workplace.project.source(name.removeprefix(VALIDATED))
        yield to_take(f"Validated {source.name}", partial(table_step, delivered, table, source.key))
    for name, table in tables.items():
        yield to_take(f"Raw {name.removeprefix(VALIDATED)}", partial(raw_step, delivered, table, customer))
