"""Card readers of the windows: which one a page talks to, and which addresses it may talk to at all."""

import re

from django.utils.translation import gettext as _

from accounts.models import User
from reception.choices import Adapter
from reception.identity import check_digit
from reception.models import Workstation

CHOSEN = "workstation"  # key in the session, which lies on the server
SCHEMES: dict[str, str] = {Adapter.WS_JSON: "wss?", Adapter.HTTP_JSON: "https?"}
LOOPBACK = r"(?:localhost|127\.0\.0\.1)"
REST = r"(?:/[\w.~%/=&?:@!$+-]*)?"  # a path and a query; nothing that could end a directive of the policy


def wrong_address(adapter: str, address: str) -> str:
    """Why a page may not connect to this address, or "". Only services on the window's own computer."""
    scheme = SCHEMES.get(adapter)
    if scheme is None:
        return _("这种读卡方式不用填写地址。") if address else ""
    if re.fullmatch(rf"{scheme}://{LOOPBACK}:[0-9]{{2,5}}{REST}", address, re.ASCII):
        return ""
    sample = "ws://localhost:1919" if adapter == Adapter.WS_JSON else "http://127.0.0.1:38088/card=idcard"
    return _("只能填写本机的读卡服务，带端口，如 %(sample)s。") % {"sample": sample}


def workstation_of(user: User, chosen: int | None) -> Workstation | None:
    """The window somebody sits at: the one chosen for this session, else the one named in their account."""
    windows = Workstation.objects.visible_to(user).filter(office=user.unit)
    found = windows.filter(pk=chosen).first() if chosen else None
    return found or (windows.filter(window=user.window).first() if user.window else None)


def _card(idno: str, name: str, **more: str) -> dict[str, str]:
    card = {
        "type": "", "name": name, "sex": "男", "nation": "汉", "birth": idno[6:14],
        "address": "示范市和平街道幸福里小区 3 号楼 2 单元 501", "idno": idno + check_digit(idno),
        "issuer": "示范市公安局", "valid_from": "20200101", "valid_to": "20400101",
    }  # fmt: skip
    return card | more


def sample_cards() -> list[tuple[str, dict[str, str]]]:
    """Invented cards of the simulated reader, each with what is peculiar about it."""
    permit = {"type": "永居证", "sex": "女", "nation": "", "address": ""}
    return [
        (_("居民身份证"), _card("11010119680305001", "赵卫国")),
        (_("过期的证件"), _card("11010119550611003", "孙桂兰", sex="女", valid_to="20200101")),
        (_("永久居留身份证"), _card("91110119850412002", "SMITH JOHN", **permit)),
        (_("姓名有生僻字"), _card("11010119720909005", "王\ue863")),
    ]
