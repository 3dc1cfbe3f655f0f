"""Units, accounts, places and the table of who handles what of the demo office."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts import actions as people
from accounts.models import Unit, UnitKind, User
from cases.models import Routing
from reception.models import ContentCategory, Region

PASSWORD = "reception-demo-2026"  # noqa: S105 - published: the demo office holds invented data only

UNITS = (
    ("XFJ", "示范市信访局", "信访局", UnitKind.OFFICE),
    ("ZJJ", "示范市住房和城乡建设局", "住建局", UnitKind.AGENCY),
    ("RSJ", "示范市人力资源和社会保障局", "人社局", UnitKind.AGENCY),
    ("ZRZ", "示范市自然资源和规划局", "自然资源局", UnitKind.AGENCY),
    ("CGJ", "示范市城市管理局", "城管局", UnitKind.AGENCY),
    ("JYJ", "示范市教育局", "教育局", UnitKind.AGENCY),
    ("WJW", "示范市卫生健康委员会", "卫健委", UnitKind.AGENCY),
    ("MZJ", "示范市民政局", "民政局", UnitKind.AGENCY),
    ("HBJ", "示范市生态环境局", "环境局", UnitKind.AGENCY),
    ("JTJ", "示范市交通运输局", "交通局", UnitKind.AGENCY),
    ("SJJ", "示范市市场监督管理局", "市场监管局", UnitKind.AGENCY),
    ("GAJ", "示范市公安局", "公安局", UnitKind.JUSTICE),
    ("FY", "示范市人民法院", "市法院", UnitKind.JUSTICE),
    ("JCY", "示范市人民检察院", "市检察院", UnitKind.JUSTICE),
    ("JWJW", "中共示范市纪律检查委员会、示范市监察委员会", "市纪委监委", UnitKind.DISCIPLINE),
    ("HPJD", "和平街道办事处", "和平街道", UnitKind.LOCAL),
    ("QSJD", "清水街道办事处", "清水街道", UnitKind.LOCAL),
)
# user name, role, unit, name shown, window; all of these sign in with the published password
ACCOUNTS = (
    ("clerk", "clerk", "XFJ", "周敏", "1 号窗口"),
    ("supervisor", "supervisor", "XFJ", "陈国栋", ""),
    ("handler", "handler", "ZJJ", "刘志强", ""),
    ("handler2", "handler", "RSJ", "马晓燕", ""),
    ("leader", "leader", "XFJ", "高远", ""),
    ("archivist", "archivist", "XFJ", "沈静", ""),
    ("sysadmin", "sysadmin", "XFJ", "系统管理员", ""),
    ("secadmin", "secadmin", "XFJ", "安全管理员", ""),
    ("auditor", "auditor", "XFJ", "审计管理员", ""),
    ("head", "unit_head", "RSJ", "梁文博", ""),
    ("reviewer", "reviewer", "XFJ", "方正平", ""),
)
# Further clerks and handlers, so that other windows and units work as well. They cannot sign in.
EXTRAS = (
    ("reviewer2", "reviewer", "XFJ", "邹晓岚", ""),
    ("rsj_clerk", "clerk", "RSJ", "庄晓梅", "人社局信访窗口"),
    ("rsj_supervisor", "supervisor", "RSJ", "戴宏", ""),
    ("clerk2", "clerk", "XFJ", "吴倩", "2 号窗口"),
    ("zrz", "handler", "ZRZ", "何建军", ""),
    ("cgj", "handler", "CGJ", "罗凯", ""),
    ("jyj", "handler", "JYJ", "许文静", ""),
    ("wjw", "handler", "WJW", "孔令辉", ""),
    ("mzj", "handler", "MZJ", "覃芳", ""),
    ("hbj", "handler", "HBJ", "董亮", ""),
    ("sjj", "handler", "SJJ", "尹波", ""),
    ("jtj", "handler", "JTJ", "江涛", ""),
    ("gaj", "handler", "GAJ", "向前进", ""),
    ("hpjd", "handler", "HPJD", "杜鹃", ""),
    ("qsjd", "handler", "QSJD", "石磊", ""),
)
REGIONS = (
    ("430101", "示范市本级"),
    ("430102", "和平区"),
    ("430103", "清水区"),
    ("430121", "临江县"),
    ("430122", "云岭县"),
)
ROUTES = {
    "城乡建设": "ZJJ",
    "城乡建设/城乡规划": "ZRZ",
    "城乡建设/城乡规划/违章建筑": "CGJ",
    "城乡建设/城市建设和市政管理/环境卫生": "CGJ",
    "劳动和社会保障": "RSJ",
    "国土资源": "ZRZ",
    "教育文体": "JYJ",
    "卫生计生": "WJW",
    "民政": "MZJ",
    "环境保护": "HBJ",
    "交通运输": "JTJ",
    "商贸旅游": "SJJ",
    "政法": "GAJ",
    "纪检监察": "JWJW",
}


@dataclass(frozen=True)
class Office:
    """The people and units of the demo office by user name and code."""

    users: dict[str, User]
    units: dict[str, Unit]

    def handler_of(self, unit: Unit) -> User | None:
        return next((user for user in self.users.values() if user.unit == unit and user.can("cases.take_up")), None)


def build(at: dt.datetime) -> Office:
    """Make units, accounts, places and routes; everything but the places through its verb."""
    province = people.create_unit(code="PROV", name="示范省人民政府", kind=UnitKind.OTHER, actor=None, at=at)
    city = people.create_unit(
        code="CITY", name="示范市人民政府", kind=UnitKind.OTHER, parent=province, actor=None, at=at
    )  # fmt: skip
    units = {
        code: people.create_unit(code=code, name=name, kind=kind, short_name=short, parent=city, actor=None, at=at)
        for code, name, short, kind in UNITS
    }
    users = {row[0]: _account(*row, units=units, at=at) for row in ACCOUNTS + EXTRAS}
    # Hashed once for all: each hash costs a third of a second by design.
    published = make_password(PASSWORD)
    User.objects.filter(username__in=[row[0] for row in ACCOUNTS]).update(password=published)
    _places(units)
    return Office(users, units)


def _account(
    username: str, role: str, unit: str, name: str, window: str, *, units: dict[str, Unit], at: dt.datetime
) -> User:
    user = people.create_user(
        username=username, display_name=name, unit=units[unit], password=None, actor=None, at=at, window=window
    )
    people.grant(user=user, role=role, actor=None, at=at)
    return user


def _places(units: dict[str, Unit]) -> None:
    Region.objects.bulk_create([Region(code=code, name=name) for code, name in REGIONS])
    contents = {one.path_name: one for one in ContentCategory.objects.filter(path_name__in=ROUTES)}
    Routing.objects.bulk_create(
        [Routing(content_category=contents[name], unit=units[code]) for name, code in ROUTES.items()]
    )
