"""Rows of a matter. ``state`` is written by cases/workflow.py alone."""

from cases.models.codes import QueryCode
from cases.models.correcting import Correction
from cases.models.handling import Assignment, Clock, Delivery, Extension, Report
from cases.models.matter import Case, CaseQuerySet, CaseVisit, Holding, Interest
from cases.models.meetings import Hearing, Investigation, Meeting, Settlement
from cases.models.reference import CalendarYear, Holiday, Routing
from cases.models.saved import SavedView, SavedViewQuerySet
from cases.models.words import CaseWords

__all__ = [
    "Assignment",
    "CalendarYear",
    "Case",
    "CaseQuerySet",
    "CaseVisit",
    "CaseWords",
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
    "QueryCode",
    "Report",
    "Routing",
    "SavedView",
    "SavedViewQuerySet",
    "Settlement",
]
