"""Who stays out of a matter: recusal declared, hints of an interest answered (article 28)."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from cases.guards.base import Fields
from cases.models import Case
from cases.recusal import open_hints


def may_declare(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Once per person; whoever withdrew decides nothing more here, not even who else does."""
    if actor.pk in case.recused_ids:
        return _("您已申请回避，不能办理此事项（第二十八条）。")
    officer = fields.get("officer")
    return _("%(who)s 已经回避。") % {"who": officer} if officer and officer.pk in case.recused_ids else ""


def hint_answered(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Whoever becomes the handler, or decides a review, has answered the hints of an interest, or there are none."""
    officer = fields.get("handler") or fields.get("officer")
    found = open_hints(case, officer) if officer else []
    if not found:
        return ""
    return _("%(who)s 可能与此事项有利害关系：%(hints)s请说明为何没有直接利害关系，或者申请回避（第二十八条）。") % {
        "who": officer, "hints": "".join(one.words for one in found),
    }  # fmt: skip
