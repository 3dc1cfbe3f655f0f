"""Verbs: how the office sends, how a person is reached, sending again, and telling the administrators."""

import datetime as dt
import re
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from audit.models import Event
from notices import delivering, outbox
from notices.choices import PERSONAL, Way
from notices.delivering import TRIAL
from notices.gateways import MOBILE, TEXT, wrong_address
from notices.models import Channel, Contact, Delivery, Notice
from vault.errors import Refusal

MANAGE = "notices.manage"
MOBILE_NUMBER = re.compile(r"^1[3-9][0-9]{9}$")
MARK = re.compile(r"^[A-Za-z0-9_.-]+=[^=\s]+$")
MARKED = (Way.SMS, Way.WEBHOOK)  # whose answers the office describes


@dataclass(frozen=True)
class ChannelData:
    """What the page of a channel says. Empty ``address`` or ``secret``: leave what is there."""

    is_on: bool
    address: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    body: dict[str, str] = field(default_factory=dict)
    success: str = ""
    drop_secret: bool = False


@trail.verb
def set_channel(*, code: str, data: ChannelData, actor: User, at: dt.datetime) -> Channel:
    """Turn a channel on or off, set its address and secret. The fact names neither.

    Raises ``Refusal`` without the permission, for an address that cannot be used, and when a
    channel is turned on of which nobody could say whether it answered yes.
    """
    actor.must(MANAGE)
    channel = Channel.objects.filter(code=code).first() or Channel(code=code)
    changed = [
        name for name, new in (("address", data.address), ("secret", data.secret or data.drop_secret)) if new
    ]  # fmt: skip
    channel.address = data.address or channel.address
    channel.secret = "" if data.drop_secret else data.secret or channel.secret
    channel.is_on, channel.body, channel.success, channel.changed_at = data.is_on, data.body, data.success, at
    _check(channel)
    channel.save()
    trail.record(
        actor=actor, verb="set_channel", title=_("设置通知渠道"), subject=channel, at=at, channel=code,
        is_on=channel.is_on, changed=changed,
    )  # fmt: skip
    return channel


def _check(channel: Channel) -> None:
    """Raises ``Refusal`` for settings with which this channel could not work."""
    if channel.code == Way.MAIL:
        return
    wrong = wrong_address(str(channel.address)) if channel.address else ""
    if wrong:
        raise Refusal(wrong)
    if channel.code in MARKED and channel.success and not MARK.match(channel.success):
        raise Refusal(_("成功标志写成“字段=值”，如 code=0。"))
    if not channel.is_on:
        return
    if not channel.address:
        raise Refusal(_("没有接口地址，不能启用。"))
    if channel.code in MARKED and not channel.success:
        raise Refusal(_("没有成功标志，分不清对方收没收到，不能启用。"))
    if channel.code == Way.SMS and not _complete(channel.body):
        raise Refusal(_("短信内容格式里要有 {mobile} 和 {text}。"))


def _complete(body: dict[str, str]) -> bool:
    values = " ".join(body.values())
    return TEXT in values and MOBILE in values


@trail.verb
def close_all(*, actor: User | None, at: dt.datetime, note: str) -> int:
    """Turn every way out off and give up what waits: this is a copy for a trial. Returns how much will not go out.

    In the house everything stays; addresses and secrets too, so that a copy that becomes the office is turned on again.
    """
    rows = []
    for code in Way.values:
        channel = Channel.objects.filter(code=code).first() or Channel(code=code)
        channel.is_on, channel.changed_at = False, at
        channel.save()
        rows.append(channel)
    many = delivering.give_up_all()
    trail.record(
        actor=actor, verb="close_channels", title=_("停用全部通知渠道"), subject=rows[0], at=at, note=note,
        rows=rows[1:], many=many,
    )  # fmt: skip
    return many


@trail.verb
def try_channel(*, code: str, actor: User, at: dt.datetime) -> Delivery:
    """Send one message on this channel to the actor, on or off; it is tried once.

    Raises ``Refusal`` without the permission, without an address of the channel, and without one of the actor.
    """
    actor.must(MANAGE)
    channel = Channel.objects.filter(code=code).first() or Channel.objects.create(code=code, is_on=code == Way.MAIL)
    if code != Way.MAIL and not channel.address:
        raise Refusal(_("请先填写接口地址并保存。"))
    if code in PERSONAL and not _own_address(actor, code):
        raise Refusal(_("您自己还没有填写邮箱或者手机号码，试发不知道发给谁。"))
    notice = Notice.objects.create(
        recipient=actor, kind=TRIAL, tone="info", text=_("这是一条试发的消息，收到说明渠道已经接通。"),
        key=f"{TRIAL}:{code}:{at.timestamp()}:{actor.pk}", created_at=at, read_at=at,
    )  # fmt: skip
    delivery = Delivery.objects.create(notice=notice, channel=code, not_before=at, next_try_at=at)
    outbox.wake()
    trail.record(actor=actor, verb="try_channel", title=_("试发通知"), subject=channel, at=at, channel=code)
    return delivery


