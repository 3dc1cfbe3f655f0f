"""Identity documents: a table of numbers with what must come out, and no single slip goes unseen."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reception import identity
from reception.choices import IdType

TODAY = dt.date(2026, 11, 22)
R, T, F, H, C = IdType.RESIDENT, IdType.TEMPORARY, IdType.FOREIGN_RESIDENT, IdType.HMT_RESIDENCE, IdType.CREDIT_CODE
PASS, TW, HK = IdType.PASSPORT, IdType.TAIWAN_PASS, IdType.HK_MACAO_PASS


def numbered(first: str) -> str:
    return first + identity.check_digit(first)


# typed, kind given → kind, number, birth date, sex
GOOD = [
    ("11010519491231002X", "", R, "11010519491231002X", "1949-12-31", "2"),
    ("11010519491231002x", "", R, "11010519491231002X", "1949-12-31", "2"),
    ("１１０１０５１９４９１２３１００２Ｘ", "", R, "11010519491231002X", "1949-12-31", "2"),
    ("110105 19491231 002X", "", R, "11010519491231002X", "1949-12-31", "2"),
    ("\u3000110105194912310 02x\u00a0", "", R, "11010519491231002X", "1949-12-31", "2"),
    ("440524188001010014", "111", R, None, None, None),  # born 1880: see BAD
    ("110105491231002", "", R, "11010519491231002X", "1949-12-31", "2"),
    ("110105491231002", "111", R, "11010519491231002X", "1949-12-31", "2"),
    ("110105491231002", "112", T, "11010519491231002X", "1949-12-31", "2"),
    ("11010519491231002X", "112", T, "11010519491231002X", "1949-12-31", "2"),
    ("810000199408230021", "", H, "810000199408230021", "1994-08-23", "2"),
    ("830000199201300022", "", H, "830000199201300022", "1992-01-30", "2"),
    ("810000199408230021", "111", H, "810000199408230021", "1994-08-23", "2"),
    ("830000199201300022", "554", H, "830000199201300022", "1992-01-30", "2"),
    (numbered("82000019851112001"), "", H, numbered("82000019851112001"), "1985-11-12", "1"),
    ("911124198108030024", "", F, "911124198108030024", "1981-08-03", "2"),
    ("911124198108030024", "553", F, "911124198108030024", "1981-08-03", "2"),
    ("911124198108030024", "111", F, "911124198108030024", "1981-08-03", "2"),
    ("USA110078020112", "", F, "USA110078020112", None, ""),
    ("usa110078020112", "553", F, "USA110078020112", None, ""),
    (numbered("99999920000229001"), "553", F, numbered("99999920000229001"), "2000-02-29", "1"),
    (numbered("00000019800101001"), "", R, numbered("00000019800101001"), "1980-01-01", "1"),  # unknown region
    (numbered("43012419991231999"), "", R, numbered("43012419991231999"), "1999-12-31", "1"),
    (numbered("43012420261122001"), "", R, numbered("43012420261122001"), "2026-11-22", "1"),  # born today
    (numbered("43012418960101002"), "", R, numbered("43012418960101002"), "1896-01-01", "2"),  # 130 years
    (numbered("43012420040229003"), "", R, numbered("43012420040229003"), "2004-02-29", "1"),
    ("91350100M000100Y43", "", C, "91350100M000100Y43", None, ""),
    ("91350100m000100y43", "900", C, "91350100M000100Y43", None, ""),
    ("９１３５０１００Ｍ０００１００Ｙ４３", "", C, "91350100M000100Y43", None, ""),
    ("H12345678", "", HK, "H12345678", None, ""),
    ("M1234567801", "", HK, "M1234567801", None, ""),
    ("h12345678", "516", HK, "H12345678", None, ""),
    ("12345678", "", TW, "12345678", None, ""),
    ("12345678", "511", TW, "12345678", None, ""),
    ("0123456789", "511", TW, "0123456789", None, ""),
    ("E12345678", "", PASS, "E12345678", None, ""),
    ("EA1234567", "", PASS, "EA1234567", None, ""),
    ("G 1234 5678", "", PASS, "G12345678", None, ""),
    ("L898902C", "414", PASS, "L898902C", None, ""),
    ("军字第12345号", "114", IdType.OFFICER, "军字第12345号", None, ""),
    ("A430100123", "113", IdType.HOUSEHOLD, "A430100123", None, ""),
    ("居住证明2026-17", "999", IdType.OTHER, "居住证明2026-17", None, ""),
    ("", "", "", "", None, ""),
    ("   ", "111", "", "", None, ""),
]
# typed, kind given → words in the sentence, may stand with a reason
BAD = [
    ("110105194912310021", "", "最后一位应为 X", True),
    ("110105194912310020", "111", "最后一位应为 X", True),
    ("440524188001010014", "", "超过 130 年", True),
    (numbered("43012418950101002"), "", "超过 130 年", True),
    (numbered("43012420261123001"), "", "在今天以后", True),
    (numbered("43012429990101001"), "", "在今天以后", True),
    (numbered("43012420230229001"), "", "2023-02-29 不存在", True),
    (numbered("43012419991301001"), "", "1999-13-01 不存在", True),
    (numbered("43012419990431001"), "", "1999-04-31 不存在", True),
    (numbered("43012400000101001"), "", "0000-01-01 不存在", True),
    ("430124990230001", "", "1999-02-30 不存在", True),
    ("810000199408230022", "", "最后一位应为 1", True),
    ("911124198108030025", "553", "最后一位应为 4", True),
    ("91350100M000100Y44", "", "最后一位应为 3", True),
    ("91350100M000100Y4", "900", "统一社会信用代码应为 18 位", False),
    ("91350100I000100Y43", "900", "不含 I、O、S、V、Z", False),
    ("1101051949123100", "", "现有 16 位", False),
    ("1101051949123100211", "", "现有 19 位", False),
    ("11010519491231002", "111", "现有 17 位", False),
    ("1101051949123100X2", "111", "最后一位是数字或 X", False),
    ("X1010519491231002X", "111", "前 17 位是数字", False),
    ("没有证件", "", "请选择证件类型", False),
    ("A", "414", "请核对号码", False),
    ("X12345678", "516", "请核对号码", False),
    ("'; DROP TABLE--", "414", "请核对号码", False),
    ("<b>1</b>", "999", "请核对号码", False),
]


@pytest.mark.parametrize(
    ("typed", "kind", "found", "number", "birth", "sex"), [row for row in GOOD if row[3] is not None]
)
def test_numbers_that_are_right(typed, kind, found, number, birth, sex):
    read = identity.read(typed, today=TODAY, kind=kind)
    assert (read.type, read.number, read.sex) == (found, number, sex)
    assert read.birth_date == (dt.date.fromisoformat(birth) if birth else None)


@pytest.mark.parametrize(("typed", "kind", "words", "may_stand"), BAD)
def test_numbers_that_are_wrong_say_what_to_correct(typed, kind, words, may_stand):
    with pytest.raises(identity.BadDocument) as bad:
        identity.read(typed, today=TODAY, kind=kind)
    assert words in str(bad.value)
    assert bad.value.may_stand is may_stand


@pytest.mark.parametrize(("typed", "kind"), [(typed, kind) for typed, kind, _words, may_stand in BAD if may_stand])
def test_a_reason_lets_a_contradicting_number_stand(typed, kind):
    read = identity.read(typed, today=TODAY, kind=kind, overridden=True)
    assert read.number in (typed, identity.eighteen_of(typed) if len(typed) == 15 else typed)
    assert read.birth_date is None


@pytest.mark.parametrize(("typed", "kind"), [(typed, kind) for typed, kind, _words, may_stand in BAD if not may_stand])
def test_no_reason_helps_a_number_of_the_wrong_shape(typed, kind):
    with pytest.raises(identity.BadDocument):
        identity.read(typed, today=TODAY, kind=kind, overridden=True)


def test_an_old_number_says_what_it_became():
    assert "11010519491231002X" in identity.read("110105491231002", today=TODAY).note


def test_there_are_enough_vectors():
    assert len(GOOD) - 1 + len(BAD) >= 60


born = st.dates(dt.date(1900, 1, 1), TODAY)
resident = st.builds(
    lambda region, day, seq: numbered(f"{region:06d}{day:%Y%m%d}{seq:03d}"),
    st.integers(110000, 659999), born, st.integers(0, 999),
)  # fmt: skip


@given(number=resident, place=st.integers(0, 17), digit=st.sampled_from("0123456789X"))
def test_no_single_wrong_digit_goes_unseen(number, place, digit):
    assert identity.read(number, today=TODAY).number == number
    if digit == number[place] or (digit == "X" and place < 17):
        return
    slip = number[:place] + digit + number[place + 1 :]
    with pytest.raises(identity.BadDocument):
        identity.read(slip, today=TODAY, kind="111")


@given(number=resident, place=st.integers(0, 16))
def test_no_swap_of_neighbours_goes_unseen(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number:
        return
    with pytest.raises(identity.BadDocument):
        identity.read(swapped, today=TODAY, kind="111")
