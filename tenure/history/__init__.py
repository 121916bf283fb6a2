"""What the sources of a company mean: what happens (`Events`), what is (`States`), what runs (`Intervals`), who was contacted.

A project's `history.py` declares these; features, outcomes and populations are made of them. How rows of a source become days of
a history is `roll_up.py`'s; what of it was known on a day, `known.py`'s, which is the only door.
"""

from tenure.history.events import Events
from tenure.history.intervals import Contacts, Intervals
from tenure.history.measures import Measure, SetOf, cents, distinct_of, number, rows, whole
from tenure.history.sources import LookUp
from tenure.history.states import Fact, States

History = Events | States | Intervals | Contacts

__all__ = [
    "Contacts",
    "Events",
    "Fact",
    "History",
    "Intervals",
    "LookUp",
    "Measure",
    "SetOf",
    "States",
    "cents",
    "distinct_of",
    "number",
    "rows",
    "whole",
]
