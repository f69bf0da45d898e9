//! Finding models by words, in both languages, typing errors forgiven.
//!
//! Every word of a model (title, vendor, tasks, id, summary) and of a query is spelled in one alphabet by `words`, so that a name meets its
//! Russian spelling, and what becomes of it on the other keyboard. What remains different is compared by its beginning, its stem and its distance. Must not know: talks and screens.
//!
//! Invariants
//! - The same query over the same catalog finds the same models in the same order: with equal scores the tasks keep the order of the menu, and
//!   models that of the catalog.
//! - Only what is sold is found.
//!
//! To teach it a word: `config/search.toml`, and a line in the table of `tests/it/searching.rs`.

mod words;

use std::collections::BTreeMap;

use domain::ids::ModelId;
use domain::models::{Catalog, Kind, Model};
use serde::Deserialize;

use crate::conversation::is_sold;

/// More words than this make no query clearer, and each costs a walk over the vocabulary.
const QUERY_WORDS_MAX: usize = 8;
/// Five pages; who has not found it there types another word.
const FOUND_MAX: usize = 40;
/// What scores less than this share of the best, in percent, is noise beside it.
const SHARE_MIN: u32 = 40;
/// A reading that the user did not type letter by letter counts this much, in percent.
const GUESSED_SHARE: u32 = 90;

/// How much a word tells about a model, by where it stands.
mod weight {
    pub(super) const TITLE: u32 = 100;
    pub(super) const VENDOR: u32 = 70;
    pub(super) const TASK: u32 = 60;
    pub(super) const FURTHER_TASK: u32 = 45;
    pub(super) const ID: u32 = 40;
    pub(super) const SUMMARY: u32 = 20;
    /// Added in proportion to how much of the title the query says, if that is half of it at least.
    pub(super) const MUCH_OF_TITLE: u32 = 20;
    /// Added if the query is the title.
    pub(super) const IS_TITLE: u32 = 50;
}

/// The index over a catalog; made once.
#[derive(Debug)]
pub struct Search {
    models: Vec<Entry>,
    vocabulary: Vec<Word>,
    noise: Vec<String>,
}

#[derive(Debug)]
struct Entry {
    id: ModelId,
    kind: Kind,
    /// In both languages, in the common spelling.
    titles: [Vec<String>; 2],
    /// Words of the shorter one.
    title_words: u32,
}

/// A known word and the models that it stands at.
#[derive(Debug)]
struct Word {
    text: String,
    letters: u64,
    length: usize,
    /// The model's place in [`Search::models`], and the best weight there.
    at: Vec<(usize, u32)>,
}

/// `config/search.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lexicon {
    noise: String,
    tasks: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
}

impl Lexicon {
    fn load() -> Self {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/search.toml"));
        toml::from_str(text).expect("config/search.toml is built in, and every test reads it")
    }

    fn task(&self, kind: Kind) -> Vec<String> {
        self.tasks.get(kind.as_str()).map(|text| words::of(text)).unwrap_or_default()
    }
}

impl Search {
    /// Indexes what is sold.
    ///
    /// # Panics
    /// If `config/search.toml`, which is built in, does not parse.
    pub fn new(catalog: &Catalog) -> Self {
        let lexicon = Lexicon::load();
        let names: BTreeMap<String, Vec<String>> =
            lexicon.names.iter().map(|(name, others)| (words::fold(name), words::of(others))).collect();
        let tasks: BTreeMap<Kind, Vec<String>> = Kind::ALL.iter().map(|kind| (*kind, lexicon.task(*kind))).collect();
        let mut index: BTreeMap<String, BTreeMap<usize, u32>> = BTreeMap::new();
        let mut models = Vec::new();
        for (at, model) in catalog.live().filter(|model| is_sold(model)).enumerate() {
            let mut note = |word: String, weight: u32| {
                let known = index.entry(word).or_default().entry(at).or_default();
                *known = weight.max(*known);
            };
            for (own, weight) in spoken(model, &tasks) {
                if weight >= weight::VENDOR {
                    // Two words are often typed as one; ready-made names have other spellings.
                    own.windows(2).for_each(|pair| note(pair.concat(), weight));
                    own.iter()
                        .filter_map(|word| names.get(word))
                        .flatten()
                        .for_each(|other| note(other.clone(), weight));
                }
                own.into_iter().for_each(|word| note(word, weight));
            }
            let titles = [&model.title.ru, &model.title.en].map(|title| words::of(title));
            let shorter = titles.iter().map(Vec::len).min().and_then(|count| u32::try_from(count).ok());
            models.push(Entry {
                id: model.id.clone(),
                kind: model.kind,
                titles,
                title_words: shorter.unwrap_or(1).max(1),
            });
        }
        let word = |(text, at): (String, BTreeMap<usize, u32>)| Word {
            letters: words::letters(&text),
            length: text.chars().count(),
            text,
            at: at.into_iter().collect(),
        };
        Self { models, vocabulary: index.into_iter().map(word).collect(), noise: words::of(&lexicon.noise) }
    }

