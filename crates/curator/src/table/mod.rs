//! The shop window as Markdown, for `docs/MODELS.md`: what the bot sells, what it hides and why, and which older names lead where.
//!
//! Each model stands in exactly one row: under its main task if it is sold, else among the hidden ones.

mod cells;
mod grid;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use domain::models::{Catalog, Kind, Model, Status};

use self::cells::Dollars;
use self::grid::{Grid, code, prose};

/// The whole document. The same catalog gives the same bytes.
pub fn table(catalog: &Catalog) -> String {
    let mut document = head(catalog);
    document.push_str(&contents(catalog));
    for kind in Kind::ALL {
        document.push_str(&section(catalog, *kind));
    }
    document.push_str(&hidden(catalog));
    document.push_str(&aliases(catalog));
    document
}

fn head(catalog: &Catalog) -> String {
    let (sold, all) = (catalog.live().count(), catalog.all().count());
    let (vendors, tasks) = (catalog.vendors().len(), catalog.kinds().count());
    format!(
        "# Models\n\n\
         Generated from `config/models` by `cargo xtask docs --write`; edits by hand are lost.\n\n\
         **{sold}** models are sold, made by **{vendors}** vendors, for **{tasks}** tasks; **{}** more are known and hidden.\n\n\
         Credits are what KIE takes for one generation, from the cheapest to the dearest that is offered; 1 credit = 0.005 USD.\n\
         What a user pays is that in roubles, at the day's rate, times the markup. \"Usually\" is the time that a generation takes.\n\n",
        all - sold
    )
}

/// Sections with their sizes.
fn contents(catalog: &Catalog) -> String {
    let mut grid = Grid::new(&["Task", "Models", "Others that do it too", "Credits"]).right(&[1, 2, 3]);
    for kind in Kind::ALL {
        let main: Vec<_> = catalog.live().filter(|model| model.kind == *kind).collect();
        let further = catalog.by_kind(*kind).count() - main.len();
        if main.is_empty() && further == 0 {
            continue;
        }
        let ranges: Vec<_> = main.iter().filter_map(|model| model.price_range()).collect();
        let (low, high) = (ranges.iter().map(|range| range.low).min(), ranges.iter().map(|range| range.high).max());
        let title = task(*kind);
        grid.row([
            if main.is_empty() { title } else { format!("[{title}](#{kind})") },
            number(main.len()),
            number(further),
            low.zip(high).map(|(low, high)| cells::from_to(low, high)).unwrap_or_default(),
        ]);
    }
    format!("{grid}\n")
}

/// The models that mainly do one task.
fn section(catalog: &Catalog, kind: Kind) -> String {
    let mut models: Vec<_> = catalog.live().filter(|model| model.kind == kind).collect();
    if models.is_empty() {
        return String::new();
    }
    // Stable, so that models of one vendor keep the order of the catalog.
    models.sort_by(|a, b| a.vendor.name.cmp(&b.vendor.name));
    let columns =
        ["Model", "In Russian", "Id", "Vendor", "Takes", "Also", "Credits", "USD", "Counted", "Usually", "Priced"];
    let mut grid = Grid::new(&columns).right(&[6, 7, 9]);
    for model in &models {
        let same = model.title.ru == model.title.en;
        let also: Vec<_> = model.also.iter().map(|kind| task(*kind).to_lowercase()).collect();
        let (range, prices) = (model.price_range(), model.price_table());
        grid.row([
            prose(&model.title.en),
            if same { String::new() } else { prose(&model.title.ru) },
            code(&model.id.0),
            prose(&model.vendor.name),
            prose(&cells::takes(model)),
            also.join(", "),
            range.map(|range| cells::from_to(range.low, range.high)).unwrap_or_default(),
            range.map(|range| cells::from_to(Dollars(range.low), Dollars(range.high))).unwrap_or_default(),
            prices.map(cells::counted).unwrap_or_default(),
            cells::time(model.usual_duration),
            prices.map(|prices| prices.date.clone()).unwrap_or_default(),
        ]);
    }
    let further: BTreeSet<_> =
        catalog.by_kind(kind).filter(|model| model.kind != kind).map(|model| prose(&model.title.en)).collect();
    let mut section = format!("## {}\n\n{}\n", task(kind), grid.without_empty_columns());
    if !further.is_empty() {
        let names: Vec<_> = further.into_iter().collect();
        // Writing to a String cannot fail.
        let _ = writeln!(section, "Others that do it too: {}.\n", names.join(", "));
    }
    section
}

fn hidden(catalog: &Catalog) -> String {
    let mut grid = Grid::new(&["Model", "Id", "Vendor", "Task", "Why"]);
    let mut models: Vec<_> = catalog.all().filter_map(|model| reason(model).map(|reason| (model, reason))).collect();
    if models.is_empty() {
        return String::new();
    }
    models.sort_by(|(a, _), (b, _)| a.vendor.name.cmp(&b.vendor.name));
    for (model, reason) in models {
        grid.row([
            prose(&model.title.en),
            code(&model.id.0),
            prose(&model.vendor.name),
            task(model.kind).to_lowercase(),
            prose(reason),
        ]);
    }
    format!("## Hidden\n\nKnown, and not sold; an old order may still name one.\n\n{grid}\n")
}

fn reason(model: &Model) -> Option<&str> {
    match &model.status {
        Status::Live => None,
        Status::Hidden { reason } => Some(reason),
        Status::Stopped { .. } | Status::Resting(_) => Some("stopped for now"),
    }
}

fn aliases(catalog: &Catalog) -> String {
    let mut grid = Grid::new(&["Old name", "Leads to"]);
    let mut any = false;
    for (name, id) in catalog.aliases() {
        grid.row([code(name), code(&id.0)]);
        any = true;
    }
    if any { format!("## Older names\n\nNames of earlier days that still work.\n\n{grid}") } else { String::new() }
}

/// `Text to image`; GitHub makes the anchor `text-to-image` of it, which is the task's own name.
fn task(kind: Kind) -> String {
    let words = kind.as_str().replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A count; an empty cell for none.
fn number(count: usize) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}
