//! What a model costs: the rows of KIE's price page against ours.
//!
//! A row of KIE's is a label for people, so rows are matched by their figures: the same price per the same unit is a twin. Only what
//! has no twin on the other side is looked at by its words, to say which price became which.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use domain::ids::ModelId;
use domain::models::{Catalog, Model};
use domain::ports::ListPrice;

use super::difference::{Difference, What};
use super::is_sold;
use super::units::Figure;
use super::words::one_line;

pub(super) fn compare_all(catalog: &Catalog, prices: &[ListPrice]) -> Vec<Difference> {
    if prices.is_empty() {
        return Vec::new();
    }
    let mut by_model: BTreeMap<&ModelId, Vec<&ListPrice>> = BTreeMap::new();
    let (mut adrift, mut strangers) = (0, BTreeSet::new());
    for row in prices {
        match &row.model {
            Some(id) if catalog.model(id).is_some() => by_model.entry(id).or_default().push(row),
            link => {
                adrift += 1;
                strangers.extend(link.clone());
            }
        }
    }
    let mut found = Vec::new();
    let mut unpriced = Vec::new();
    for model in catalog.all().filter(|model| is_sold(model)) {
        match by_model.get(&model.id) {
            Some(rows) => {
                let whats = compare(model, rows);
                found.extend(whats.into_iter().map(|what| Difference { model: Some(model.id.clone()), what }));
            }
            None => unpriced.push(model.id.clone()),
        }
    }
    if !unpriced.is_empty() {
        found.push(Difference { model: None, what: What::Unpriced { models: unpriced } });
    }
    if adrift > 0 {
        let models = strangers.into_iter().collect();
        found.push(Difference { model: None, what: What::RowsAdrift { rows: adrift, models } });
    }
    found
}

/// A row of KIE's in words: `"Kling 3.0, 720p": 14 per second`.
pub(super) fn in_words(row: &ListPrice) -> String {
    let credits = row.credits.map_or_else(|| "no figure".to_owned(), |credits| credits.to_string());
    format!("\"{}\": {}", one_line(&row.label), one_line(&format!("{credits} {}", row.unit)))
}

/// A row on either side.
struct Line {
    words: String,
    /// The words that tell this row from others.
    tokens: BTreeSet<String>,
    /// What it may mean; never empty.
    figures: Vec<Figure>,
}

impl Line {
    /// How the price compares, by the first reading that can be compared.
    fn compare(&self, other: &Self) -> Option<Ordering> {
        let pairs = || self.figures.iter().flat_map(|one| other.figures.iter().map(move |two| one.compare(two)));
        pairs().flatten().find(|order| order.is_eq()).or_else(|| pairs().flatten().next())
    }

    fn is_twin(&self, other: &Self) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }

    /// How many words of ours occur in theirs.
    fn likeness(&self, other: &Self) -> usize {
        self.tokens.intersection(&other.tokens).count()
    }
}

fn compare(model: &Model, rows: &[&ListPrice]) -> Vec<What> {
    let ours = our_lines(model);
    let theirs: Vec<_> = rows.iter().filter_map(|row| their_line(row)).collect();
    let unread: Vec<_> = rows.iter().filter(|row| row.credits.is_none()).map(|row| in_words(row)).collect();
    let mut found = Vec::new();
    if !theirs.is_empty() {
        found.extend(changes(&ours, &theirs));
    }
    if !unread.is_empty() {
        found.push(What::PriceUnread { rows: unread });
    }
    found
}

fn our_lines(model: &Model) -> Vec<Line> {
    let table = model.price_table().into_iter();
    let rows = table.flat_map(|table| table.rows().iter().chain(table.surcharges()));
    let line = |row| Line {
        words: model.row_in_words(row),
        tokens: tokens(&model.conditions_in_words(row)),
        figures: vec![Figure::ours(row.credits, row.per)],
    };
    rows.map(line).collect()
}

fn their_line(row: &ListPrice) -> Option<Line> {
    let figures = Figure::theirs(row.credits?, &row.unit, &row.label);
    Some(Line { words: in_words(row), tokens: tokens(&row.label), figures })
}

/// What became of the prices that have no twin.
fn changes(ours: &[Line], theirs: &[Line]) -> Vec<What> {
    let mut found = Vec::new();
    let mut left: Vec<_> = ours.iter().filter(|our| !theirs.iter().any(|their| our.is_twin(their))).collect();
    let mut new = Vec::new();
    for their in theirs.iter().filter(|their| !ours.iter().any(|our| our.is_twin(their))) {
        // The likest row; of several, the first, since both sides tend to keep their order.
        let candidates = left.iter().enumerate().filter(|(_, our)| our.compare(their).is_some());
        let likest =
            candidates.max_by_key(|(index, our)| (our.likeness(their), usize::MAX - index)).map(|(index, _)| index);
        match likest.map(|index| left.remove(index)) {
            Some(our) => found.push(changed(our, their)),
            None => new.push(their.words.clone()),
        }
    }
    // A price may have gone up to one that another row of ours has already: then its label gives it away.
    left.retain(|our| match risen(our, theirs) {
        Some(their) => {
            found.push(changed(our, their));
            false
        }
        None => true,
    });
    if !left.is_empty() {
        found.push(What::PriceGone { rows: left.iter().map(|our| our.words.clone()).collect() });
    }
    if !new.is_empty() {
        found.push(What::PriceNew { rows: new });
    }
    found
}

fn changed(our: &Line, their: &Line) -> What {
    let (ours, theirs) = (our.words.clone(), their.words.clone());
    if our.compare(their) == Some(Ordering::Less) {
        What::PriceUp { ours, theirs }
    } else {
        What::PriceDown { ours, theirs }
    }
}

/// The row of KIE's that our row has become, if all rows that are likest to it are dearer.
fn risen<'a>(our: &Line, theirs: &'a [Line]) -> Option<&'a Line> {
    let likeness = theirs.iter().map(|their| our.likeness(their)).max().filter(|likeness| *likeness > 0)?;
    let mut likest = theirs.iter().filter(|their| our.likeness(their) == likeness);
    let first = likest.clone().next();
    likest.all(|their| our.compare(their) == Some(Ordering::Less)).then_some(first).flatten()
}

fn tokens(words: &str) -> BTreeSet<String> {
    let words = words.to_lowercase();
    words.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
