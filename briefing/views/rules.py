"""What the rules of briefing say, as a panel of the page 办理规则."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from briefing.choices import Recipient
from briefing.policy import duties, urgent
from cases.policy import categories
from cases.views.finding import needs
from documents.choices import PAPER_KINDS


def rules(request: HttpRequest) -> HttpResponse:
    """The duties of categories 6 to 10 and the hours of urgent reports as the program applies them."""
    needs(request, "cases.view")
    rows = [(categories()[duty.code].label, duty, PAPER_KINDS.get(duty.paper)) for duty in duties().values()]
    hours = urgent()
    names = {"everybody": hours.everybody, "office": hours.office}
    told = {key: [Recipient(code).label for code in codes] for key, codes in names.items()}
    return render(request, "briefing/rules.html", {"rows": rows, "hours": hours, "told": told})
