"""Whether people's words are contradicted by a figure of the same card; what can be checked without understanding them.

Typed figures are refused elsewhere (`wording.py`). A contradicted statement counts as none: the field is missing, the gate that
asks for a complete card says why, and the card shows it.
"""

import re
from collections.abc import Mapping
from typing import Any

_CALIBRATION_STEP = re.compile(
    r"\b(is|are) then calibrated\b|\bcalibration (comes|is applied|follows|keeps)\b|\bafter (the )?calibration\b", re.IGNORECASE
)
_NO_CENSORING = re.compile(r"\bnothing is censored\b|\bnobody is censored\b", re.IGNORECASE)


def contradiction(text: str, tree: Mapping[str, Any]) -> str:
    """What of a statement the evidence contradicts; empty where nothing is found."""
    if tree["model"]["calibration_method"] == "none" and (found := _CALIBRATION_STEP.search(text)):
        return f"the statement says “{found[0]}”, and no calibration was applied"
    if tree["evaluation"]["censored_rate"] > 0 and (found := _NO_CENSORING.search(text)):
        return f"the statement says “{found[0]}”, and some test rows are"
    return ""
