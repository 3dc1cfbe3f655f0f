"""A name is found in every reading, however it is typed, and a corrected one no more by the old."""

import pytest

from reception.models import Petitioner
from tests import factories
from tests.cases.test_searching import PHONE, people  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def named(*names: str) -> dict[str, Petitioner]:
    clerk = factories.user("clerk")
    return {name: factories.visit(clerk, person={"name": name}).petitioner for name in names}


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        (
            "王建国",
            ["wjg", "WJG", "wangjianguo", "Wang Jian Guo", "jianguo", "jg", "建国", "国", "王建国", "wángjiànguó"],
        ),
        ("单雄信", ["shanxiongxin", "danxiongxin", "chanx", "sxx", "dxx"]),
        ("仇英", ["qiuying", "chouying", "qy", "cy"]),
        ("解晓东", ["xiexiaodong", "jiexiaodong", "xxd", "jxd"]),
        ("查良镛", ["zhaliangyong", "chaliang", "zly"]),
        ("盖叫天", ["gejiaotian", "gaijiaotian"]),
        ("区海", ["ouhai", "quhai"]),
        ("曾巩", ["zenggong", "cenggong"]),
        ("任正", ["renzheng", "rz"]),
        ("华罗庚", ["hualuogeng", "hlg"]),
        ("尉迟恭", ["yuchigong", "weichigong", "ycg", "gong", "尉迟"]),
        ("欧阳春", ["ouyangchun", "oyc", "chun", "欧阳"]),
        ("吕绿", ["lvlv", "lülü", "lulu", "lu:lu:", "lyulyu", "ll", "lvl"]),
        ("阿依古丽·买买提", ["阿依古丽", "买买提", "阿依古丽买买提", "阿依古丽•买", "ayglmmt", "maimaiti", "mmt"]),
        ("John Smith", ["john smith", "JOHN", "smith", "js", "johnsmith"]),
        ("王𠮷", ["𠮷", "王𠮷"]),
    ],
)
def test_a_name_is_found_however_it_is_typed(name, typed):
    made = named(name, "赵铁柱")
    for text in typed:
        assert list(Petitioner.objects.called(text)) == [made[name]], text
    assert not Petitioner.objects.called("zzz").exists()
    assert not Petitioner.objects.called(" ·，").exists()


def test_a_surname_sounds_right_first():
    assert [one.pinyin for one in named("单雄信", "尉迟恭", "查良镛", "长孙无忌").values()] == [
        "shanxiongxin", "yuchigong", "zhaliangyong", "zhangsunwuji",
    ]  # fmt: skip


def test_a_name_corrected_at_the_counter_is_found_by_the_new_one_only(people):  # noqa: F811
    first = factories.visit(people["clerk"], person={"name": "单雄", "phone": PHONE})
    factories.visit(people["clerk"], petitioner=first.petitioner, person={"name": "周瑜", "phone": PHONE})
    assert Petitioner.objects.called("zhouyu").exists()
    assert not Petitioner.objects.called("shan").exists()
