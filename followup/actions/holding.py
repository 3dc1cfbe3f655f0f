"""Keeping a matter to oneself while it is counted what was done about it: following up moves no version of it."""

from cases.models import Case


def hold(case: Case) -> None:
    """Keep others from looking at this matter until the commit: what is counted here moves no version of it."""
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