    /// The models that fit these words, the best first.
    pub fn find(&self, query: &str) -> Vec<ModelId> {
        let typed = words::of(query);
        let mut scores = self.score(&typed, false);
        // What is understood as it stands need not be guessed.
        let sure = weight::TASK * u32::try_from(typed.len()).unwrap_or(u32::MAX / weight::TASK);
        let is_sure = scores.iter().any(|score| *score >= sure);
        let joined = if typed.len() > 1 { vec![typed.concat()] } else { Vec::new() };
        for guessed in [joined, words::of(&words::other_layout(query))] {
            if !is_sure && guessed != typed {
                let other = self.score(&guessed, true);
                scores
                    .iter_mut()
                    .zip(other)
                    .for_each(|(known, other)| *known = (*known).max(other * GUESSED_SHARE / 100));
            }
        }
        let best = scores.iter().copied().max().unwrap_or(0);
        let fits = |score: u32| score > 0 && score * 100 >= best * SHARE_MIN;
        let mut found: Vec<(usize, u32)> = scores.into_iter().enumerate().filter(|(_, score)| fits(*score)).collect();
        found.sort_by_key(|(at, score)| (std::cmp::Reverse(*score), self.models[*at].kind, *at));
        found.truncate(FOUND_MAX);
        found.into_iter().map(|(at, _)| self.models[at].id.clone()).collect()
    }

    /// How well each model fits; 0 = not at all. Models that more of the words speak of leave the others out. `strict` = each word must speak of
    /// a model, or the query was not meant so.
    fn score(&self, query: &[String], strict: bool) -> Vec<u32> {
        let mut telling: Vec<&String> = Vec::new();
        for word in query.iter().filter(|word| !self.noise.contains(word)) {
            if !telling.contains(&word) && telling.len() < QUERY_WORDS_MAX {
                telling.push(word);
            }
        }
        let mut sums = vec![Sum::default(); self.models.len()];
        // A letter alone says nothing, beside a word it may: `z image`.
        if telling.iter().all(|word| word.chars().all(char::is_alphabetic) && word.chars().nth(1).is_none()) {
            return vec![0; self.models.len()];
        }
        let count = telling.len();
        for (place, word) in telling.into_iter().enumerate() {
            let mut best = vec![(0, false); self.models.len()];
            for (known, quality) in self.alike(word) {
                for (at, weight) in &known.at {
                    // Every long text has some word that is near to whatever is typed.
                    let share =
                        if *weight <= weight::SUMMARY && quality < likeness::STEM { 0 } else { weight * quality / 100 };
                    let is_title = *weight == weight::TITLE && quality == likeness::SAME;
                    best[*at] = best[*at].max((share, is_title));
                }
            }
            for (sum, (share, is_title)) in sums.iter_mut().zip(best) {
                sum.matched += usize::from(share > 0);
                sum.total += share;
                sum.in_title += u32::from(is_title);
            }
            if strict && sums.iter().all(|sum| sum.matched <= place) {
                return vec![0; self.models.len()];
            }
        }
        let most = sums.iter().map(|sum| sum.matched).max().unwrap_or(0);
        let least = if strict { count } else { count.div_ceil(2) };
        let enough = |sum: &Sum| most > 0 && most >= least && sum.matched == most;
        let scored = sums.iter().zip(&self.models).map(|(sum, model)| {
            let said = sum.in_title.min(model.title_words);
            let much = if said * 2 < model.title_words { 0 } else { weight::MUCH_OF_TITLE * said / model.title_words };
            let whole = if model.titles.iter().any(|title| title == query) { weight::IS_TITLE } else { 0 };
            if enough(sum) { sum.total + much + whole } else { 0 }
        });
        scored.collect()
    }

    /// The known words that `word` may mean, with how surely in percent.
    fn alike<'a>(&'a self, word: &str) -> impl Iterator<Item = (&'a Word, u32)> {
        let typed = Typed { text: word.to_owned(), letters: words::letters(word), length: word.chars().count() };
        self.vocabulary.iter().filter_map(move |known| Some((known, typed.likeness(known)?)))
    }
}

