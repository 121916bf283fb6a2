"""Records in the form in which they were signed before they named all that they name now.

A log keeps what was signed, so each form is read for good, as a record of its day: what it did not name is None. Nothing new is
signed in an earlier form, and none may follow one of the present form (`governance/rules/forms.py`).
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from governance.records.signing import Envelope
from tenure.canonical import canonical, decode, read_canonical
from tenure.refusals import Refusal, refused

T = TypeVar("T")
PRESENT = ".v2+json"


def is_earlier(payload_type: str, present: str) -> bool:
    """Whether a payload type is the earlier form of a present one."""
    return payload_type == present.replace(PRESENT, "+json") != present


def form_of(envelope: Envelope, present: str) -> str:
    """The payload type that an envelope must have: the present one, or its earlier form if it has that."""
    return envelope.payload_type if is_earlier(envelope.payload_type, present) else present


def decode_form(kind: type[T], envelope: Envelope, *, present: str, added: Sequence[str], what: str) -> T:
    """Read a record of the present form, or of the earlier one, in which everything in `added` is missing and becomes None.

    Parameters
    ----------
    added: paths of what the present form names besides, such as `subject.installation`.

    Raises
    ------
    RefusedError: when the bytes are not the one spelling of either form.
    """
    was = is_earlier(envelope.payload_type, present)
    content = read_canonical(envelope.payload, what=what)
    for path in added:
        *way, name = path.split(".")
        holder = _at(content, way)
        if was and name not in holder:
            holder[name] = None
        elif was or holder.get(name) is None:
            raise refused(
                Refusal.NOT_CANONICAL,
                f"Expected {what} {'without' if was else 'that names its'} {name}, as {envelope.payload_type} has it. "
                "It was edited, or written by another version of Tenure: restore it, or upgrade.",
            )
    return decode(kind, canonical(content) if was else envelope.payload, what=what)


def _at(content: dict[str, Any], way: Sequence[str]) -> dict[str, Any]:
    """The object within; an empty one where there is none, for decoding to refuse."""
    for name in way:
        found = content.get(name)
        content = found if isinstance(found, dict) else {}
    return content
