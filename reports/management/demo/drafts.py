"""Two forms left open at the counter, so that the list of drafts has something to show."""

import datetime as dt
import uuid

from django.urls import reverse

from accounts.models import User
from drafts import keeping
from drafts.naming import Slip

LEFT_OPEN = (
    (25, {"name": "何桂兰", "demand": "要求物业公司恢复小区路灯，夜间老人出入不便。", "category": "C03"}),
    (8, {"name": "邓志强", "demand": "反映工地夜间施工扰民，要求", "phone": "13800000731"}),
)


def begin(now: dt.datetime) -> None:
    """Put aside two registrations of the counter's clerk, some minutes old."""
    clerk = User.objects.get(username="clerk")
    url = reverse("register")
    for minutes, typed in LEFT_OPEN:
        key = uuid.uuid4().hex
        slip = Slip(str(uuid.uuid4()), "register", key, "来访登记", "", url)
        fields = {name: [value] for name, value in ({"key": key, "visitors": "1"} | typed).items()}
        at = now - dt.timedelta(minutes=minutes)
        keeping.save(user=clerk, slip=slip, typed=fields, at=at, park=True)
