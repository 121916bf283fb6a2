"""A challenger that the gates judge: its evidence, and the reference that its inputs and scores will be held against."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from tenure.canonical import record_reader
from tenure.drift import DriftReference
from tenure.evidence import Evidence

_EVIDENCE, REFERENCE, _BEGUN = "evidence.json", "reference.json", "n_erasures.json"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What the stages after the decision read; the reference is built once, from the fit rows.

    `n_erasures` is how many erasures had ended when the rows of training were read; None where that is not known.
    """

    evidence: Evidence
    reference: DriftReference
    n_erasures: int | None = None

    def to_files(self) -> dict[str, bytes]:
        """All as JSON, for the next stage."""
        evidence = record_reader(Evidence).dump_json(self.evidence)
        return {_EVIDENCE: evidence, REFERENCE: self.reference.to_json(), _BEGUN: json.dumps(self.n_erasures).encode()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Read what `to_files` wrote."""
        evidence = record_reader(Evidence).validate_json(files[_EVIDENCE])
        n_erasures = json.loads(files.get(_BEGUN, b"null"))
        return cls(evidence=evidence, reference=DriftReference.from_json(files[REFERENCE]), n_erasures=n_erasures)
