"""The rules of calling: what the file must hold."""

import pytest

from hall.policy import FILE, HallError, read, reason_label, rules

TEXT = FILE.read_text(encoding="utf-8")


def test_the_rules_as_delivered():
    assert (rules().priority_every, rules().back_after, rules().width) == (2, 3, 80)
    assert list(rules().reasons)[:2] == ["age", "disabled"]
    assert (reason_label("age"), reason_label("gone")) == ("年满 60 周岁", "gone")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("priority_every = 2", "priority_every = 0", r"\[calling\] priority_every"),
        ("priority_every = 2", "", r"\[calling\] priority_every"),
        ("back_after = 3", "back_after = true", r"\[skipped\] back_after"),
        ("width = 80", "width = 70", r"\[slip\] width"),
        ('code = "disabled"', 'code = "age"', r"\[\[reason\]\]"),
        ('label = "孕妇"', 'label = ""', r"\[\[reason\]\]"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(old, new, says):
    assert old in TEXT
    with pytest.raises(HallError, match=says):
        read(TEXT.replace(old, new, 1))
