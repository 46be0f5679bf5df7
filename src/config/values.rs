//! Written values: exact numbers, rule words and thresholds as a scheme spells them.

use crate::numeric::{self, Ratio};
use crate::survey::{Bound, Threshold};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::borrow::Cow;
use std::fmt;

/// An exact number: text such as `"0.4"`, `"1/3"`, `"30%"`, or a TOML integer. TOML floats are refused, since 0.1 is not exact.
#[derive(Clone, Debug, PartialEq)]
pub struct Number(pub Ratio);

/// A rule in one word: text, or a TOML integer that means itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(pub String);

/// A comparison: `">= 2/3"`, or `{ op = ">=", value = "2/3" }`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ThresholdOption {
    /// 一行写法。Operator and number in one text.
    Text(Word),
    /// 两个键的写法。Operator and number as two keys.
    Table(ThresholdTable),
}

/// 比较。A comparison.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ThresholdTable {
    /// 方向：达到 `>=`、超过 `>`、不足 `<`、不超过 `<=`。The direction.
    pub op: Operator,
    /// 数值。The number compared with.
    pub value: Number,
}

/// 比较方向。Direction of a comparison.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub enum Operator {
    /// 达到。At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// 超过。Above.
    #[serde(rename = ">")]
    Above,
    /// 不足。Below.
    #[serde(rename = "<")]
    Below,
    /// 不超过。At most.
    #[serde(rename = "<=")]
    AtMost,
}

/// Why a written threshold cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadThreshold {
    NoOperator,
    NotANumber,
}

/// Spellings of the directions; longer ones first, so that `>=` is not read as `>`.
const SPELLINGS: [(&str, Bound); 11] = [
    (">=", Bound::AtLeast),
    ("≥", Bound::AtLeast),
    ("达到", Bound::AtLeast),
    ("<=", Bound::AtMost),
    ("≤", Bound::AtMost),
    ("不超过", Bound::AtMost),
    ("超过", Bound::Above),
    (">", Bound::Above),
    ("不足", Bound::Below),
    ("低于", Bound::Below),
    ("<", Bound::Below),
];

impl ThresholdOption {
    /// The threshold, or why it cannot be used.
    pub(super) fn threshold(&self) -> Result<Threshold, BadThreshold> {
        match self {
            Self::Table(table) => Ok(Threshold { bound: table.op.bound(), value: table.value.0.clone() }),
            Self::Text(Word(text)) => {
                let text = text.trim();
                let spelling = SPELLINGS.iter().find_map(|(sign, bound)| Some((text.strip_prefix(sign)?, *bound)));
                let (number, bound) = spelling.ok_or(BadThreshold::NoOperator)?;
                let value = numeric::parse(number).ok_or(BadThreshold::NotANumber)?;
                Ok(Threshold { bound, value })
            }
        }
    }

    /// The text as written, for messages.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(word) => word.0.clone(),
            Self::Table(table) => format!("{} {}", sign(table.op.bound()), numeric::exact_text(&table.value.0)),
        }
    }
}

impl Operator {
    fn bound(self) -> Bound {
        match self {
            Self::AtLeast => Bound::AtLeast,
            Self::Above => Bound::Above,
            Self::Below => Bound::Below,
            Self::AtMost => Bound::AtMost,
        }
    }
}

/// The sign of a direction.
pub(super) fn sign(bound: Bound) -> &'static str {
    match bound {
        Bound::AtLeast => ">=",
        Bound::Above => ">",
        Bound::Below => "<",
        Bound::AtMost => "<=",
    }
}

struct TextOrInteger;

impl Visitor<'_> for TextOrInteger {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text such as \"0.4\", \"1/3\" or \"30%\", or an integer")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrInteger).map(Self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(TextOrInteger)?;
        numeric::parse(&text).map(Self).ok_or_else(|| D::Error::custom(format!("not an exact number: {text}")))
    }
}

impl JsonSchema for Word {
    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"] })
    }
}

impl JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "format": "exact-number",
            "description": "精确数，写成字符串：\"0.4\"、\"40\"、\"1/3\"、\"30%\"；整数也可以，不收浮点数。An exact number written as text, or an integer; floats are refused."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Threshold, BadThreshold> {
        ThresholdOption::Text(Word(text.to_owned())).threshold()
    }

    #[test]
    fn thresholds_keep_their_operator() {
        let at_least = Threshold { bound: Bound::AtLeast, value: numeric::ratio(2, 3) };
        assert_eq!(read(">= 2/3"), Ok(at_least.clone()));
        assert_eq!(read("达到2/3"), Ok(at_least));
        assert_eq!(read("超过 50%"), Ok(Threshold { bound: Bound::Above, value: numeric::ratio(1, 2) }));
        assert_eq!(read("不超过90"), Ok(Threshold { bound: Bound::AtMost, value: numeric::int(90) }));
        assert_eq!(read("90"), Err(BadThreshold::NoOperator));
        assert_eq!(read(">= ninety"), Err(BadThreshold::NotANumber));
    }
}
