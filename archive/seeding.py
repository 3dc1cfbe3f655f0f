"""Writes the retention rules an office starts with; what the office changed stays changed."""

from archive.models import RetentionRule
from archive.policy import rules


def seed() -> int:
    """Create the rules that are missing; returns how many were created. Safe to run again."""
    held = set(RetentionRule.objects.values_list("code", flat=True))
    missing = [
        RetentionRule(code=rule.code, name=rule.name, retention=rule.retention, position=position)
        for position, rule in enumerate(rules(), start=1)
        if rule.code not in held
    ]
    return len(RetentionRule.objects.bulk_create(missing))
