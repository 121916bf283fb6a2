"""The visits of the expectations' tests, to be judged here too."""

from tests.unit.expectations.conftest import deliver, rows, validated, visits

__all__ = ["deliver", "rows", "validated", "visits"]
