"""How personal numbers look where the full value has no business."""

import re

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])([0-9]{6})[0-9]{7,8}([0-9]{2,3}[0-9Xx])(?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<![0-9])(1[3-9][0-9])[0-9]{4}([0-9]{4})(?![0-9])")

# A token that opens something without a log-in stands in an address as 43 signs (256 bits).
_TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")


def mask_identity(number: str) -> str:
    """``110105********002X``: region and the last four stay. Short numbers keep their last two."""
    if len(number) >= 15:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return "*" * max(len(number) - 2, 0) + number[-2:] if number else ""


def mask_phone(number: str) -> str:
    """``138****1234``; other lengths keep their last four."""
    if len(number) == 11:
        return f"{number[:3]}****{number[-4:]}"
    return "*" * max(len(number) - 4, 0) + number[-4:] if number else ""


def mask_name(name: str) -> str:
    """``张*``: the first character stays."""
    return name[:1] + "*" * max(len(name) - 1, 0)


def mask_address(address: str) -> str:
    """Cut after the street, road or village; the house stays out."""
    match = re.search(r"^.{2,40}?(?:街道|大道|路|街|巷|镇|乡|村)", address)
    return (match.group(0) if match else address[:6]) + "***" if address else ""


def mask_text(text: str) -> str:
    """Mask every identity number and mobile number inside free text."""
    return _PHONE.sub(r"\1****\2", _IDENTITY.sub(r"\1********\2", text))


def mask_line(text: str) -> str:
    """A whole log line: personal numbers and tokens masked, line breaks folded, so no entry can forge another."""
    return _TOKEN.sub("***", mask_text(text)).replace("\r", "\\r").replace("\n", "\\n")
