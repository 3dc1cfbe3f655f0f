"""One POST to one configured address, and what its answer means. Knows no rows.

A gateway that answers 200 has not said yes yet: the robots of WeCom and DingTalk put their
refusal into the body. What cannot be read is not "sent".
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext as _

from notices.choices import Cause, Way
from notices.composing import Message
from notices.delivering import Undelivered
from notices.policy import codes

CONNECT_SECONDS, READ_SECONDS = 5, 10
MOST_BYTES = 64 * 1024  # of an answer
LATER = (408, 409, 425, 429)
TEXT, MOBILE, ID = "{text}", "{mobile}", "{id}"


@dataclass(frozen=True)
class Line:
    """One channel as the office set it up, in the clear, for as long as a send takes."""

    code: str
    is_on: bool = True
    address: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    body: dict[str, str] = field(default_factory=dict)
    success: str = ""


def wrong_address(address: str) -> str:
    """Why an address cannot be used, as a sentence; "" when it can."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return _("接口地址不是网址，请填写以 https:// 开头的完整地址。")
    if parts.scheme not in ("https", "http") or not host or any(c.isspace() for c in address):
        return _("接口地址不是网址，请填写以 https:// 开头的完整地址。")
    if parts.username or parts.password or parts.fragment:
        return _("接口地址中不能有用户名、密码或者 # 号，密钥请填在“密钥”一栏。")
    if settings.OUTBOX_HOSTS and host not in settings.OUTBOX_HOSTS:
        return _("本单位只允许发往登记过的主机，请联系运行维护人员（OUTBOX_HOSTS）。")
    return ""


def post(address: str, payload: dict[str, Any], *, name: str, headers: dict[str, str] | None = None) -> Any:
    """Send JSON to this very address and return the JSON of a 2xx answer. Raises ``Undelivered`` for everything else.

    Redirects are not followed, no proxy of the environment is used, certificates are checked.
    ``name`` is the message's own; it goes along as ``Idempotency-Key``.
    """
    if wrong_address(address):
        raise Undelivered(Cause.SETTINGS, "address", for_good=True)
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    with urllib3.PoolManager(num_pools=1, retries=False, timeout=timeout) as pool:
        try:
            answer = pool.request(
                "POST", address, body=json.dumps(payload, ensure_ascii=False).encode(), redirect=False,
                preload_content=False,
                headers={"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": name, **(headers or {})},
            )  # fmt: skip
            try:
                text = answer.read(MOST_BYTES + 1)
            finally:
                answer.close()
        except urllib3.exceptions.NewConnectionError as error:
            raise Undelivered(Cause.CONNECTION, type(error).__name__) from None
        except urllib3.exceptions.TimeoutError as error:
            # The text of the library's errors holds the address, and with it the key: never kept.
            raise Undelivered(Cause.TIMEOUT, type(error).__name__) from None
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Undelivered(Cause.CONNECTION, type(error).__name__) from None
    return _read(answer.status, text)


def _read(status: int, text: bytes) -> Any:
    """The body of a good answer; what the status says of any other."""
    if 300 <= status < 400:
        raise Undelivered(Cause.MOVED, f"HTTP {status}", for_good=True)
    if status in LATER:
        raise Undelivered(Cause.BUSY, f"HTTP {status}")
    if 400 <= status < 500:
        raise Undelivered(Cause.REFUSED, f"HTTP {status}", for_good=True)
    if not 200 <= status < 300:
        raise Undelivered(Cause.SERVER, f"HTTP {status}")
    try:
        if len(text) > MOST_BYTES:
            raise ValueError("too long")
        return json.loads(text)
    except ValueError:
        raise Undelivered(Cause.ANSWER, f"HTTP {status}, no JSON") from None


def _judge(code: str, said: Any) -> None:
    """Whether a robot said yes. Only the number 0 is a yes."""
    number = said.get("errcode") if isinstance(said, dict) else None
    if isinstance(number, bool) or not isinstance(number, int):
        raise Undelivered(Cause.ANSWER, "no errcode")
    if number == 0:
        return
    known = codes()[code]
    if number in known.refused:
        raise Undelivered(Cause.REFUSED, f"errcode {number}", for_good=True)
    raise Undelivered(Cause.BUSY if number in known.busy else Cause.SERVER, f"errcode {number}")


def wecom(message: Message, line: Line, to: str) -> None:
    """The robot of a WeCom group; its key is part of the address."""
    said = post(line.address, {"msgtype": "text", "text": {"content": message.line}}, name=message.id)
    _judge(Way.WECOM, said)


def dingtalk(message: Message, line: Line, to: str) -> None:
    """The robot of a DingTalk group, signed where the office set a secret."""
    address = line.address
    if line.secret:
        stamp = str(round(time.time() * 1000))
        digest = hmac.digest(line.secret.encode(), f"{stamp}\n{line.secret}".encode(), hashlib.sha256)
        joint = "&" if "?" in address else "?"
        address += f"{joint}timestamp={stamp}&sign={quote_plus(base64.b64encode(digest).decode())}"
    said = post(address, {"msgtype": "text", "text": {"content": message.line}}, name=message.id)
    _judge(Way.DINGTALK, said)


def webhook(message: Message, line: Line, to: str) -> None:
    """A platform of the office: id, number, stage and link as JSON, and the mark of success it was set up with."""
    payload = {
        "id": message.id, "number": message.number, "stage": message.tone, "text": message.text, "link": message.link,
    }  # fmt: skip
    _answered(post(line.address, payload, name=message.id, headers=_bearer(line)), line)


def sms(message: Message, line: Line, to: str) -> None:
    """A gateway for short messages: the office says which names its fields have, and what a yes looks like."""
    values = {TEXT: message.line, MOBILE: to, ID: message.id, "{secret}": line.secret}
    payload = {key: _filled(value, values) for key, value in line.body.items()}
    in_body = any("{secret}" in value for value in line.body.values())
    said = post(line.address, payload, name=message.id, headers=None if in_body else _bearer(line))
    _answered(said, line)


def _filled(value: str, values: dict[str, str]) -> str:
    for name, said in values.items():
        value = value.replace(name, said)
    return value


def _bearer(line: Line) -> dict[str, str] | None:
    return {"Authorization": f"Bearer {line.secret}"} if line.secret else None


def _answered(said: Any, line: Line) -> None:
    """Whether the answer carries the mark of success, ``code=0`` or ``result.status=ok``."""
    path, _equals, wanted = line.success.partition("=")
    if not path or not wanted:
        raise Undelivered(Cause.SETTINGS, "success", for_good=True)
    value = said
    for name in path.strip().split("."):
        if not isinstance(value, dict) or name not in value:
            raise Undelivered(Cause.ANSWER, f"no {path}")
        value = value[name]
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, dict | list) or shown != wanted.strip():
        raise Undelivered(Cause.SERVER, f"{path}={shown}"[:60])


SENDERS: dict[str, Callable[[Message, Line, str], None]] = {
    Way.SMS: sms, Way.WECOM: wecom, Way.DINGTALK: dingtalk, Way.WEBHOOK: webhook,
}  # fmt: skip
