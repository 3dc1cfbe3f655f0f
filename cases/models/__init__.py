"""Rows of a matter. ``state`` is written by cases/workflow.py alone."""

from cases.models.correcting import Correction
from cases.models.handling import Assignment, Clock, Delivery, Extension, Report
from cases.models.matter import Case, CaseQuerySet, CaseVisit, Holding, Interest
from cases.models.meetings import Hearing, Investigation, Meeting, Settlement
from cases.models.reference import CalendarYear, Holiday, Routing

__all__ = [
    "Assignment",
    "CalendarYear",
    "Case",
    "CaseQuerySet",
    "CaseVisit",
    "Clock",
    "Correction",
    "Delivery",
    "Extension",
    "Hearing",
    "Holding",
    "Holiday",
    "Interest",
    "Investigation",
    "Meeting",
    "Report",
    "Routing",
    "Settlement",
]
