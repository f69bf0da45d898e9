//! What `audit` says; and the list of the bot's own commands in Telegram.

use std::time::Instant;

use app::texts::Texts;
use domain::ids::ChatId;
use domain::ports::{AuditReport, ChangeSet, Store, StoreResult};
use domain::screen::Language;
use domain::watch::AuditRun;
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

/// What owners have before the others.
const DESK: (&str, &str) = ("admin", "command-admin");

/// The lists for setMyCommands: English for everybody, Russian for those who read it; for owners with the desk in front.
pub(crate) fn menu(owners: &[ChatId]) -> Vec<CommandList> {
    let Ok(texts) = Texts::load() else { return Vec::new() };
    let list = |chat: Option<ChatId>, language: Language, code: Option<&str>| {
        let words = texts.in_language(language);
        let names = chat.map(|_| &DESK).into_iter().chain(MENU);
        let commands = names.map(|(name, key)| ((*name).to_owned(), words.plain(key, &[]))).collect();
        CommandList { chat: chat.map(|chat| chat.0), language: code.map(str::to_owned), commands }
    };
    let chats = [None].into_iter().chain(owners.iter().copied().map(Some));
    chats.flat_map(|chat| [list(chat, Language::En, None), list(chat, Language::Ru, Some("ru"))]).collect()
}

/// Audits the books and keeps what came of it for the desk. A database that lacks the place for it is audited all the same.
///
/// # Errors
/// The store's, of the audit itself.
pub(crate) async fn audit(store: &dyn Store) -> StoreResult<AuditReport> {
    let begun = Instant::now();
    let report = store.audit().await?;
    let kept = async {
        let mut change = ChangeSet::new(store.now().await?);
        change.audit = Some(AuditRun::of(&report, change.at, begun.elapsed()));
        store.commit(&change).await.map(drop)
    };
    if let Err(error) = kept.await {
        tracing::warn!(%error, "the audit could not be kept for the desk");
    }
    Ok(report)
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
