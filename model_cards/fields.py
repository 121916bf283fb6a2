"""The fields of a card as data: what must be said, by whom, in which section, and which text asks for it.

What fills a field from evidence is in `facts.py`; the sources abbreviate the papers, laws and standards listed in `SOURCES`.
"""

from dataclasses import dataclass
from enum import StrEnum

SOURCES = {
    "M": "Mitchell et al. (2019), Model Cards for Model Reporting, by section",
    "A4": "EU AI Act, Annex IV, by point",
    "Art": "EU AI Act, by article",
    "SR": "US bank guidance on model risk, SR 26-2 (before it SR 11-7)",
    "N": "NIST AI Risk Management Framework 1.0",
    "I": "ISO/IEC 42001, Annex A",
    "L": "New York City Local Law 144, rules",
    "D": "Gebru et al., Datasheets for Datasets",
    "GDPR": "EU General Data Protection Regulation, by article",
    "CCPA": "California Consumer Privacy Act, rules on automated decisions",
    "EDPB": "European Data Protection Board, Opinion 28/2024",
}


class Fill(StrEnum):
    """Who fills a field."""

    PIPELINE = "pipeline"
    HUMAN = "human"
    BOTH = "both"


@dataclass(frozen=True)
class Field:
    """One field of the card; `section` is the id of the page section that shows it."""

    number: int
    key: str
    title: str
    section: str
    fill: Fill
    sources: tuple[str, ...]

    @property
    def needs_statement(self) -> bool:
        """Whether a person must say something."""
        return self.fill is not Fill.PIPELINE

    @property
    def needs_facts(self) -> bool:
        """Whether evidence must say something."""
        return self.fill is not Fill.HUMAN


P, H, B = Fill.PIPELINE, Fill.HUMAN, Fill.BOTH

