//! Draws pictures to be looked at: `cargo run -p charts --example dashboard -- <directory>`.

#[path = "../src/tests/samples.rs"]
mod samples;

use std::error::Error;
use std::path::Path;

use charts::PngCharts;
use domain::ports::Charts;
use domain::ports::charts::Sheet;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).ok_or("name the directory to write to")?;
    std::fs::create_dir_all(&directory)?;
    for (language, words) in [("ru", samples::RUSSIAN), ("en", samples::ENGLISH)] {
        let month = samples::dashboard(30, &words);
        let nothing = Sheet { charts: vec![samples::money(0, &words), samples::models(&words)], ..month.clone() };
        for (name, sheet) in [("month", month), ("week", samples::dashboard(7, &words)), ("empty", nothing)] {
            std::fs::write(Path::new(&directory).join(format!("{name}-{language}.png")), PngCharts.draw(&sheet)?)?;
        }
    }
    Ok(())
}
