//! `kiebot sandbox --demo`: one paid and one failed generation, played by the real bot between the simulators, as a transcript.
#![expect(clippy::print_stdout, reason = "the transcript is what the user asked for")]

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use app::texts::Texts;
use domain::ids::ChatId;
use domain::money::Money;
use domain::screen::Language;
use sandbox::telegram::{ChatMessage, MessageKind};

use crate::sandbox::stage::Stage;
use crate::sandbox::{ANN, POCKET_MONEY};

/// Each step of the play; generous, since a debug build on a busy machine plays it too.
const PATIENCE: Duration = Duration::from_secs(30);
const USER: i64 = ANN.0;

/// Plays both generations, writes the result to `file`, and audits the books.
pub(crate) async fn play(stage: &Stage, file: &Path) -> Result<()> {
    println!("A real bot, a simulated Telegram, a simulated KIE.ai. Nothing is bought.\n");
    println!("── One generation that succeeds ──\n");
    let start = stage.telegram.send_text(USER, "/start")?.message_id;
    said("/start");
    heard(&reply(stage, start, |_| true).await?);
    stage.credit(USER, POCKET_MONEY).await?;
    balance(stage, "an owner has credited 500 roubles").await?;
    order(stage, "A lighthouse on a cliff in a storm, oil painting").await?;
    let picture = stage
        .telegram
        .wait_for(USER, |message| message.is_from_bot() && message.kind == MessageKind::Photo, PATIENCE)
        .await?;
    heard(&picture);
    let document = stage
        .telegram
        .wait_for(USER, |message| message.is_from_bot() && message.kind == MessageKind::Document, PATIENCE)
        .await?;
    heard(&document);
    save(stage, &document, file)?;
    settled(stage).await?;
    balance(stage, "the result is here, so the price was captured").await?;

    println!("\n── One generation that fails ──\n");
    order(stage, "Please fail: the simulated KIE ends prompts with this word in a failure").await?;
    let failed =
        stage.telegram.wait_reply(USER, document.message_id, |message| message.text.contains('❌'), PATIENCE).await?;
    heard(&failed);
    balance(stage, "nothing came of it, so the price was released").await?;

    println!("\n── The books ──\n");
    let report = stage.store().audit().await?;
    println!("{}", crate::commands::audit_lines(&report));
    let violations = stage.telegram.violations();
    if !report.is_clean() || !violations.is_empty() {
        bail!("the demo has found something: {violations:?}");
    }
    Ok(())
}

/// From the menu to the confirm button, and a press on it.
async fn order(stage: &Stage, prompt: &str) -> Result<()> {
    let asked = stage.telegram.send_text(USER, "/menu")?.message_id;
    said("/menu");
    let menu = reply(stage, asked, |message| label(message, &label_of("kind-text-to-image")).is_some()).await?;
    heard(&menu);
    press(stage, &menu, &label_of("kind-text-to-image"))?;
    let list = edited(stage, &menu, "Z-Image").await?;
    press(stage, &list, "Z-Image")?;
    let card = edited(stage, &menu, &label_of("button-create")).await?;
    heard(&card);
    press(stage, &card, &label_of("button-create"))?;
    let question = stage
        .telegram
        .wait_for(
            USER,
            |message| message.message_id == menu.message_id && label(message, &label_of("button-discard")).is_some(),
            PATIENCE,
        )
        .await?;
    heard(&question);
    let written = stage.telegram.send_text(USER, prompt)?.message_id;
    said(prompt);
    let review = reply(stage, written, |message| label(message, &label_of("button-confirm")).is_some()).await?;
    heard(&review);
    press(stage, &review, &label_of("button-confirm"))?;
    let progress = stage
        .telegram
        .wait_for(
            USER,
            |message| message.message_id == review.message_id && label(message, &label_of("button-confirm")).is_none(),
            PATIENCE,
        )
        .await?;
    heard(&progress);
    balance(stage, "confirmed, so the price is set aside").await
}

/// A button's words in Ann's language, without a figure that may stand in them.
fn label_of(key: &str) -> String {
    let texts = Texts::load().expect("the bot has started, so its texts are sound");
    texts.in_language(Language::En).plain(key, &[("price", "".into())]).trim().to_owned()
}

async fn reply(stage: &Stage, after: i64, wanted: impl Fn(&ChatMessage) -> bool) -> Result<ChatMessage> {
    let found =
        stage.telegram.wait_reply(USER, after, |message| !message.keyboard.is_empty() && wanted(message), PATIENCE);
    Ok(found.await?)
}

async fn edited(stage: &Stage, window: &ChatMessage, button: &str) -> Result<ChatMessage> {
    let id = window.message_id;
    let found =
        stage.telegram.wait_for(USER, |message| message.message_id == id && label(message, button).is_some(), PATIENCE);
    Ok(found.await?)
}

fn label(message: &ChatMessage, part: &str) -> Option<String> {
    message.keyboard.iter().flatten().map(|button| &button.label).find(|label| label.contains(part)).cloned()
}

fn press(stage: &Stage, message: &ChatMessage, part: &str) -> Result<()> {
    let label = label(message, part).with_context(|| format!("no button `{part}` under the message"))?;
    println!("  Ann presses [{label}]\n");
    stage.telegram.press_label(USER, message.message_id, &label)?;
    Ok(())
}

fn said(text: &str) {
    println!("  Ann: {text}\n");
}

fn heard(message: &ChatMessage) {
    let kind = match message.kind {
        MessageKind::Photo => "[picture] ",
        MessageKind::Document => "[file] ",
        _ => "",
    };
    let text = if message.text.is_empty() {
        message.media.as_ref().and_then(|media| media.file_name.clone()).unwrap_or_default()
    } else {
        message.text.replace('\n', "\n       ")
    };
    println!("  Bot: {kind}{text}");
    for row in &message.keyboard {
        let labels: Vec<_> = row.iter().map(|button| format!("[{}]", button.label)).collect();
        println!("       {}", labels.join(" "));
    }
    println!();
}

async fn balance(stage: &Stage, why: &str) -> Result<()> {
    let session = stage.store().session(ChatId(USER)).await?.context("Ann is not known")?;
    let (available, reserved) = (session.money.available(), session.money.reserved);
    println!(
        "  ── balance: {} available, {} set aside: {why}\n",
        Money::from_kopecks(available),
        Money::from_kopecks(reserved)
    );
    Ok(())
}

/// Waits until the last generation's delivery is in the books.
async fn settled(stage: &Stage) -> Result<()> {
    let user = stage.store().session(ChatId(USER)).await?.context("Ann is not known")?.person.user;
    let until = tokio::time::Instant::now() + PATIENCE;
    let mut changes = stage.telegram.subscribe();
    loop {
        if stage.store().live_generations(user).await?.is_empty() && stage.store().next_message(user).await?.is_none() {
            return Ok(());
        }
        // The last edit of the progress message comes after the books; without it a look each 100 ms would do as well.
        let _ = tokio::time::timeout(Duration::from_millis(100), changes.changed()).await;
        if tokio::time::Instant::now() > until {
            bail!("the generation was not settled in time");
        }
    }
}

fn save(stage: &Stage, document: &ChatMessage, file: &Path) -> Result<()> {
    let media = document.media.as_ref().context("a document without a file")?;
    let (_, bytes) = stage.telegram.file(&media.file_id).context("the simulator lost the file")?;
    std::fs::write(file, &*bytes).with_context(|| format!("writing {}", file.display()))?;
    println!("  ── the result was written to {} ({} bytes)\n", file.display(), bytes.len());
    Ok(())
}
