"""The code location of a company without a `definitions.py` of its own: each attribute of this module is a company's definitions.

A company that adds assets of its own to Dagster writes that file, and `tenure up` serves what is in it.
"""

import dagster as dg

from pipelines.definitions import build_definitions


def __getattr__(company: str) -> dg.Definitions:
    """The definitions of the company in the folder `projects/<company>`."""
    if company.startswith("_"):
        raise AttributeError(company)
    return build_definitions(f"projects.{company}")
