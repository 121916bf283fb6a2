"""The bias audit: its records, who is compared (`groups`), how surely (`intervals`), with what verdict (`disparities`)."""

from tenure.audit.lines import UNKNOWN, USUAL_LINES, AuditLines, CalibrationReference
from tenure.audit.records import AttributeAudit, AuditReport, Disparity, GroupFigures, Verdict, overall
from tenure.audit.report import audit

__all__ = [
    "UNKNOWN",
    "USUAL_LINES",
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
