"""A challenger that the gates judge: its evidence, and the reference that its inputs and scores will be held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from tenure.canonical import record_reader
from tenure.drift import DriftReference
from tenure.evidence import Evidence

_EVIDENCE, REFERENCE = "evidence.json", "reference.json"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What the stages after the decision read; the reference is built once, from the fit rows."""

    evidence: Evidence
    reference: DriftReference

    def to_files(self) -> dict[str, bytes]:
        """Both as JSON, for the next stage."""
        return {_EVIDENCE: record_reader(Evidence).dump_json(self.evidence), REFERENCE: self.reference.to_json()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Read what `to_files` wrote."""
        evidence = record_reader(Evidence).validate_json(files[_EVIDENCE])
        return cls(evidence=evidence, reference=DriftReference.from_json(files[REFERENCE]))
