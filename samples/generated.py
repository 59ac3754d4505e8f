"""Made-up stories in any number, from word lists and sentence patterns: the same for the same key and seed.

Every company, product and person is invented.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime

from samples.markup import Picture
from samples.story import Account, SiteName, Story


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_COMPANIES = _listed(
    "澄光科技/固态电池 岚溪半导体/蓝牙芯片 星野机器人/护理机器人 雪杉智能/车载芯片 青梧数据/端侧模型 墨舟软件/数据库 "
    "南溪能源/换电重卡 渡边岛科技/激光雷达 海棠显示/电子墨水屏 白鹭航天/卫星通信 知更鸟出行/电动货车 苔原安全/网络安全设备 "
    "远汀存储/服务器内存 松间智造/数控机床 砚台网络/云存储 枫桥光学/光学传感器 蓝鲸座算力/推理服务器 谷雨农机/采棉机 "
    "拾贝音频/降噪耳机 柳岸互动/会议音箱 霁月生物/检测仪器 折纸科技/折叠屏手机 石榴小家电/便携水壶 北望测绘/三维扫描仪"
)
_PRODUCTS = _listed(
    "流萤 惊蛰 扶摇 听涛 望舒 青蚨 鹿鸣 白泽 采薇 长庚 折桂 飞廉 玄圃 若木 沉璧 拂晓 山岚 破晓 踏浪 凌云"
)
_CITIES = _listed("杭州 成都 苏州 合肥 武汉 西安 青岛 厦门 长沙 南京 珠海 无锡")
_PEOPLE = _listed("林知远 周砚秋 许明澈 沈若川 贺兰亭 陆时雨 顾南枝 程一诺 江晚舟 秦牧之 苏见山 叶听澜")
_EDITORS = _listed("青岚 问舟 鹤归 栖迟 远岫")

_NEWS = (
    (
        "{company}发布{field}“{product}”{number}，重量减轻 {percent}%",
        "{company}今天在{city}发布{field}“{product}”{number}，比上一代轻 {percent}%，下月开始交付。",
    ),
    (
        "{company}{field}新产线在{city}投产，年产能 {amount} 万件",
        "{company}位于{city}的{field}新产线今天投产，年产能 {amount} 万件，首批产品为“{product}”系列。",
    ),
    (
        "{company}完成 {rounds} 轮融资，继续投入{field}",
        "{company}宣布完成 {rounds} 轮融资，资金将用于{field}“{product}”的量产和{city}研发中心的建设。",
    ),
    (
        "{company}公布“{product}”路线图：新一代{field}明年一季度量产",
        "{company}公布了“{product}”的路线图，新一代{field}计划明年一季度量产，目标是把成本降低 {percent}%。",
    ),
    (
        "{company}公开“{product}”接口，{field}厂商可免费使用",
        "{company}把“{product}”的接口全部公开，{field}厂商可以在 {years} 年内免费使用。",
    ),
    (
        "{company}三季度{field}出货量同比增长 {percent}%",
        "{company}公布三季度业绩，{field}出货量同比增长 {percent}%，“{product}”系列占了其中的一半以上。",
    ),
    (
        "{company}不跟降价：“{product}”保修期延长到 {years} 年",
        "面对价格战，{company}没有继续降价，而是把{field}“{product}”的保修期延长到了 {years} 年。",
    ),
    (
        "{company}“{product}”通过 {amount} 小时连续运行测试",
        "{company}的{field}项目有了新进展：“{product}”已经通过 {amount} 小时的连续运行测试。",
    ),
    (
        "{company}在{city}开出首家{field}体验店，只修不卖",
        "{company}在{city}开出首家体验店，店里不卖{field}，只提供“{product}”系列的免费检测和维修。",
    ),
    (
        "{company}召回部分“{product}”，更换一枚螺丝",
        "{company}宣布召回 {amount} 台{field}“{product}”，原因是一枚螺丝可能松动，更换只需 {few} 分钟。",
    ),
    (
        "{company}与{city}高校共建{field}实验室，数据三年后公开",
        "{company}与{city}的一所高校共建{field}实验室，首个课题围绕“{product}”展开，数据将在三年后公开。",
    ),
)
_MIDDLES = (
    "{company}产品负责人{person}说，团队花了 {years} 年解决{field}的散热问题，最后换掉的是一颗只有米粒大小的传感器。",
    "“我们不想再堆参数。”{person}在发布会后接受采访时表示，“用户每天只会打开它 {few} 次，这 {few} 次必须顺手。”",
    "数据显示，{field}的平均售价在过去 {years} 年里下降了 {percent}%，{city}的供应链企业功不可没。",
    "从拆解看，“{product}”的主板面积缩小了 {percent}%，空出来的位置全部留给了电池。",
    "{company}在{city}的新工厂占地 {amount} 亩，设有 {few} 条自动化产线，良率目标是 9{few}.5%。",
    "一位不愿具名的经销商告诉记者，首批 {amount} 台样机在三天内就被预订一空。",
    "按照计划，“{product}”将在{city}等 {few} 座城市先行试点，反馈良好再推向全国。",
    "不过，{field}的标准尚未统一，{company}能否说服同行采用自己的接口，仍是未知数。",
    "{person}承认，早期版本在低温下会掉电，新固件把零下 {few} 度时的误差控制在了 {few}% 以内。",
)
_ENDS = (
    "“{product}”将于下月 {few} 日开售，价格为 {amount}9 元。",
    "{company}表示，后续进展会在官方渠道公布。",
    "分析人士认为，{field}的下一个看点是售后，而不是首发参数。",
    "截至发稿，{company}没有就量产时间作出更多回应。",
)


class Writer:
    """Writes stories; the same seed, site, key, moment and turn give the same story.

    Accounts that are `silent` publish nothing from a time on; `albums` are those in which all of an account's are: by their keys.
    """

    def __init__(
        self, seed: int, accounts: list[Account], silent: Mapping[str, datetime] | None = None
    ) -> None:
        self.seed = seed
        self.accounts = accounts
        self.silent = silent or {}
        self.albums: dict[str, str] = {}

    def story(
        self, site: SiteName, key: str, published: datetime, turn: int, links: Sequence[Story] = ()
    ) -> Story:
        """One story, which leads to others at its end; companies and kinds of news take turns, so that neighbours differ."""
        chance = random.Random(f"{self.seed}/{key}")  # noqa: S311 - reproducible prose, nothing secret
        words = self._words(chance, turn)
        title, lead = _NEWS[turn % len(_NEWS)]
        paragraphs = [
            lead,
            *chance.sample(_MIDDLES, chance.randint(2, 5)),
            chance.choice(_ENDS),
        ]
        texts = [paragraph.format(**words) for paragraph in paragraphs]
        digest = texts[0]
        if site == "ithome":
            texts[0] = f"IT之家 {published.month} 月 {published.day} 日消息，{texts[0]}"
        pictures = [
            f"![{words['company']}“{words['product']}”](gen-{key}-{place} {chance.choice((640, 800, 1080))}x{chance.choice((360, 450, 720))})"
            for place in range(chance.randint(0, 2))
        ]
        for place, picture in enumerate(pictures):
            texts.insert(1 + 2 * place, picture)
        texts += [f"相关阅读：[{other.title}]({other.url})" for other in links]
        speaking = [
            it for it in self.accounts if it.key not in self.silent or published < self.silent[it.key]
        ]
        account = speaking[chance.randrange(len(speaking))] if site == "weixin" else None
        return Story(
            site=site,
            key=key,
            title=title.format(**words),
            digest=digest,
            published=published,
            text="\n\n".join(texts),
            author=words["person"],
            editor=chance.choice(_EDITORS) if site == "ithome" else "",
            source="IT之家" if site == "ithome" else "",
            channel="it" if site == "ithome" else "",
            tags=(words["company"], words["field"]),
            account=account,
            album=self.albums.get(account.key, "") if account else "",
            cover=Picture(f"gen-{key}-cover", 600, 400),
            generated=True,
        )

    @staticmethod
    def _words(chance: random.Random, turn: int) -> dict[str, str]:
        company, field = _COMPANIES[turn % len(_COMPANIES)].split("/")
        return {
            "company": company,
            "product": chance.choice(_PRODUCTS),
            "field": field,
            "city": chance.choice(_CITIES),
            "person": chance.choice(_PEOPLE),
            "number": str(chance.randint(2, 9)),
            "percent": str(chance.randint(8, 68)),
            "amount": str(chance.randint(12, 480)),
            "years": str(chance.randint(2, 6)),
            "few": str(chance.randint(2, 7)),
            "rounds": chance.choice(("天使", "A", "A+", "B", "C")),
        }
