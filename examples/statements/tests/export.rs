//! The tool as an accountant runs it, on a database of its own.

use std::process::{Command, Output};

use domain::clock::{ManualClock, SeededIds, Timestamp};
use domain::ids::{ChatId, UserId};
use domain::ledger::{Amount, BonusKind, Operation, Posting};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, Person, PersonChange, Store};
use domain::screen::Language;
use storage::{DatabaseUrl, PoolOptions, connect, migrate};

const CHAT: i64 = 501;

fn export(url: &str, who: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_statements"));
    command.env("DATABASE_URL", url).arg(who).output().expect("the tool starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_written_with_the_balance_after_each_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("shop.db").display());
    let address = DatabaseUrl::parse(&url).expect("an address");
    migrate(&address).await.expect("the migrations run");
    let store = connect(&address, &PoolOptions::default()).await.expect("the database opens");
    let (clock, ids) = (ManualClock::new(Timestamp::from_seconds(1_795_305_600)), SeededIds::new(7));
    let user = UserId::random(&ids);
    let person = Person {
        user,
        chat: ChatId(CHAT),
        first_name: "Ann".to_owned(),
        username: None,
        language: Language::En,
        gone: false,
        silent: false,
        news: true,
        blocked: false,
        origin: None,
        created_at: Timestamp::from_seconds(1_795_305_600),
    };
    let mut change = ChangeSet::new(person.created_at);
    change.person = Some(PersonChange::Create(person));
    for (cause, kopecks) in [("1", 1_000), ("2", 250)] {
        let amount = Amount::money(Money::from_kopecks(kopecks));
        let bonus = Operation::Bonus { user, kind: BonusKind::Gift, cause: cause.to_owned(), amount };
        change.operations.push(Posting::new(bonus, &clock, &ids));
    }
    assert!(matches!(store.commit(&change).await, Ok(Commit::Committed)));
    for who in [CHAT.to_string(), user.to_string()] {
        let written = export(&url, &who);
        let (table, told) = (String::from_utf8_lossy(&written.stdout), String::from_utf8_lossy(&written.stderr));
        assert!(written.status.success(), "{told}");
        let lines: Vec<_> = table.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines.len(), 3, "{table}");
        assert!(lines[0].starts_with("at,operation,cause"), "{table}");
        assert!(lines[2].contains(",2.50,12.50,0.00,") || lines[2].contains(",10.00,12.50,0.00,"), "{table}");
        assert!(told.contains("2 operations, they add up to 12.50"), "{told}");
    }
    for (who, says) in [("9", "no user `9`"), ("ann", "neither Telegram's id")] {
        let refused = export(&url, who);
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && told.contains(says), "{told}");
    }
}
