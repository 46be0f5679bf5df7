//! Cleared results → the hand-over: every person with scores, suggestion, limits, quotas and where the evidence stands.

use super::model::{
    Cap, CapKind, Decision, Entry, Evidence, EvidenceFile, Grade, Named, Part, Personnel, Quota, Rank, Reason, Run, Score,
    Status, Suggestion, Tongue, Unit, VERSION, WeakSpot,
};
use crate::diagnostic::Language;
use crate::measure::{CapReason, NodeScore, PersonPool, PersonStanding, Scorecard, WeakPoint, WhyMissing};
use crate::numeric::{Ratio, round_float, round_half_up};
use crate::publish::manifest::{PROGRAM, sha256};
use crate::publish::material::{Cards, Material};
use crate::publish::table::results::band;
use crate::publish::words::feed::{NoInterval, no_interval};
use crate::publish::words::{self, limit_of, name_of_pool};
use crate::survey::{CapWhen, DomainId, NodeId, NodeSource, Person, Scheme, SubjectId};
use std::collections::{BTreeMap, BTreeSet};

/// Decimals of shares and weights.
const SHARE: u32 = 6;
/// Decimals of probabilities.
const PROBABILITY: u32 = 4;

/// The hand-over of an edition that has the given other files.
pub(super) fn personnel(material: &Material<'_>, files: &BTreeSet<&str>) -> Personnel {
    let ground = Ground::new(material, files);
    let persons = &material.cleared.get().persons;
    let mut out = Personnel {
        schema_version: VERSION.to_owned(),
        run: run(material.scheme),
        places: material.scheme.rules.places,
        grades: material.scheme.persons.grades.iter().map(grade).collect(),
        statuses: material.scheme.persons.statuses.iter().map(|status| ground.status(status)).collect(),
        quotas: persons.pools.iter().enumerate().map(|(number, pool)| ground.quota(number, pool)).collect(),
        persons: persons.standings.iter().filter_map(|standing| ground.entry(standing)).collect(),
    };
    sign(&mut out);
    out
}

/// Puts the hash of the whole content everywhere the run is named; the version of the program is not part of it.
fn sign(out: &mut Personnel) {
    let version = std::mem::take(&mut out.run.version);
    let hash = sha256(&serde_json::to_vec(out).unwrap_or_default());
    out.run.version = version;
    for person in &mut out.persons {
        person.evidence.run_hash.clone_from(&hash);
    }
    out.run.run_hash = hash;
}

fn run(scheme: &Scheme) -> Run {
    Run {
        program: PROGRAM.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        assessment: scheme.code.clone(),
        title: scheme.title.clone(),
        year: scheme.year,
        language: match scheme.language {
            Language::Zh => Tongue::Zh,
            Language::En => Tongue::En,
        },
        run_hash: String::new(),
    }
}

fn grade(grade: &crate::survey::PersonGrade) -> Grade {
    Grade { code: grade.code.clone(), name: grade.name.clone(), result_code: filled(&grade.result_code) }
}

/// An empty text is none.
fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn rounded(value: &Ratio, places: u32) -> f64 {
    round_half_up(value, places).to_f64()
}

fn rounded_float(value: f64, places: u32) -> Option<f64> {
    round_float(value, places).map(|value| value.to_f64())
}

fn quota_id(number: usize) -> String {
    format!("Q{}", number + 1)
}

/// What every entry is made from.
struct Ground<'a> {
    scheme: &'a Scheme,
    cards: Cards<'a>,
    files: &'a BTreeSet<&'a str>,
    standings: BTreeMap<SubjectId, &'a PersonStanding>,
    weak: BTreeMap<SubjectId, Vec<&'a WeakPoint>>,
    /// Quotas by member.
    pools: BTreeMap<SubjectId, Vec<usize>>,
}

