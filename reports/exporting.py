"""The register of matters as a workbook: the list's filters, the reader's matters, numbers masked or, granted, full.

Protected matters are in neither (article 30; domain.md 8.2): an export can be passed on.
"""

import datetime as dt

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from approvals.models import Request
from audit.models import Event
from cases import policy
from cases.filters import CaseFilter
from cases.models import Case, CaseQuerySet
from reports import gridding, sheets
from reports.gridding import Shape
from reports.showing import heading
from reports.tables import Entry, Table
from vault.errors import Refusal

KIND = "full_ids"
TAKEN = "take_full_ids"
OPEN_FOR = dt.timedelta(hours=24)  # calendar hours from the grant
MOST = 5_000  # rows with full numbers
MOST_MASKED = 50_000  # rows of the grid, written line by line


def filter_of(query: str, user: User, today: dt.date) -> CaseFilter:
    """The list's own filter over the matters this user may know of; protected ones are left out."""
    visible = Case.objects.visible_to(user).filter(protected=False)
    joined = visible.select_related("petitioner", "handling_unit__parent", "office")
    return CaseFilter(QueryDict(query), joined.order_by("registered_on", "pk"), user=user, today=today)


def chosen(query: str, user: User, today: dt.date, most: int = MOST) -> CaseQuerySet:
    """The rows of an export. Raises ``Refusal`` for a filter that cannot be read or for more than ``most`` rows."""
    found = filter_of(query, user, today)
    if not found.form.is_valid():
        raise Refusal(_("筛选条件有误，请回到事项列表改正后再导出。"))
    rows: CaseQuerySet = found.qs
    if (count := rows.count()) > most:
        raise Refusal(_("共 %(n)s 件，一次最多导出 %(most)s 件，请缩小筛选范围。"), n=count, most=most)
    return rows


def said(query: str, user: User, today: dt.date) -> list[tuple[str, str]]:
    """The filters in words: label and value as the list shows them."""
    form = filter_of(query, user, today).form
    told = []
    for name in QueryDict(query):
        choices = dict(getattr(form.fields[name], "choices", ()) or ())
        value = QueryDict(query)[name]
        told.append((str(form.fields[name].label), str(choices.get(value, value))))
    return told


def asked_on(request: Request) -> dt.date:
    return timezone.localtime(request.asked_at).date()


def rows_asked(request: Request) -> CaseQuerySet:
    """What a request would hand out now: its filters over what the asker may know of today."""
    return chosen(request.facts["query"], request.asked_by, asked_on(request))


def rows_known(request: Request, user: User) -> int:
    """How many of these rows ``user`` may know of as well: a second person counts no matter kept from them."""
    return rows_asked(request).filter(pk__in=Case.objects.visible_to(user).values("pk")).count()


def no_taking(request: Request, user: User, at: dt.datetime) -> str:
    """Why the file cannot be taken now, as a sentence; "" when it can."""
    if request.asked_by_id != user.pk:
        return _("只有提出人可以下载。")
    if request.decided_at is None:
        return _("尚未审批。")
    if not request.granted:
        return _("此项申请未获同意。")
    if not user.can("reports.full_ids"):
        return _("您的角色不能导出完整证件号码。")
    if Event.objects.about(request).filter(verb=TAKEN).exists():
        return _("已经下载过一次；再次需要的，请重新申请。")
    if at > request.decided_at + OPEN_FOR:
        return _("批准后 24 小时内没有下载，已经失效，请重新申请。")
    return ""


def workbook(rows: CaseQuerySet, *, actor: User, at: dt.datetime, full: bool, approval: str = "") -> tuple[bytes, int]:
    """The file and its number of rows. On top the watermark: who took it out, when, under which approval."""
    with translation.override(settings.LANGUAGE_CODE):
        return _workbook(rows, actor, at, full=full, approval=approval)


def _workbook(rows: CaseQuerySet, actor: User, at: dt.datetime, *, full: bool, approval: str) -> tuple[bytes, int]:
    when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    marks = [f"导出人：{actor}（{actor.unit}），导出时间：{when}"]
    if full:
        marks += [f"审批：{approval}", "内含完整证件号码：工作秘密，不得转发、公开，用毕销毁。"]
    else:
        marks.append("证件号码、电话、住址已作遮盖；保密事项不导出。")
    table = table_of(rows, full=full)
    foot = Table(
        "register", "信访事项台账", table.heads, [*table.rows, _watermark(marks[0], len(table.heads))], texts=1
    )
    return sheets.excel(heading(), marks, [foot], at), len(table.rows)


def grid_file(wanted: Shape, *, actor: User, at: dt.datetime) -> tuple[bytes, int]:
    """The grid as a workbook: its columns, order and filters, masked, with totals and the watermark.

    Without rows the heads are still written. Raises ``Refusal`` as ``chosen`` does.
    """
    today = timezone.localtime(at).date()
    rows = chosen(wanted.query, actor, today, MOST_MASKED)
    with translation.override(settings.LANGUAGE_CODE):
        marks = _marks(actor, at)
        if words := said(wanted.query, actor, today):
            marks.append("筛选条件：" + "；".join(f"{label}：{value}" for label, value in words))
        count, foot = gridding.totals(rows, wanted)
        lines = gridding.lines(gridding.told(rows, wanted), wanted.columns, today)
        book = sheets.streamed(f"{heading()}：信访事项台账", marks, wanted.columns, lines, foot, at)
    return book, count


def _marks(actor: User, at: dt.datetime) -> list[str]:
    when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    return [f"导出人：{actor}（{actor.unit}），导出时间：{when}", "证件号码、电话、住址已作遮盖；保密事项不导出。"]


def table_of(rows: CaseQuerySet, *, full: bool) -> Table:
    """The register; Chinese like everything that leaves the house."""
    heads = [
        "编号", "登记日期", "信访人", "证件类型", "证件号码", "联系电话", "住址", "标题", "归类", "承办单位", "环节",
        "最近到期",
    ]  # fmt: skip
    return Table("register", "信访事项台账", heads, [_row(case, full=full) for case in rows], texts=1)


def _row(case: Case, *, full: bool) -> list[Entry]:
    person = case.petitioner
    texts = [
        person.name, person.get_id_type_display(), str(person.id_number) if full else person.masked_identity,
        person.masked_phone, person.masked_address, case.title, policy.category_label(case.category),
        case.handling_unit.label if case.handling_unit else "—", case.get_state_display(),
    ]  # fmt: skip
    return [
        Entry(case.number, case.number), _day(case.registered_on), *(Entry(text, text) for text in texts),
        _day(case.due_on),
    ]  # fmt: skip


def _day(day: dt.date | None) -> Entry:
    return Entry(day.isoformat(), day) if day else Entry("—", "—")


def _watermark(text: str, columns: int) -> list[Entry]:
    return [Entry(text, text), *(Entry("", "") for _n in range(columns - 1))]
