"""The step of the walk that says under which consent a score was made, and whether it still stands."""

import pyarrow as pa

from adapters.lake import changed_contents
from provenance.consent import Register, known_until, open_register
from provenance.consent_at_scoring import Consented
from provenance.delivered import Delivered
from provenance.recorded_steps import key_of
from provenance.step import Found
from tenure.consent.rule import ORDER, State, allows
from tenure.history.prepared import CUSTOMER
from tenure.people.ledger import TABLE as PEOPLE
from tenure.scoring import CONSENT


def consent_step(delivered: Delivered, customer: str) -> Found:
    """What the row says, which version of which tables it rests on, whether these are as recorded, and how it stands now."""
    consented = delivered.consented
    if consented is None:
        return Found(words="No consents were declared when the day was scored.", verified=True)
    changed = [name for name in consented.register.tables if _is_changed(delivered, consented.register, name)]
    versions = ", ".join(f"version {version} of {name}" for name, version in _versions(consented.register))
    record = f"NOT as recorded: {', '.join(changed)}." if changed else "each day is as recorded."
    return Found(
        verified=not changed,
        words=f"Scored for {consented.purpose.name} under: {delivered.row(customer)[CONSENT]}, as known on {delivered.day} and "
        f"until {consented.until} ({versions}; {record}) {_stands(delivered, consented, customer)}",
    )


def _versions(register: Register) -> list[tuple[str, int]]:
    """The versions that were read."""
    return [(name, table.version) for name, table in register.tables.items() if not isinstance(table, pa.Table)]


def _is_changed(delivered: Delivered, register: Register, name: str) -> bool:
    """Whether rows of a table are neither as recorded nor rewritten for an erasure."""
    table, erasures = register.tables[name], delivered.shelf.erasures
    if isinstance(table, pa.Table) or table.delta is None:
        return False
    key = key_of(table) if name == PEOPLE else register.key_of(name)
    return bool(changed_contents(table, register.days(name), key, now=lambda day, digest: erasures.now(name, day, digest)))


def _stands(delivered: Delivered, consented: Consented, customer: str) -> str:
    """How the person stands as far as anything is known now."""
    workplace = delivered.workplace
    register = open_register(workplace)
    if register is None:
        return "The company declares no consents any more."
    known = known_until(workplace, register)
    with register.asking() as asking:
        asked = pa.table({CUSTOMER: [customer]})
        state = ORDER[asking.states(asked, consented.purpose, on=known, asked_on=delivered.day)["state"][0].as_py()]
    if allows(consented.purpose, state):
        return "It still stands."
    return "It stands no longer: no record is left of it." if state is State.NONE else f"It stands no longer: {state} since."