impl<'a> Ground<'a> {
    fn new(material: &Material<'a>, files: &'a BTreeSet<&'a str>) -> Self {
        let results = material.cleared.get();
        let mut weak: BTreeMap<SubjectId, Vec<&WeakPoint>> = BTreeMap::new();
        for point in &results.evidence.weak_points {
            weak.entry(point.subject).or_default().push(point);
        }
        let mut pools: BTreeMap<SubjectId, Vec<usize>> = BTreeMap::new();
        for (number, pool) in results.persons.pools.iter().enumerate() {
            for member in &pool.members {
                pools.entry(*member).or_default().push(number);
            }
        }
        let standings = results.persons.standings.iter().map(|standing| (standing.subject, standing)).collect();
        Self { scheme: material.scheme, cards: material.cards(), files, standings, weak, pools }
    }

    fn code(&self, subject: SubjectId) -> String {
        self.scheme.frame.subject(subject).code.clone()
    }

    fn grade(&self, index: Option<usize>) -> Option<&'a crate::survey::PersonGrade> {
        self.scheme.persons.grades.get(index?)
    }

    fn grade_code(&self, index: Option<usize>) -> Option<String> {
        self.grade(index).map(|grade| grade.code.clone())
    }

    /// The name of a category; the unnamed one has none.
    fn category(&self, domain: DomainId) -> Option<String> {
        filled(&self.scheme.frame.domain(domain).name)
    }

    fn status(&self, status: &crate::survey::Status) -> Status {
        Status {
            code: status.code.clone(),
            name: status.name.clone(),
            gradable: status.gradable,
            at_best: self.grade_code(status.at_best),
            result_code: filled(&status.result_code),
        }
    }

    fn quota(&self, number: usize, pool: &PersonPool) -> Quota {
        let scheme = self.scheme;
        let suggested = pool.members.iter().filter(|member| {
            self.standings.get(member).is_some_and(|standing| !standing.hidden && standing.grade == Some(pool.grade))
        });
        let suggested = suggested.count() as u64;
        Quota {
            id: quota_id(number),
            name: name_of_pool(scheme, pool),
            grade: self.grade_code(Some(pool.grade)).unwrap_or_default(),
            unit_grade: filled(band(scheme, pool.unit_grade)),
            scope: pool.scope.map(|scope| self.code(scope)),
            level: pool.level.map(|level| scheme.frame.level(level).name.clone()),
            category: self.category(pool.domain),
            leaders: scheme.persons.quotas.get(pool.quota).is_some_and(|rule| rule.leaders),
            units: pool.units,
            base: pool.base,
            share: rounded(&pool.share, SHARE),
            exact: rounded(&pool.exact, SHARE),
            places: pool.places,
            limit: pool.places.max(suggested),
            suggested,
            tied: pool.tied.iter().map(|person| self.code(*person)).collect(),
            members: pool.members.iter().map(|person| self.code(*person)).collect(),
        }
    }

    fn entry(&self, standing: &PersonStanding) -> Option<Entry> {
        let scheme = self.scheme;
        let subject = scheme.frame.subject(standing.subject);
        let person = subject.person.as_ref()?;
        let card = self.cards.of(standing.subject);
        let tier = person.tier.and_then(|tier| scheme.persons.tier(tier));
        let statuses = person.statuses.iter().filter_map(|status| scheme.persons.statuses.get(*status));
        Some(Entry {
            id: subject.code.clone(),
            name: subject.name.clone(),
            unit: self.unit(standing),
            category: self.category(standing.domain),
            post: filled(&person.post),
            principal: person.principal,
            tier: tier.map(|tier| Named { code: tier.code.clone(), name: tier.name.clone() }),
            statuses: statuses.map(|status| Named { code: status.code.clone(), name: status.name.clone() }).collect(),
            gradable: standing.gradable,
            score: self.score(standing, card),
            rank: self.rank(standing),
            suggestion: self.suggestion(standing),
            weak_points: self.weak_points(standing.unit),
            evidence: self.evidence(standing, person, card),
            decision: Decision::default(),
        })
    }

    fn unit(&self, standing: &PersonStanding) -> Unit {
        let frame = &self.scheme.frame;
        let unit = frame.subject(standing.unit);
        Unit {
            code: unit.code.clone(),
            name: unit.name.clone(),
            path: frame.path(standing.unit),
            level: frame.level(standing.unit_level).name.clone(),
            grade: filled(band(self.scheme, standing.unit_grade)),
        }
    }

    fn why(&self, node: &NodeScore) -> Option<String> {
        if node.hidden || node.score.is_some() {
            return None;
        }
        node.why.map(|why| words::why_missing(why, self.scheme.language).to_owned())
    }

    fn score(&self, standing: &PersonStanding, card: Option<&Scorecard>) -> Score {
        let places = self.scheme.rules.places;
        let node = |id: NodeId| card.and_then(|card| card.nodes.get(usize::from(id.0)));
        let root = self.scheme.index.persons.and_then(node);
        let points = |pick: fn(&Scorecard) -> &Ratio| card.map_or(0.0, |card| rounded(pick(card), places));
        // The interval is that of the composite as scored: bonus and deduction are facts, and move both ends.
        let shift = points(|card| &card.bonus) - points(|card| &card.deduction);
        let known = root.filter(|_| standing.score.is_some() && !standing.hidden).and_then(NodeScore::interval);
        let end = |value: f64| rounded_float((value + shift).max(0.0), places);
        Score {
            value: standing.score.as_ref().map(crate::numeric::Published::to_f64),
            hidden: standing.hidden,
            why: root.filter(|_| !standing.hidden && standing.score.is_none()).and_then(|root| self.why(root)),
            low: known.and_then(|(low, _)| end(low)),
            high: known.and_then(|(_, high)| end(high)),
            incomplete: root.is_some_and(|root| root.incomplete),
            coverage: root.filter(|_| !standing.hidden).map(|root| rounded(&root.coverage, SHARE)),
            bonus: points(|card| &card.bonus),
            deduction: points(|card| &card.deduction),
            parts: self.scheme.index.person_procedures().filter_map(|id| self.part(id, node(id)?)).collect(),
        }
    }

    /// One part; one that does not apply to the person is left out.
    fn part(&self, id: NodeId, score: &NodeScore) -> Option<Part> {
        if score.why == Some(WhyMissing::NotApplicable) {
            return None;
        }
        let node = self.scheme.index.node(id);
        Some(Part {
            node: node.code.clone(),
            name: node.name.clone(),
            of_unit: matches!(node.source, NodeSource::Unit(_)),
            score: score.score.as_ref().filter(|_| !score.hidden).map(|value| rounded(value, self.scheme.rules.places)),
            hidden: score.hidden,
            why: self.why(score),
            weight: rounded(&score.weight.nominal, SHARE),
            effective_weight: rounded(&score.weight.effective, SHARE),
        })
    }

    fn rank(&self, standing: &PersonStanding) -> Rank {
        let (scheme, language) = (self.scheme, self.scheme.language);
        let tier = standing.tier.filter(|_| scheme.persons.rank_by_tier).and_then(|tier| scheme.persons.tier(tier));
        let parts = [
            scheme.frame.level(standing.unit_level).name.as_str(),
            scheme.frame.domain(standing.domain).name.as_str(),
            tier.map_or("", |tier| tier.name.as_str()),
        ];
        let within: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let why = match standing.rank {
            None if standing.hidden => NoInterval::Hidden,
            None => NoInterval::Unranked,
            Some(_) => NoInterval::NoError,
        };
        let (low, high) = standing.rank_interval.unzip();
        let why = low.is_none().then(|| no_interval(why, language).to_owned());
        Rank { rank: standing.rank, of: standing.of, within: within.join("·"), low, high, why }
    }

    fn suggestion(&self, standing: &PersonStanding) -> Suggestion {
        let reason = |(code, args): &(String, Vec<String>)| Reason {
            code: code.clone(),
            text: words::reason(code, args, self.scheme.language),
        };
        let pools = self.pools.get(&standing.subject).map_or(&[][..], Vec::as_slice);
        Suggestion {
            grade: self.grade_code(standing.grade),
            name: self.grade(standing.grade).map(|grade| grade.name.clone()),
            result_code: filled(&standing.result_code),
            grade_by_score: self.grade_code(standing.grade_by_score),
            possible: standing.grades_possible.iter().filter_map(|grade| self.grade_code(Some(*grade))).collect(),
            tied_at_cut: standing.tied_at_cut,
            quotas: pools.iter().map(|number| quota_id(*number)).collect(),
            caps: self.caps(standing),
            reasons: standing.reasons.iter().map(reason).collect(),
        }
    }

    fn caps(&self, standing: &PersonStanding) -> Vec<Cap> {
        let made = |cap: &crate::measure::AppliedCap| {
            let rule = if let CapReason::Rule(rule) = cap.why { self.scheme.persons.caps.get(rule) } else { None };
            let kind = match (cap.why, rule.map(|rule| &rule.when)) {
                (CapReason::Veto, _) => CapKind::Veto,
                (_, Some(CapWhen::UnitGrade(_))) => CapKind::UnitGrade,
                (_, Some(CapWhen::Score { .. })) => CapKind::Score,
                (_, Some(CapWhen::Votes(_))) => CapKind::Votes,
                (_, None) => CapKind::Status,
            };
            Some(Cap {
                grade: self.grade_code(Some(cap.grade))?,
                kind,
                binding: rule.is_none_or(|rule| rule.binding),
                bites: cap.bites,
                rule: limit_of(self.scheme, cap.why),
            })
        };
        standing.caps.iter().filter_map(made).collect()
    }

    fn weak_points(&self, unit: SubjectId) -> Vec<WeakSpot> {
        let (scheme, places) = (self.scheme, self.scheme.rules.places);
        let points = self.weak.get(&unit).map_or(&[][..], Vec::as_slice);
        let spot = |point: &&WeakPoint| {
            let node = scheme.index.node(point.node);
            WeakSpot {
                node: node.code.clone(),
                name: node.name.clone(),
                kind: words::weak_kind(point.kind, scheme.language).to_owned(),
                score: rounded(&point.score, places),
                reference: rounded(&point.reference, places),
                gap: rounded(&point.gap, places),
                cost: point.cost.as_ref().map(|cost| rounded(cost, places)),
                probability: point.probability.and_then(|value| rounded_float(value, PROBABILITY)),
            }
        };
        points.iter().map(spot).collect()
    }

    fn evidence(&self, standing: &PersonStanding, person: &Person, card: Option<&Scorecard>) -> Evidence {
        let (id, unit) = (self.code(standing.subject), self.code(standing.unit));
        let quotas = !self.scheme.persons.quotas.is_empty();
        let wanted = [
            ("persons.csv".to_owned(), Some(("person", id.clone()))),
            ("scores.csv".to_owned(), Some(("subject", id.clone()))),
            ("standings.csv".to_owned(), Some(("subject", unit.clone()))),
            ("findings.csv".to_owned(), Some(("subject", unit.clone())).filter(|_| self.weak.contains_key(&person.unit))),
            ("quotas.csv".to_owned(), None),
            (format!("persons/{id}/report.html"), None),
            (format!("units/{unit}/report.html"), None),
        ];
        let of_table = |path: &str, find: Option<&(&str, String)>| match path {
            "findings.csv" => find.is_some(),
            "quotas.csv" => quotas,
            _ => true,
        };
        let file = |(path, find): (String, Option<(&str, String)>)| {
            let there = self.files.contains(path.as_str()) && of_table(&path, find.as_ref());
            let (column, value) = find.map(|(column, value)| (column.to_owned(), value)).unzip();
            there.then_some(EvidenceFile { path, column, value })
        };
        let files = wanted.into_iter().filter_map(file).collect();
        Evidence { run_hash: String::new(), files, nodes: self.nodes(card) }
    }

    /// Codes of the nodes that the composite is made from: those of the person's tree that count, and the unit's behind them.
    fn nodes(&self, card: Option<&Scorecard>) -> Vec<String> {
        let index = &self.scheme.index;
        let counts = |id: &NodeId| {
            let node = card.and_then(|card| card.nodes.get(usize::from(id.0)));
            node.is_some_and(|node| node.why != Some(WhyMissing::NotApplicable))
        };
        let mut codes = Vec::new();
        for id in index.person_ids().filter(counts) {
            let node = index.node(id);
            codes.push(node.code.clone());
            if let NodeSource::Unit(source) = node.source {
                codes.push(index.node(source.unwrap_or(crate::survey::Index::ROOT)).code.clone());
            }
        }
        codes.dedup();
        codes
    }
}
