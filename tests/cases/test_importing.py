"""One row of a register: every column name, every spelling of a date, every reason to refuse."""

import datetime as dt

import pytest

from cases.importing import COLUMNS, Places, moment_of, read_register
from reception.choices import PetitionerKind
from reception.models import ContentCategory
from tests import factories
from vault.errors import Refusal

TODAY = dt.date(2026, 11, 22)
HEADS = ["登记编号", "姓名", "登记日期", "标题", "详细内容", "答复日期", "答复意见"]
ROW = ["A-1", "张三", "2026-03-05", "路灯不亮", "幸福里路灯坏了三盏。", "2026-03-12", "已修复。"]


@pytest.fixture
def office(db):
    return factories.office()


def register(office, *rows, heads=HEADS):
    numbered = list(enumerate([heads, *rows], start=1))
    return read_register(numbered, office=office, today=TODAY, places=Places.load())


def one(office, **columns):
    """One row read from columns by head; the needed ones are filled in."""
    columns = {"姓名": "张三", "登记日期": "2026-03-05", "标题": "路灯不亮"} | columns
    read = register(office, list(columns.values()), heads=list(columns))
    assert read.refused == []
    return read.rows[0]


def reason(office, **columns):
    columns = {"姓名": "张三", "登记日期": "2026-03-05", "标题": "路灯不亮"} | columns
    read = register(office, list(columns.values()), heads=list(columns))
    assert read.rows == []
    return read.refused


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日", "２０２６年３月５日", "2026/3/5 0:00",
        "2026-03-05 00:00:00", "2026年3月5日 0时0分", "2026-03-05T00:00:00", 46086, 46086.0,
        dt.date(2026, 3, 5), dt.datetime(2026, 3, 5),
    ],
)  # fmt: skip
def test_every_spelling_of_a_day(text):
    assert moment_of(text) == dt.datetime(2026, 3, 5, tzinfo=factories.SHANGHAI)


@pytest.mark.parametrize("text", ["2026年3月5日9时32分", "2026-03-05 09:32", "2026/3/5 9:32:00", "2026.3.5 9：32"])
def test_the_time_is_kept(text):
    assert moment_of(text) == dt.datetime(2026, 3, 5, 9, 32, tzinfo=factories.SHANGHAI)


@pytest.mark.parametrize("text", ["2026-02-30", "去年三月", "3月5日", "2026-13-01", "20260305x", True, 12, ""])
def test_what_is_no_day(text):
    assert moment_of(text) is None


def test_every_column_name_of_the_contract_is_understood(office):
    contract = [
        "编号",
        "登记编号",
        "姓名",
        "信访人",
        "证件号码",
        "身份证号",
        "联系电话",
        "住址",
        "来访日期",
        "信访日期",
        "登记日期",
        "来访人数",
        "人数",
        "信访形式",
        "信访目的",
        "类别",
        "内容分类",
        "问题属地",
        "标题",
        "反映问题",
        "主要诉求",
        "详细内容",
        "概况",
        "承办单位",
        "责任单位",
        "办理方式",
        "限办日期",
        "办结日期",
        "答复日期",
        "答复意见",
        "处理结果",
        "满意度",
        "备注",
    ]
    assert sorted(contract) == sorted(alias for aliases in COLUMNS.values() for alias in aliases)


def test_a_full_row_becomes_history(office):
    labour = factories.labour()
    content = ContentCategory.objects.create(code="01", name="城乡建设", path_name="城乡建设")
    row = one(
        office, 编号="2026-7", 证件号码="11010519491231002x", 联系电话="138 0000-0001", 住址="和平路 1 号",
        来访人数="6人", 信访形式="集体来访", 信访目的="求决", 内容分类="城乡建设", 问题属地="和平区",
        详细内容="详情", 承办单位="人社局", 限办日期="2026-05-01", 答复日期="2026年3月20日", 办结日期="2026-03-19",
        答复意见="已答复。", 满意度="满意", 工单号=88.0,
    )  # fmt: skip
    assert (row.external_no, row.title, row.demand, row.opinion) == ("2026-7", "路灯不亮", "路灯不亮", "已答复。")
    assert vars(row.person) | {"kind": "person"} == {
        "name": "张三", "kind": "person", "id_type": "111", "id_number": "11010519491231002X", "phone": "13800000001",
        "address": "和平路 1 号", "sex": "2", "birth_date": dt.date(1949, 12, 31), "ethnicity": "", "work_unit": "",
    }  # fmt: skip
    assert row.fields == {
        "channel": "visit", "purpose": "appeal", "visitors": 6, "involved": 6, "content_category": content,
        "facts": "详情", "external_no": "2026-7", "region": "和平区", "clerk_note": "满意度：满意\n工单号：88",
        "source": "import", "id_note": "",
    }  # fmt: skip
    assert (row.unit, row.handle_due, row.answered_on) == (labour, dt.date(2026, 5, 1), dt.date(2026, 3, 20))
    assert row.closed_at == dt.datetime(2026, 3, 19, tzinfo=factories.SHANGHAI)


