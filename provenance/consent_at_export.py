"""Consent at export: whom an export made now of an older day leaves out, and whom one made at any time since left out."""

from collections.abc import Iterator
from datetime import date

import pyarrow as pa

from home.workplace import Workplace
from provenance.consent import Asking, known_until, open_register, purpose_of
from provenance.consent_heard import require_heard
from provenance.delivered import Delivered
from tenure.consent.rule import ORDER, allows
from tenure.history.prepared import CUSTOMER
from tenure.purposes import Purpose
from tenure.specs import Model


def left_out_now(delivered: Delivered, rows: pa.Table) -> frozenset[str]:
    """Those of the scored customers whose scores may be handed out no longer: who has withdrawn or objected since.

    Raises
    ------
    RefusedError: when the model's purpose is not approved as it is declared now, consents included: else whoever takes their
        declaration away would hand out who objected. ConsentError: where what people said is withheld.
    """
    delivered.workplace.promotions.require_purpose(delivered.spec.name)
    require_heard(delivered.workplace)
    return no_longer_used(delivered.workplace, delivered.spec, rows, delivered.day)


def no_longer_used(workplace: Workplace, spec: Model, rows: pa.Table, day: date) -> frozenset[str]:
    """Those of the customers scored on a day of whom a model's purpose may use nothing any more, as is known now."""
    register = open_register(workplace)
    if register is None:
        return frozenset()
    with register.asking() as asking:
        return _left_out(asking, rows, purpose_of(workplace.project, spec), known_until(workplace, register), day)


def left_out_since(delivered: Delivered, rows: pa.Table) -> Iterator[frozenset[str]]:
    """Each set of customers that an export left out, from the day on to now; sets that repeat once."""
    register = open_register(delivered.workplace)
    if register is None:
        return
    told = {day for name in register.tables for day in register.days(name) if day > delivered.day}
    days = sorted({*told, *(day for day in (known_until(delivered.workplace, register),) if day > delivered.day)}, reverse=True)
    seen: set[frozenset[str]] = set()
    with register.asking() as asking:
        for day in days:
            found = _left_out(asking, rows, _purpose(delivered), day, delivered.day)
            if found not in seen:
                seen.add(found)
                yield found


def _purpose(delivered: Delivered) -> Purpose:
    """For what the model is."""
    return purpose_of(delivered.workplace.project, delivered.spec)


def _left_out(asking: Asking, rows: pa.Table, purpose: Purpose, on: date, asked_on: date) -> frozenset[str]:
    """Customers who may not be used as of a day."""
    states = asking.states(rows, purpose, on=on, asked_on=asked_on)
    pairs = zip(states[CUSTOMER].to_pylist(), states["state"].to_pylist(), strict=True)
    return frozenset(one for one, state in pairs if not allows(purpose, ORDER[state]))