def _own_address(user: User, code: str) -> bool:
    if code == Way.MAIL:
        return bool(user.email)
    return Contact.objects.filter(user=user, has_mobile=True).exists()


@trail.verb
def set_contact(
    *, mobile: str | None, mail_on: bool, sms_on: bool, actor: User, at: dt.datetime
) -> Contact:  # fmt: skip
    """How the actor wants to be told out of the house; ``mobile`` None leaves the number, "" takes it out.

    Raises ``Refusal`` for a number that no telephone has.
    """
    if mobile and not MOBILE_NUMBER.match(mobile):
        raise Refusal(_("手机号码应为 11 位数字，以 1 开头。"))
    contact = Contact.objects.filter(user=actor).first() or Contact(user=actor)
    contact.mail_on, contact.sms_on = mail_on, sms_on
    if mobile is not None:
        contact.mobile = mobile
    contact.save()
    trail.record(
        actor=actor, verb="set_contact", title=_("修改接收方式"), subject=contact, at=at, mail_on=mail_on,
        sms_on=sms_on, mobile_changed=mobile is not None,
    )  # fmt: skip
    return contact


@trail.verb
def resend(*, deliveries: list[int] | None, actor: User, at: dt.datetime) -> int:
    """Put dead deliveries back into the queue: the named ones, or all. Returns how many.

    Raises ``Refusal`` without the permission and when none of them is dead (any more).
    """
    actor.must(MANAGE)
    dead = Delivery.objects.dead()
    rows = dead if deliveries is None else dead.filter(pk__in=deliveries)
    first = rows.select_related("notice").first()
    many = delivering.revive(rows, at) if first else 0
    if not first or not many:
        raise Refusal(_("没有失败的外发，不需要重发。"))
    outbox.wake()
    trail.record(
        actor=actor, verb="resend", title=_("重发通知"), subject=first, at=at, many=many, channel=first.channel
    )  # fmt: skip
    return many


def tell_of_dead(*, at: dt.datetime) -> int:
    """Tell the administrators, in the house and in red, of channels that gave up today; once per channel and day."""
    since = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    dead = Delivery.objects.dead().filter(dead_at__gte=since)
    told = 0
    for code in sorted(set(dead.values_list("channel", flat=True))):
        key = f"outbox-dead:{code}:{since:%Y-%m-%d}"
        if not Notice.objects.under(key).exists():
            told += _tell_of_dead(code=code, key=key, actor=None, at=at)
    return told


@trail.verb
def _tell_of_dead(*, code: str, key: str, actor: User | None, at: dt.datetime) -> int:
    channel = Channel.objects.filter(code=code).first() or Channel.objects.create(code=code, is_on=code == Way.MAIL)
    told = outbox.put(
        recipients=User.objects.with_permission(MANAGE), kind="outbox", tone="late", at=at, key=key,
        text=_("%(channel)s有通知发送失败，请查看原因，处理后重发。") % {"channel": channel.get_code_display()},
        url="/notices/office/dead/",
    )  # fmt: skip
    trail.record(
        actor=actor, verb="outbox_dead", title=_("通知外发失败"), subject=channel, at=at, channel=code, told=told
    )  # fmt: skip
    return told


def tell_of_clock(*, back: dt.timedelta, at: dt.datetime) -> None:
    """Once a day: of two machines whose clocks differ each would find the other's beat in the future."""
    since = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if not Event.objects.filter(verb="clock_anomaly", at__gte=since).exists():
        _note_clock(back=back, actor=None, at=at)


@trail.verb
def _note_clock(*, back: dt.timedelta, actor: User | None, at: dt.datetime) -> int:
    """Write down that the clock was set back, and tell the administrators in the house, in red.

    No reminder is repeated or skipped by it (followup.planning); but whoever reads the trail must know why its
    times go backwards here.
    """
    minutes = int(back.total_seconds() // 60)
    channel = Channel.objects.filter(code=Way.MAIL).first() or Channel.objects.create(code=Way.MAIL, is_on=True)
    told = outbox.put(
        recipients=User.objects.with_permission(MANAGE), kind="outbox", tone="late", at=at,
        key=f"clock:{at.timestamp():.0f}", url="/upkeep/",
        text=_("服务器时钟回拨了 %(n)s 分钟，请核对时间。提醒不会重复，也不会遗漏。") % {"n": minutes},
    )  # fmt: skip
    trail.record(
        actor=actor, verb="clock_anomaly", title=_("时钟回拨"), subject=channel, at=at, minutes=minutes, told=told
    )
    return told
