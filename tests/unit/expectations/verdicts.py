"""What tests of batches ask of a validation."""

from collections.abc import Callable
from datetime import date

from tenure.contracts import Source
from tenure.validation import DayVerdict, Validation

KEY, FIRST_KEY, FIRST_DAY = date(2020, 3, 5), date(2020, 1, 2), date(2020, 1, 1)
Rows = dict[str, list[object]]
MakeRows = Callable[..., Rows]
Validate = Callable[..., Validation]
MakeSource = Callable[..., Source]


def only(validation: Validation) -> DayVerdict:
    """The verdict of a validation of one day."""
    (day,) = validation.days
    return day
