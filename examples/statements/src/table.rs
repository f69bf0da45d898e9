//! Lines of a statement as rows of a table, proven. Pure.

use anyhow::{Context, Result, ensure};
use domain::ledger::{Unit, Wallet};
use domain::money::Money;
use domain::ports::StatementLine;

/// Above the rows.
pub(crate) const HEADER: [&str; 10] =
    ["at", "operation", "cause", "generation", "money", "money after", "set aside after", "runs", "runs after", "note"];

/// What one unit of a user stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    posted: i64,
    reserved: i64,
}

impl From<Wallet> for Standing {
    fn from(wallet: Wallet) -> Self {
        Self { posted: wallet.posted, reserved: wallet.reserved }
    }
}

impl Standing {
    pub(crate) fn posted_text(self) -> String {
        Money::from_kopecks(self.posted).to_string()
    }

    /// Before a line.
    fn before(self, line: &StatementLine) -> Option<Self> {
        let posted = self.posted.checked_sub(line.posted.value)?;
        Some(Self { posted, reserved: self.reserved.checked_sub(line.reserved.value)? })
    }
}

/// Both units of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wallets {
    pub(crate) money: Standing,
    pub(crate) runs: Standing,
}

/// The rows, oldest first, of lines that come newest first and led to `wallets`.
///
/// # Errors
/// If something is left of the wallets before the first line.
pub(crate) fn rows(wallets: Wallets, lines: &[StatementLine]) -> Result<Vec<[String; 10]>> {
    let mut after = wallets;
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        rows.push(row(line, after)?);
        let unit = match line.posted.unit {
            Unit::Money => &mut after.money,
            Unit::Run => &mut after.runs,
        };
        *unit = unit.before(line).context("the figures do not fit")?;
    }
    let nothing = Standing { posted: 0, reserved: 0 };
    ensure!(
        after == Wallets { money: nothing, runs: nothing },
        "the statement does not add up to the balance: {after:?} is left before its first line; run `kiebot audit`"
    );
    rows.reverse();
    Ok(rows)
}

fn row(line: &StatementLine, after: Wallets) -> Result<[String; 10]> {
    let at = jiff::Timestamp::from_microsecond(line.at.as_micros())?.to_string();
    let money = |kopecks: i64| Money::from_kopecks(kopecks).to_string();
    let (moved, runs) = match line.posted.unit {
        Unit::Money => (money(line.posted.value), String::new()),
        Unit::Run => (String::new(), line.posted.value.to_string()),
    };
    Ok([
        at,
        line.name.clone(),
        format!("{}:{}", line.group, line.cause),
        line.generation.map(|generation| generation.to_string()).unwrap_or_default(),
        moved,
        money(after.money.posted),
        money(after.money.reserved),
        runs,
        after.runs.posted.to_string(),
        line.note.clone().unwrap_or_default(),
    ])
}

#[cfg(test)]
mod tests {
    use domain::clock::Timestamp;
    use domain::ids::OperationId;
    use domain::ledger::Amount;

    use super::*;

    fn line(second: i64, posted: Amount, reserved: i64) -> StatementLine {
        StatementLine {
            operation: OperationId::from_bytes([u8::try_from(second).expect("small"); 16]),
            name: "adjust".to_owned(),
            group: "adjust".to_owned(),
            cause: "1".to_owned(),
            generation: None,
            note: Some("=a note".to_owned()),
            posted,
            reserved: Amount { value: reserved, ..posted },
            at: Timestamp::from_seconds(second),
        }
    }

    fn money(value: i64) -> Amount {
        Amount { unit: Unit::Money, value }
    }

    fn wallets(posted: i64, reserved: i64, runs: i64) -> Wallets {
        Wallets { money: Standing { posted, reserved }, runs: Standing { posted: runs, reserved: 0 } }
    }

    #[test]
    fn each_row_has_the_balance_after_it_oldest_first() {
        let runs = Amount { unit: Unit::Run, value: 3 };
        let lines = [line(4, money(-700), -700), line(3, runs, 0), line(2, money(0), 700), line(1, money(1_000), 0)];
        let rows = rows(wallets(300, 0, 3), &lines).expect("they add up");
        let figures: Vec<_> = rows.iter().map(|row| [4, 5, 6, 7, 8].map(|cell: usize| row[cell].as_str())).collect();
        let wanted = [
            ["10.00", "10.00", "0.00", "", "0"],
            ["0.00", "10.00", "7.00", "", "0"],
            ["", "10.00", "7.00", "3", "3"],
            ["-7.00", "3.00", "0.00", "", "3"],
        ];
        assert_eq!(figures, wanted);
        assert_eq!(rows[0][0], "1970-01-01T00:00:01Z");
    }

    #[test]
    fn what_does_not_add_up_is_no_table() {
        let lines = [line(1, money(1_000), 0)];
        for wrong in [wallets(999, 0, 0), wallets(1_000, 1, 0), wallets(1_000, 0, 1)] {
            assert!(rows(wrong, &lines).unwrap_err().to_string().contains("kiebot audit"), "{wrong:?}");
        }
        assert!(rows(wallets(0, 0, 0), &[]).expect("nothing adds up to nothing").is_empty());
    }
}
