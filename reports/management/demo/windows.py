"""The windows of the demo office, each with another kind of reader; the first one stands in for all of them."""

import datetime as dt

from accounts.models import Unit, User
from reception.actions import set_workstation
from reception.choices import Adapter
from reception.models import Workstation

WINDOWS = (
    ("1 号窗口", Adapter.SIMULATED, ""),
    ("2 号窗口", Adapter.WEDGE, ""),
    ("3 号窗口", Adapter.HTTP_JSON, "http://127.0.0.1:38088/card=idcard"),
    ("4 号窗口", Adapter.WS_JSON, "ws://localhost:1919"),
)


def set_up(at: dt.datetime) -> None:
    """Set the readers as the system administrator does."""
    office, admin = Unit.objects.get(code="XFJ"), User.objects.get(username="sysadmin")
    for window, adapter, address in WINDOWS:
        made = Workstation(office=office, window=window, adapter=adapter, address=address)
        set_workstation(workstation=made, actor=admin, at=at)
