"""A gateway and a robot that are described but off, a number, and messages that went three ways."""

import datetime as dt

from accounts.models import User
from notices import actions
from notices.choices import Cause, State, Way
from notices.models import Delivery, Notice

BODY = {"mobile": "{mobile}", "content": "{text}", "id": "{id}", "sign": "示范市信访局"}


def set_up(now: dt.datetime) -> None:
    """Off, because it leads nowhere; the last notices of the supervisor show what became of theirs."""
    admin, supervisor = User.objects.get(username="sysadmin"), User.objects.get(username="supervisor")
    gateway = actions.ChannelData(False, "https://sms.example.org/send", "demo", BODY, "code=0")
    actions.set_channel(code=Way.SMS, data=gateway, actor=admin, at=now)
    robot = actions.ChannelData(False, "https://qyapi.example.org/cgi-bin/webhook/send?key=demo")
    actions.set_channel(code=Way.WECOM, data=robot, actor=admin, at=now)
    actions.set_contact(mobile="13800000731", mail_on=True, sms_on=True, actor=supervisor, at=now)
    latest = list(Notice.objects.visible_to(supervisor)[:3])
    fates = (
        {"state": State.SENT, "attempts": 1},
        {"state": State.DEAD, "attempts": 8, "cause": Cause.BUSY, "last_error": "HTTP 429"},
        {"state": State.WITHDRAWN},
    )
    for notice, fate in zip(latest, fates, strict=False):
        at = notice.created_at
        ended = {State.SENT: {"sent_at": at}, State.DEAD: {"dead_at": now}}
        Delivery.objects.create(
            notice=notice, channel=Way.SMS, not_before=at, next_try_at=at, **fate, **ended.get(fate["state"], {})
        )
