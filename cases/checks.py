"""Start-up checks: the policy files load, and the table names only what exists."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from accounts.roles import holders
from cases import policy
from cases.choices import State
from cases.workflow import STEPS
from documents.choices import PAPER_KINDS


@register()
def policy_is_complete(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """cases.E001: a policy file is incomplete. cases.E002: a category names an unknown paper."""
    try:
        loaded = [policy.deadlines(), policy.categories(), policy.grounds(), policy.routes(), policy.verdicts()]
    except policy.PolicyError as error:
        return [Error(str(error), id="cases.E001")]
    problems: list[CheckMessage] = [Error("A policy file is empty.", id="cases.E001") for part in loaded if not part]
    for category in policy.categories().values():
        unknown = set(category.papers) - set(PAPER_KINDS)
        if unknown:
            problems.append(Error(f"{category.code} names unknown papers {sorted(unknown)}.", id="cases.E002"))
    return problems


@register()
def table_is_sound(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """cases.E003: nobody may do a step. cases.E004: a state cannot be reached."""
    orphans = [name for name, step in STEPS.items() if not holders(step.permission)]
    problems: list[CheckMessage] = [Error(f"No role may do {name}.", id="cases.E003") for name in orphans]
    reached = {State.REGISTERED} | {step.target for step in STEPS.values() if step.target}
    problems += [Error(f"No step leads to {state}.", id="cases.E004") for state in State if state not in reached]
    return problems
