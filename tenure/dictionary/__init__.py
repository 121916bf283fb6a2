"""The data dictionary of a company, as data: its sources, histories, inputs, models and tables, and which is made of which.

Everything follows from what the company's folder declares; nothing is run, read or typed. How it looks is `model_cards/`'s.
"""

from tenure.dictionary.entries import (
    ColumnEntry,
    Dictionary,
    HistoryEntry,
    InputEntry,
    LandedEntry,
    ModelEntry,
    PartEntry,
    RuleEntry,
    SourceEntry,
)
from tenure.dictionary.whole import dictionary_of

__all__ = [
    "ColumnEntry",
    "Dictionary",
    "HistoryEntry",
    "InputEntry",
    "LandedEntry",
    "ModelEntry",
    "PartEntry",
    "RuleEntry",
    "SourceEntry",
    "dictionary_of",
]
