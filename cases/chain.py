"""What a petitioner's earlier matters ended with: the recheck opinions after which the same is not accepted again."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext as _

from accounts.models import User
from cases.choices import ReviewOutcome, State
from cases.clocks import local_day
from cases.models import Case
from documents.models import Paper
from reception.models import Petitioner

ENDED = (State.CONCLUDED, State.FILED)


@dataclass(frozen=True)
class Conclusion:
    """A delivered recheck opinion: the matter it ended, its number, by whom and when given, when received."""

    case: Case
    number: str
    office: str
    given_on: dt.date
    delivered_on: dt.date

    def sentence(self) -> str:
        """The facts of the ground "concluded" (article 36 paragraph 3), as printed in the notice."""
        return _("该事项（%(case)s）已由%(office)s于 %(day)s 作出复核意见（%(number)s），%(delivered)s 送达。") % {
            "case": self.case.number,
            "office": self.office,
            "day": self.given_on.isoformat(),
            "number": self.number,
            "delivered": self.delivered_on.isoformat(),
        }


def conclusions_of(petitioner: Petitioner, user: User, *, but: Case | None = None) -> list[Conclusion]:
    """The petitioner's matters, as far as ``user`` may know of them, that a recheck ended; newest first.

    Evidence only: whether the new matter brings new facts is for the clerk to judge. A
    recheck that ordered the matter to be handled anew ended nothing.
    """
    ended = Case.objects.visible_to(user).same_petitioner(petitioner).filter(state__in=ENDED)
    ended = ended.exclude(recheck_outcome__in=("", ReviewOutcome.REDO))
    found = (_conclusion(case) for case in ended if but is None or case.pk != but.pk)
    return [one for one in found if one]


def _conclusion(case: Case) -> Conclusion | None:
    paper = Paper.objects.about(case).filter(kind="recheck_opinion", voided_at__isnull=True).last()
    delivery = paper.deliveries.order_by("-pk").first() if paper else None
    if paper is None or delivery is None:
        return None
    context = cast(dict[str, Any], paper.context)
    given = local_day(paper.issued_at)
    return Conclusion(case, paper.number, str(context.get("office", "")), given, delivery.delivered_on)
