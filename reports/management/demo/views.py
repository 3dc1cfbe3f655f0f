"""Saved views of the demo office: what its people open every morning."""

from accounts.models import User
from cases import saved

# who, page, name, filters, columns, order, shared
VIEWS = (
    ("supervisor", "list", "已超期", "due=overdue", "", "", True),
    ("supervisor", "list", "住建局在办", "state=handling&unit=ZJJ", "", "", True),
    ("supervisor", "list", "等我交办", "state=accepted", "", "", False),
    ("supervisor", "register", "期限一览", "", "number,name,title,unit,handler,state,due,due_kind,left", "due", True),
    ("clerk", "list", "我经办的集体访", "group=1&mine=1", "", "", False),
    ("leader", "register", "集体访人数", "group=1", "number,title,visitors,involved,unit,state", "-visitors", False),
)  # fmt: skip


def keep() -> None:
    """Save the views of those of these people that the office has."""
    for username, page, name, query, columns, sort, shared in VIEWS:
        owner = User.objects.filter(username=username).first()
        if owner:
            saved.save(owner=owner, page=page, name=name, query=query, columns=columns, sort=sort, shared=shared)