#[derive(Clone, Default)]
struct Sum {
    matched: usize,
    total: u32,
    /// Words that stand in the title as they were typed.
    in_title: u32,
}

/// How surely a typed word means a known one, in percent.
mod likeness {
    pub(super) const SAME: u32 = 100;
    pub(super) const MOST: u32 = 90;
    pub(super) const BEGINNING: u32 = 75;
    pub(super) const STEM: u32 = 70;
    pub(super) const INSIDE: u32 = 50;
    /// By the number of typing errors, from one.
    pub(super) const ERRORS: [u32; 3] = [65, 45, 35];
}

struct Typed {
    text: String,
    letters: u64,
    length: usize,
}

impl Typed {
    fn likeness(&self, known: &Word) -> Option<u32> {
        if self.text == known.text {
            return Some(likeness::SAME);
        }
        if self.length < 2 && !self.is_number() {
            return None;
        }
        if known.text.starts_with(&self.text) {
            // `2` means 2.6 as well, but not 25.
            let goes_on = !self.is_number() || known.text[self.text.len()..].starts_with('.');
            let share = if self.length * 2 >= known.length { likeness::MOST } else { likeness::BEGINNING };
            return goes_on.then_some(share);
        }
        if self.is_number() {
            return None;
        }
        let by_errors = self.errors(known).and_then(|errors| likeness::ERRORS.get(errors.checked_sub(1)?).copied());
        let by_stem = self.has_stem_of(known).then_some(likeness::STEM);
        let may_be_inside = self.length >= 4 && self.letters & !known.letters == 0;
        let by_inside = (may_be_inside && known.text.contains(&self.text)).then_some(likeness::INSIDE);
        [by_errors, by_stem, by_inside].into_iter().flatten().max()
    }

    fn is_number(&self) -> bool {
        self.text.starts_with(|first: char| first.is_ascii_digit())
    }

    /// Two forms of one word: the beginnings agree, the endings are short.
    fn has_stem_of(&self, known: &Word) -> bool {
        const STEM_MIN: usize = 5;
        const ENDING_MAX: usize = 4;
        let common = self.text.chars().zip(known.text.chars()).take_while(|(own, other)| own == other).count();
        common >= STEM_MIN && self.length - common <= ENDING_MAX && known.length - common <= ENDING_MAX
    }

    /// The number of typing errors, if it is small for a word of this length.
    fn errors(&self, known: &Word) -> Option<usize> {
        let max = match self.length {
            0..=3 => return None,
            4..=6 => 1,
            7..=9 => 2,
            _ => 3,
        };
        // One error changes two letters at most: most words are told apart without comparing them.
        let may = self.length.abs_diff(known.length) <= max
            && usize::try_from((self.letters ^ known.letters).count_ones()).is_ok_and(|differing| differing <= 2 * max);
        let errors = may.then(|| strsim::osa_distance(&self.text, &known.text))?;
        (errors <= max).then_some(errors)
    }
}

/// The words about a model, with their weight.
fn spoken(model: &Model, tasks: &BTreeMap<Kind, Vec<String>>) -> Vec<(Vec<String>, u32)> {
    let task = |kind: &Kind| tasks.get(kind).cloned().unwrap_or_default();
    let mut spoken = vec![
        (words::of(&model.title.ru), weight::TITLE),
        (words::of(&model.title.en), weight::TITLE),
        (words::of(&model.vendor.name), weight::VENDOR),
        (words::of(&model.vendor.slug), weight::VENDOR),
        (task(&model.kind), weight::TASK),
        (words::of(&model.id.0), weight::ID),
        (words::of(&model.summary.ru), weight::SUMMARY),
        (words::of(&model.summary.en), weight::SUMMARY),
    ];
    spoken.extend(model.also.iter().map(|kind| (task(kind), weight::FURTHER_TASK)));
    spoken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_has_words_and_every_entry_is_a_task() {
        let lexicon = Lexicon::load();
        for kind in Kind::ALL {
            assert!(lexicon.task(*kind).len() > 3, "config/search.toml says too little about {kind}");
        }
        for name in lexicon.tasks.keys() {
            assert!(Kind::from_name(name).is_some(), "config/search.toml: no task `{name}`");
        }
        for name in lexicon.names.keys() {
            assert_eq!(words::of(name).len(), 1, "config/search.toml: `{name}` is not one word");
        }
    }
}