FIELDS = (
    Field(1, "identity", "Name, version, digest, card schema", "evidence", P, ("M 4.1", "A4 1(a)", "SR inventory")),
    Field(2, "ownership", "Owner, developer, contact, provider", "limits", H, ("M 4.1", "A4 1(a)", "N GOVERN 2.1", "I A.3.2")),
    Field(3, "target", "Model type, target, horizon, time origin, censoring", "training", B, ("M 4.1", "A4 2(b)", "SR")),
    Field(4, "algorithm", "Algorithm, parameters, objective, seed", "evidence", P, ("M 4.1", "A4 2(b)")),
    Field(5, "code_and_environment", "Code, environment, packages, licences", "evidence", P, ("M 4.1", "A4 1(c)", "I A.4.4")),
    Field(6, "compute", "Compute used, time, energy", "evidence", P, ("A4 2(c)", "N MEASURE 2.12")),
    Field(7, "intended_use", "Intended use and users", "limits", H, ("M 4.2", "A4 1(a)", "N MAP 1.1", "I A.9.4")),
    Field(8, "out_of_scope", "Out of scope and foreseeable misuse", "limits", H, ("M 4.2", "Art 13(3)(b)")),
    Field(
        9, "human_oversight", "Decision affected, automation, human oversight", "limits", H, ("Art 14", "A4 2(e), 3", "N MAP 3.5")
    ),
    Field(10, "risk_tier", "Risk tier and legal determination", "limits", H, ("A4", "SR materiality", "CCPA")),
    Field(11, "purpose_and_basis", "Purpose, lawful basis, impact assessment", "limits", B, ("GDPR 5, 6, 35", "I A.5")),
    Field(12, "consent_coverage", "Consent coverage", "training", P, ("GDPR 7", "D collection")),
    Field(13, "retention", "Retention of data, features, scores, model", "after", B, ("GDPR 5(1)(e)", "CCPA")),
    Field(14, "erasure", "Erasures since training, retraining due", "after", P, ("GDPR 17", "EDPB")),
    Field(15, "training_data", "Training data", "training", P, ("M 4.6", "A4 2(d)", "D composition")),
    Field(
        16,
        "provenance",
        "Collection, provenance, preparation, labelling",
        "training",
        B,
        ("D", "A4 2(d)", "Art 10", "I A.7.3-A.7.6"),
    ),
    Field(17, "data_quality", "Data quality, quarantine, missing values", "training", P, ("Art 10(3)", "I A.7.4", "SR")),
    Field(18, "known_gaps", "Known gaps and representativeness", "training", H, ("Art 10(2)(h)", "M 4.6", "D")),
    Field(19, "features", "Inputs, meaning, lineage, direction", "inputs", B, ("A4 2(b)", "SR")),
    Field(20, "protected_attributes", "Protected attributes and declared proxies", "groups", B, ("M 4.3", "Art 10(5)", "L")),
    Field(21, "evaluation_data", "Evaluation data and why", "predicts", B, ("M 4.5", "A4 2(g)")),
    Field(22, "metrics", "Metrics and why these", "predicts", B, ("M 4.4", "A4 4")),
    Field(23, "results", "Results with intervals", "predicts", P, ("M 4.7", "A4 2(g)", "N MEASURE 2.3")),
    Field(24, "calibration", "Calibration", "probabilities", P, ("Art 15", "SR outcomes analysis")),
    Field(25, "group_results", "Results by group and pair of groups", "groups", P, ("M 4.3, 4.7", "A4 3")),
    Field(26, "selection_rates", "Selection by group, impact ratio, unknown group", "groups", P, ("L",)),
    Field(27, "fairness", "Gaps between groups, fairness aim and why", "groups", B, ("N MEASURE 2.11", "M 4.8")),
    Field(28, "benchmarks", "Benchmarks: champion, baseline, no model", "predicts", P, ("SR benchmarking", "N MEASURE 2.13")),
    Field(29, "robustness", "Robustness: drift and missing inputs", "after", P, ("Art 15", "N MEASURE 2.7")),
    Field(30, "explanation", "Explanation method and its limits", "inputs", B, ("SR", "Art 13", "N MEASURE 2.9")),
    Field(31, "privacy_tests", "Privacy tests of the model", "limits", P, ("N MEASURE 2.10", "EDPB")),
    Field(32, "security", "Security tests, signatures, advisories", "evidence", P, ("Art 15(5)", "A4 2(h)", "N MEASURE 2.7")),
    Field(33, "limitations", "Assumptions and limitations", "limits", H, ("M 4.9", "SR", "A4 3")),
    Field(34, "ethics", "Affected people and harms considered", "limits", H, ("M 4.8", "N MAP 5.1", "I A.5.4")),
    Field(35, "residual_risk", "Risk measures and what risk is left", "limits", H, ("A4 5", "Art 9", "N MANAGE 1.4")),
    Field(36, "thresholds", "Threshold, capacity and cost assumptions", "groups", B, ("M 4.4", "SR")),
    Field(37, "independent_validation", "Independent validation", "limits", H, ("SR effective challenge", "I A.6.2.4")),
    Field(38, "gates", "Gate results", "evidence", P, ("A4 2(g)", "I A.6.2.4")),
    Field(39, "approvals", "Approvals", "evidence", P, ("SR governance", "N GOVERN 2.3")),
    Field(40, "monitoring", "Monitoring, limits, action at breach", "after", B, ("A4 9", "Art 72", "N MANAGE 4.1", "I A.6.2.6")),
    Field(41, "logging", "Log events kept", "after", P, ("Art 12, 19", "I A.6.2.8")),
    Field(42, "changes", "Changes since the champion, changes foreseen", "changes", B, ("A4 2(f), 6",)),
    Field(43, "standards", "Standards applied and deviations", "limits", H, ("A4 7",)),
    Field(44, "instructions", "Instructions, review date, retirement", "after", H, ("Art 13", "A4 1(h)", "N GOVERN 1.7", "SR")),
)

BY_KEY = {field.key: field for field in FIELDS}

# Field number -> the work that will fill it. Every other field must be filled, or carry a reason why it does not apply.
MAY_BE_NOT_YET_ASSESSED = {
    11: "the purpose registry",
    12: "consents, once the company declares where they are told",
    13: "retention classes and their receipts",
    14: "erasure requests and tombstones",
    31: "the privacy tests of released models",
    37: "the review room, where a validator who did not build the model reports",
}

# Field number -> what part of a filled field is open, why, and what will fill it.
IN_PART_NOT_YET_ASSESSED = {
    6: "energy was not metered, for a process cannot read the power meter of the machine that it shares, and an estimate from "
    "seconds and threads would rest on a wattage that nobody measured; filled by a meter on the machine that trains",
    32: "the installed packages were not looked up in a database of known faults, which takes a network that training does not "
    "have, and the libraries that read the model were not attacked by us; filled by an advisory scan of the bill of materials",
}

# The keys under which every spec's narrative owes a statement (or a reason why the field does not apply).
REQUIRED_STATEMENTS = tuple(f.key for f in FIELDS if f.needs_statement and f.number not in MAY_BE_NOT_YET_ASSESSED)