def test_what_has_no_place_is_kept_word_for_word(office):
    row = one(office, 信访形式="领导接访日", 承办单位="某某局", 内容分类="其他杂项", 信访目的="不明", 备注="来过两次")
    assert row.fields["clerk_note"] == "承办单位：某某局\n内容分类：其他杂项\n信访目的：不明\n备注：来过两次"
    assert (row.category, row.unit, row.fields["content_category"]) == ("C03", None, None)


def test_a_number_that_cannot_be_right_is_kept_as_another_document(office):
    row = one(office, 证件号码="110105194912310021")
    assert (row.person.id_type, row.person.id_number) == ("999", "110105194912310021")
    assert row.fields["id_note"] == "证件号码按原登记录入，未通过校验"


def test_nobody_named_is_anonymous_and_a_user_code_is_a_name(office):
    assert one(office, 姓名="").person.kind == PetitionerKind.ANONYMOUS
    assert one(office, 姓名="A00045581").person.name == "A00045581"


def test_invisible_signs_go_and_are_told_of(office):
    row = one(office, 详细内容="路灯\x00坏\u200b了\r\n第二行")
    assert row.fields["facts"] == "路灯坏了\n第二行"
    assert row.fields["clerk_note"] == "（原文中看不见的控制符已去除）"


def test_long_text_arrives_whole_and_makes_a_short_title(office):
    text = "路灯坏了。" * 1400
    row = one(office, 标题="", 详细内容=text)
    assert (row.demand, row.title, row.fields["facts"]) == (text, "路灯坏了", "")


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"登记日期": ""}, "没有来访日期。"),
        ({"登记日期": "去年"}, "“来访日期”不是日期：去年。"),
        ({"登记日期": "2026-11-23"}, "“来访日期”晚于今日。"),
        ({"标题": ""}, "没有标题，也没有内容。"),
        ({"人数": "七"}, "“来访人数”应当是 1 至 9999 的整数：七。"),
        ({"人数": "0"}, "“来访人数”应当是 1 至 9999 的整数：0。"),
        ({"答复日期": "2026-03-04"}, "答复日期早于来访日期。"),
        ({"答复意见": "已修"}, "有答复意见，但没有答复日期。"),
        ({"编号": "9" * 41}, "“编号”过长。"),
        ({"姓名": "张" * 121}, "“姓名”过长。"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_reason(office, columns, sentence):
    assert reason(office, **columns) == [(2, sentence)]


def test_a_row_with_more_cells_than_heads_is_refused(office):
    assert register(office, [*ROW, "多出"]).refused == [(2, "列数多于表头，可能有未加引号的分隔符。")]


def test_the_same_number_twice_is_refused_and_the_same_text_without_number_as_well(office):
    again = [*ROW[:3], "别的标题", *ROW[4:]]
    assert register(office, ROW, again).refused == [(3, "与第 2 行重复。")]
    bare = ["", *ROW[1:]]
    assert register(office, bare, bare).refused == [(3, "与第 2 行重复。")]
    assert len(register(office, bare, ["", "李四", *ROW[2:]]).rows) == 2


def test_heads_may_stand_below_a_title_and_carry_marks(office):
    numbered = [
        (1, ["示范市 2026 年来访台账"]),
        (2, ["姓 名*", "登记日期：", "标题"]),
        (3, ["张三", "2026-03-05", "路灯"]),
    ]
    read = read_register(numbered, office=office, today=TODAY, places=Places.load())
    assert [(row.row, row.title) for row in read.rows] == [(3, "路灯")]


def test_missing_columns_are_named_in_one_sentence(office):
    with pytest.raises(Refusal) as refusal:
        register(office, ["1", "2"], heads=["编号", "备注"])
    assert str(refusal.value) == (
        "缺少必需的列：姓名/信访人、来访日期/信访日期/登记日期、标题/主要诉求/反映问题/详细内容/概况。"
        "请核对表头；打开是乱码的，另存为 UTF-8 编码再导入。"
    )
