//! Texts of index.html about weak points and how sure they are, what decides the order, flags on ballots, and persons.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    ("weak_title", "短板与把握", "Weak points, and how sure"),
    (
        "weak_note",
        "短板分六类，各有证据：得分、参照、差距、影响总分、把握（真实得分至少低于参照 {margin} 分的概率）与人数；误报比例控制在 {share}%。无概率的是评分表上的事实，不是抽样结论。「未发现」与「不能判断」也是结论。全部见 findings.csv、examined.csv。",
        "Weak points are of six kinds, each with its evidence: score, reference, gap, cost of the total, probability (that the true score lies at least {margin} {margin|point|points} below the reference) and number of respondents; the share of false flags is held to {share}%. One without a probability is a fact of a score sheet, not of a sample. None found and not testable are answers too. All are in findings.csv and examined.csv.",
    ),
    (
        "weak_counts",
        "短板 {count} · 低于同类的单位 {found}/{units} · 未发现 {clean} · 不能判断 {untestable} · 已检指标次 {tested}，不能判断 {rest}",
        "{count} weak {count|point|points} · {found} of {units} {units|unit|units} below peers · None found in {clean} · Not testable in {untestable} · {tested} {tested|score|scores} tested, {rest} not testable",
    ),
    ("cost", "影响总分", "Cost"),
    ("probability", "把握", "Probability"),
    ("driven", "主要来自 / 分歧票种", "Driven by / between"),
    ("more_weak", "另有 {n} 条，见", "{n} more {n|is|are} listed in"),
    ("no_weak", "未发现短板。", "No weak point was found."),
    (
        "no_test",
        "没有一项能够检验（票数或同类太少），不等于没有短板。",
        "Nothing could be tested (too few ballots or peers); that does not mean that nothing is weak.",
    ),
    ("influence", "什么决定了名次", "What decides the order"),
    (
        "influence_note",
        "去掉一项后名次与原来的一致程度：τ＝1 表示它不影响名次。每组列影响最大的几项；全部见 influence.csv。",
        "How far the order agrees with itself when one part is left out: a part with τ = 1 decides nothing. The most decisive of each group are shown; all are in influence.csv.",
    ),
    ("without", "去掉", "Without"),
    ("ranks_moved", "名次改变", "Ranks moved"),
    ("regraded", "等次改变", "Regraded"),
    ("farthest", "变动最大", "Moved farthest"),
    ("reliability", "问卷的信度", "Reliability of the forms"),
    (
        "reliability_note",
        "克朗巴赫 α：各题是否同向。0.7 以上通常可用；题太少或作答雷同时不足为凭。",
        "Cronbach's α: whether the items pull the same way. Above 0.7 is commonly held usable; few items or uniform answers make it weak evidence.",
    ),
    ("items", "题数", "Items"),
    ("whole_ballots", "整票", "Whole ballots"),
    ("least_like", "与其余各题最不相关的题", "Item least like the rest"),
    ("flags", "答卷形态提示", "Flags on ballots"),
    (
        "flags_note",
        "<b>提示，不是结论。</b>没有一张票因此剔除；请向报送单位了解情况。",
        "<b>A flag, never a verdict.</b> No ballot was taken out for it; ask the unit.",
    ),
    ("pattern", "形态", "Pattern"),
    ("ballots", "票数", "Ballots"),
    ("expected", "同类预期", "Expected"),
    ("by_chance", "偶然如此的概率", "By chance"),
    ("more_flags", "另有 {n} 条，见 forensics.csv", "{n} more {n|is|are} listed in forensics.csv"),
    ("persons_title", "干部建议等次", "Persons: suggested grades"),
    (
        "persons_note",
        "干部只在同类别内排名，单位等次先定；上限与理由照方案列出。※ 评议人数不足，不公布。全部见",
        "Persons are ranked within their category, after the units; limits and reasons are the scheme's. ※ too few raters. All are in",
    ),
    ("person_name", "姓名", "Name"),
    ("limited", "上限", "Limited by"),
    ("by_score", "按得分：{grade}", "By score: {grade}"),
    ("more_persons", "另有 {n} 人，见 persons.csv", "{n} more {n|person is|persons are} listed in persons.csv"),
];
