"""The contract of a source: what one row is, how it comes, when it was known, and what its values may be.

A source is data. What follows from it (raw asset, suite, tables, data dictionary, checks) is derived elsewhere: rules become
expectations in `expectations/`, readers are carried out in `adapters/readers/`, what is received is read in `tenure/received/`.
"""

from tenure.contracts.column import HELD, USUALLY, Column, DTypes, PersonalData
from tenure.contracts.column_table import columns_of
from tenure.contracts.derived import SetAside
from tenure.contracts.readers import Cumulative, Files, PackageTables, Query, Reader, Snapshots
from tenure.contracts.source import ROW, Available, Rule, Source
from tenure.contracts.text import NULL_WORDS, Text
from tenure.contracts.volume import Volume
from tenure.contracts.weekdays import Weekdays

__all__ = [
    "HELD",
    "NULL_WORDS",
    "ROW",
    "USUALLY",
    "Available",
    "Column",
    "Cumulative",
    "DTypes",
    "Files",
    "PackageTables",
    "PersonalData",
    "Query",
    "Reader",
    "Rule",
    "SetAside",
    "Snapshots",
    "Source",
    "Text",
    "Volume",
    "Weekdays",
    "columns_of",
]
