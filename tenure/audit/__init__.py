"""The bias audit: its records, who is compared (`groups`), how surely (`intervals`), with what verdict (`disparities`)."""

from tenure.audit.disparities import AuditLines, CalibrationReference
from tenure.audit.records import UNKNOWN, AttributeAudit, AuditReport, Disparity, GroupFigures, Verdict, overall
from tenure.audit.report import audit

__all__ = [
    "UNKNOWN",
    "AttributeAudit",
    "AuditLines",
    "AuditReport",
    "CalibrationReference",
    "Disparity",
    "GroupFigures",
    "Verdict",
    "audit",
    "overall",
]
