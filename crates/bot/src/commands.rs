//! The commands that end: `migrate`, `audit`, `adjust`; and the list of the bot's own commands in Telegram.

use anyhow::{Context, Result, bail};
use app::texts::Texts;
use domain::clock::{Clock, IdSource};
use domain::ids::{ActionId, ChatId};
use domain::ledger::{Amount, Operation, Posting, Unit};
use domain::money::Money;
use domain::ports::{AuditReport, ChangeSet, Commit, Store};
use domain::screen::Language;
use telegram_adapter::CommandList;

/// The bot's commands in the order of Telegram's menu, each with the key of its words.
const MENU: &[(&str, &str)] = &[
    ("menu", "command-menu"),
    ("search", "command-search"),
    ("balance", "command-balance"),
    ("history", "command-history"),
    ("promo", "command-promo"),
    ("friends", "command-friends"),
    ("help", "command-help"),
    ("settings", "command-settings"),
    ("cancel", "command-cancel"),
    ("support", "command-support"),
    ("paysupport", "command-paysupport"),
    ("terms", "command-terms"),
    ("privacy", "command-privacy"),
    ("start", "command-start"),
];

/// The lists for setMyCommands: English for everybody, Russian for those who read it.
pub(crate) fn menu() -> Vec<CommandList> {
    let Ok(texts) = Texts::load() else { return Vec::new() };
    let list = |language: Language, code: Option<&str>| {
        let words = texts.in_language(language);
        let commands = MENU.iter().map(|(name, key)| ((*name).to_owned(), words.plain(key, &[]))).collect();
        CommandList { language: code.map(str::to_owned), commands }
    };
    vec![list(Language::En, None), list(Language::Ru, Some("ru"))]
}

/// Credits (or, negative, debits) a user by hand, as an owner. Returns the balance before and after.
///
/// # Errors
/// If there is no such user, the amount is none, or the balance does not cover it.
pub(crate) async fn adjust(
    store: &dyn Store,
    clock: &dyn Clock,
    ids: &dyn IdSource,
    chat: i64,
    amount: Money,
    reason: &str,
    by: &str,
) -> Result<(Money, Money)> {
    let session = store
        .session(ChatId(chat))
        .await?
        .with_context(|| format!("no user `{chat}` is known; they must have sent /start to the bot first"))?;
    let before = Money::from_kopecks(session.money.available());
    let operation = Operation::Adjust {
        action: ActionId::ordered(clock, ids),
        user: session.person.user,
        amount: Amount::money(amount),
        reason: reason.to_owned(),
        by: by.to_owned(),
    };
    let mut change = ChangeSet::new(clock.now());
    change.operations.push(Posting::new(operation, clock, ids));
    match store.commit(&change).await? {
        Commit::Committed => {}
        Commit::Refused { reason, .. } => bail!("refused: {reason}"),
        other => bail!("not done: {other:?}; try again"),
    }
    let after = store.wallet(session.person.user, Unit::Money).await?;
    Ok((before, Money::from_kopecks(after.available())))
}

/// An audit's report in lines for a reader.
pub(crate) fn audit_lines(report: &AuditReport) -> String {
    let mut lines = Vec::new();
    for check in &report.checks {
        let verdict = if check.findings.is_empty() { "ok  " } else { "FAIL" };
        lines.push(format!("{verdict}  {:>9} checked  {}", check.checked, check.name));
        lines.extend(check.findings.iter().map(|finding| format!("        {finding}")));
    }
    lines.push(if report.is_clean() { "the books are sound".to_owned() } else { "the books have findings".to_owned() });
    lines.join("\n")
}
