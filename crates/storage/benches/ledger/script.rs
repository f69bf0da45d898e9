//! From what the store said once to a script of pgbench that says the same again and again, with other ids.
//!
//! Ids are 16 bytes. The pair that is listened to has ids of 16 digits each, which are found again in its parameters and become variables;
//! everything else stays as it was. A number of 16 digits is read by PostgreSQL as an id, so no statement has to compute one.

use std::fmt::Write as _;

use crate::tap::{Statement, Value};

/// The ids of a pair, in the order of [`NAMES`]: 16 digits, of which the first one tells them apart.
pub(crate) const MARKS: [&[u8; 16]; 6] = [
    b"7000000000000001",
    b"1000000000000001",
    b"2000000000000001",
    b"3000000000000001",
    b"4000000000000001",
    b"5000000000000001",
];

/// Whose wallet, what for, and the rows of the two operations.
const NAMES: [&str; 6] = ["user", "generation", "reserve", "hold", "capture", "moved"];

/// When the pair happened: a figure that is found again, too.
pub(crate) const MOMENT: i64 = 1_790_000_000_000_001;

/// Which wallets the pairs go to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wallets {
    Random(u64),
    Hot,
}

/// The user of the `number`th wallet, from 1.
pub(crate) fn user(number: u64) -> [u8; 16] {
    format!("7{number:015}").as_bytes().try_into().expect("16 digits")
}

/// The script. Variables that it wants: `counter`, from 0, and `cell`, below 100, different for each run on one database.
pub(crate) fn script(pair: &[Statement], wallets: Wallets) -> String {
    let mut text = String::from("\\set counter :counter + 1\n");
    let user = match wallets {
        Wallets::Random(count) => format!("random(1, {count})"),
        Wallets::Hot => "1".to_owned(),
    };
    let mut line = |name: &str, value: String| writeln!(text, "\\set {name} {value}").expect("a String takes it");
    line("user", format!("7000000000000000 + {user}"));
    line("number", ":cell * 10000000000000 + :client_id * 10000000000 + :counter".to_owned());
    line("at", "1790000000000000 + :counter".to_owned());
    for (kind, name) in (1..).zip(&NAMES[1..]) {
        line(name, format!("{kind}000000000000000 + :number"));
    }
    for statement in pair {
        text.push_str(&with_values(statement));
        text.push_str(";\n");
    }
    text
}

/// The statement with its parameters in it.
fn with_values(statement: &Statement) -> String {
    let mut parts = statement.text.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        let place: usize = number.parse().expect("a `$` begins a parameter");
        text.push_str(&written(&statement.values[place - 1]));
        text.push_str(rest);
    }
    text
}

fn written(value: &Value) -> String {
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(MOMENT) => ":at".to_owned(),
        Value::Integer(value) => format!("({value})::bigint"),
        Value::Bytes(bytes) => match MARKS.iter().position(|mark| mark.as_slice() == bytes) {
            Some(place) => format!(":{}", NAMES[place]),
            None => format!("'\\x{}'::bytea", hex(bytes)),
        },
        Value::Text(text) => {
            // An id in a text is its 32 hexadecimal digits: the variable has 16, zeros fill it up.
            let found = MARKS.iter().zip(NAMES).find_map(|(mark, name)| Some((text.split_once(&hex(*mark))?, name)));
            match found {
                Some(((before, after), name)) => format!("('{before}0000000000000000' || :{name} || '{after}')"),
                None => format!("'{}'", text.replace('\'', "''")),
            }
        }
    }
}
