"""Invented petitioners: names, valid but made-up identity numbers, telephone numbers nobody has, addresses."""

import datetime as dt
import random

from reception.choices import IdType, PetitionerKind, Sex
from reception.identity import check_digit
from reception.registering import CompanionData, PersonData

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高梁郑谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵覃武钱戴严莫孔向常汤"
    ""
)
MALE = (
    "建国",
    "志明",
    "国庆",
    "永强",
    "德胜",
    "文斌",
    "海涛",
    "春生",
    "家福",
    "立新",
    "长河",
    "伟",
    "军",
    "勇",
    "志刚",
    "学文",
    "金山",
    "宏亮",
    "光辉",
    "小龙",
)
FEMALE = (
    "秀英",
    "桂兰",
    "玉梅",
    "淑芬",
    "丽华",
    "春花",
    "凤霞",
    "晓红",
    "美玲",
    "芳",
    "敏",
    "雪梅",
    "翠莲",
    "海燕",
    "丽娟",
    "文静",
    "小琴",
    "月娥",
    "慧",
    "素珍",
)
REGIONS = ("430102", "430103", "430104", "430105", "430121", "430124", "430181")
ESTATES = (
    "幸福里小区",
    "金桂花园",
    "临江名苑",
    "清水湾小区",
    "翠竹苑",
    "东方家园",
    "纺织厂宿舍",
    "阳光新城",
    "和平新村",
    "锦绣华庭",
    "机械厂家属院",
    "荷塘小区",
)
STREETS = ("和平街道", "清水街道", "东湖街道", "南门街道")
ROADS = ("解放西路", "人民中路", "沿江大道", "建设路", "青年路", "桃花巷", "学府路", "城南大道")
VILLAGES = ("石桥村", "新塘村", "柳林村", "大坪村", "白鹭村", "杨家湾村")
SCHOOLS = ("实验小学", "第三小学", "清水中学", "育才小学")
FIRMS = ("宏远建筑公司", "顺达劳务公司", "金鼎置业公司", "兴隆机械厂", "永泰制衣厂", "康乐健身中心")
# Two numbers used as examples everywhere, so that they are found again in every handbook.
VECTORS = ("11010519491231002X", "440524199001010018")


class Crowd:
    """Gives a new person each time, always the same ones for the same seed."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.count = 0
        self.taken: set[str] = set()

    def person(self) -> PersonData:
        """One petitioner with document, telephone and address."""
        self.count += 1
        female = self.rng.random() < 0.45
        number = VECTORS[self.count - 1] if self.count <= len(VECTORS) else self.number(female)
        female = int(number[16]) % 2 == 0
        return PersonData(
            name=self.name(female),
            id_type=IdType.RESIDENT,
            id_number=number,
            phone=f"1380000{self.count:04d}",
            address=self.address(),
            sex=Sex.FEMALE if female else Sex.MALE,
            birth_date=dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
            ethnicity=self.rng.choices(("汉族", "土家族", "苗族", "回族"), (88, 5, 5, 2))[0],
        )

    def address(self) -> str:
        dice = self.rng
        house = f"{dice.choice(ESTATES)}{dice.randint(1, 18)}号楼{dice.randint(1, 18)}0{dice.randint(1, 4)}室"
        return f"示范市{dice.choice(STREETS)}{house}"

    def name(self, female: bool) -> str:
        for _ in range(100):
            name = self.rng.choice(SURNAMES) + self.rng.choice(FEMALE if female else MALE)
            if name not in self.taken:
                break
        self.taken.add(name)
        return name

    def number(self, female: bool) -> str:
        day = dt.date(1948, 1, 1) + dt.timedelta(days=self.rng.randint(0, 19_000))
        order = 10 * self.rng.randint(0, 99) + self.rng.randrange(0, 10, 2) + (not female)
        first = f"{self.rng.choice(REGIONS)}{day:%Y%m%d}{order:03d}"
        return first + check_digit(first)

    def companions(self, count: int, representatives: int) -> list[CompanionData]:
        others = [self.person() for _ in range(count)]
        return [
            CompanionData(one.name, one.id_number, one.phone, is_representative=place < representatives)
            for place, one in enumerate(others)
        ]

    def firm(self) -> PersonData:
        """A petitioning organisation, without a document number."""
        self.count += 1
        return PersonData(
            name="示范市顺风物流有限公司", kind=PetitionerKind.ORGANISATION, phone=f"1380000{self.count:04d}",
            address="示范市清水街道物流园 6 号",
        )  # fmt: skip

    def words(self) -> dict[str, object]:
        """What is put into the placeholders of a petition."""
        return {
            "estate": self.rng.choice(ESTATES),
            "street": self.rng.choice(STREETS),
            "road": self.rng.choice(ROADS),
            "village": self.rng.choice(VILLAGES),
            "school": self.rng.choice(SCHOOLS),
            "firm": self.rng.choice(FIRMS),
            "n": self.rng.randint(2, 9),
            "big": self.rng.randint(12, 86),
        }
