"""Following up: urge, supervise, suggest, remind, visit again. None of it changes the state but rework."""

from followup.actions.letters import urge_unit
from followup.actions.reminding import remind, remind_promise, tell_deputies
from followup.actions.suggesting import answer_suggestion, close_suggestion, suggest
from followup.actions.supervising import close_supervision, give_feedback, return_feedback, supervise
from followup.actions.urging import urge
from followup.actions.visiting import draw, open_linked, record_return_visit, rework

__all__ = [
    "answer_suggestion",
    "close_suggestion",
    "close_supervision",
    "draw",
    "give_feedback",
    "open_linked",
    "record_return_visit",
    "remind",
    "remind_promise",
    "return_feedback",
    "rework",
    "suggest",
    "supervise",
    "tell_deputies",
    "urge",
    "urge_unit",
]
