//! Traditional characters that occur in the words of survey spreadsheets and in names of units, compared as the simplified
//! ones. What is shown stays as it was written.

use crate::habits::{Habit, on};
use std::sync::OnceLock;

/// The common ideographs.
const FIRST: usize = 0x4e00;
const LAST: usize = 0x9fff;

/// Pairs of a traditional and its simplified character; only such as have one meaning.
const PAIRS: &str = "師师團团連连黨党區区縣县鎮镇鄉乡廠厂場场營营隊队會会業业農农機机關关務务處处辦办學学總总礦矿電电\
    車车門门東东華华興兴龍龙馬马鳥鸟島岛灣湾橋桥園园圖图書书館馆醫医衛卫環环產产實实驗验術术質质監监\
    檢检測测評评價价開开發发財财稅税貿贸號号樓楼樹树綠绿紅红藍蓝銀银鐵铁鋼钢鹽盐糧粮紡纺織织絲丝繩绳\
    製制藥药廣广闊阔遠远達达運运進进選选邊边陽阳陰阴際际陸陆隴陇條条極极榮荣歷历歲岁滿满漢汉濟济瀋沈\
    濱滨灘滩無无爾尔獨独瑪玛畫画異异疊叠盧卢眾众統统結结絡络維维網网義义聯联聲声聖圣勝胜臺台與与舉举\
    莊庄蘇苏蘭兰虧亏裡里複复見见規规視视記记許许設设訪访試试誠诚語语調调請请論论證证識识議议護护讀读\
    變变讓让豐丰貝贝負负責责貨货費费資资賽赛趙赵軍军輪轮輸输轉转遙遥遷迁鄧邓鄭郑釋释鍾钟鎖锁長长間间\
    閣阁隨随離离難难雲云霧雾靜静韓韩頁页項项順顺領领頭头題题願愿類类風风飛飞養养馮冯駐驻騰腾驛驿魚鱼\
    鮮鲜鴻鸿鵬鹏麗丽麥麦黃黄點点齊齐齡龄寶宝寧宁將将專专導导屆届屬属岡冈嶺岭巖岩幣币幫帮庫库廟庙張张\
    強强彎弯後后從从徑径復复應应懷怀戶户撫抚擴扩據据數数斷断時时晉晋曉晓樂乐標标橫横權权歡欢殘残氣气\
    決决況况淨净淺浅湯汤準准溝沟澤泽濃浓燈灯爭争狀状現现瓊琼當当療疗盤盘碼码礎础種种積积穩稳窪洼競竞\
    節节範范築筑簡简籌筹紀纪約约純纯級级細细終终組组給给經经綜综綱纲線线編编練练縱纵績绩繼继續续罷罢\
    職职腦脑腳脚膠胶舊旧葉叶蓋盖蔣蒋蕭萧薩萨藝艺補补裝装觀观計计討讨訓训託托訂订訊讯詢询該该誌志認认\
    誤误課课諾诺謝谢譽誉貢贡貧贫購购賀贺賓宾賬账賴赖贊赞趕赶跡迹踐践軌轨較较載载輔辅輕轻轄辖辭辞辯辩\
    過过違违適适還还郵邮鄰邻醬酱釀酿針针釣钓鈴铃鉛铅銅铜錢钱錦锦錫锡鍋锅鎢钨鏡镜鐘钟閉闭閱阅闢辟階阶\
    隱隐雙双雜杂雞鸡須须頂顶預预頓顿頻频顏颜顧顾顯显飯饭飲饮飼饲飽饱餘余騎骑驅驱鬥斗鬧闹魯鲁鹼碱優优\
    兩两嚴严來来個个幹干麼么這这對对錯错習习態态備备註注審审簽签寫写層层換换為为稱称內内員员執执徵征\
    夠够緊紧寬宽劃划創创壓压";

/// The pairs by the traditional character, in a table over the common ideographs: 0 where there is none.
fn table() -> &'static [u16] {
    static TABLE: OnceLock<Vec<u16>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = vec![0; LAST - FIRST + 1];
        let signs: Vec<char> = PAIRS.chars().collect();
        for [traditional, simplified] in signs.as_chunks::<2>().0 {
            if let (Some(slot), Ok(code)) = (table.get_mut(*traditional as usize - FIRST), u16::try_from(*simplified as u32)) {
                *slot = code;
            }
        }
        table
    })
}

/// The simplified character of a traditional one.
pub(super) fn simple(c: char) -> Option<char> {
    let at = (c as usize).checked_sub(FIRST)?;
    let code = table().get(at).copied().filter(|code| *code != 0 && on(Habit::TraditionalSigns))?;
    char::from_u32(code.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_pairs_and_names_fold() {
        let signs: Vec<char> = PAIRS.chars().collect();
        assert!(signs.len().is_multiple_of(2), "{}", signs.len());
        for pair in signs.as_chunks::<2>().0 {
            assert_eq!(simple(pair[0]), Some(pair[1]), "{pair:?}");
            assert_eq!(simple(pair[1]), None, "{} is both", pair[1]);
        }
        assert_eq!(super::super::cells::key("第三師四十一團 黨委"), "第三师四十一团党委");
        assert_eq!((simple('三'), simple('a'), simple('\u{2e81}')), (None, None, None));
    }
}
