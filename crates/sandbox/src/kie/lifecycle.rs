//! From `waiting` to the end of a task.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinHandle;

use super::{
    book::{Book, Shared},
    callback, dedicated,
    faults::CallbackFault,
    files,
    options::{KieOptions, Pace},
    results,
    task::{Ending, Task, TaskState},
};

/// Lets a new task run by itself, if the pace says so.
pub(super) fn start(shared: &Arc<Shared>, task_id: String) {
    let Pace::Timed { waiting, queuing, generating } = shared.options.pace else { return };
    drop(spawn(shared, drive(Arc::clone(shared), task_id, [waiting, queuing, generating])));
}

async fn drive(shared: Arc<Shared>, task_id: String, stays: [Duration; 3]) {
    for stay in stays {
        tokio::time::sleep(stay).await;
        if !advance(&shared, &task_id) {
            return;
        }
    }
}

/// One state further; `false` if there is no such running task.
pub(super) fn advance(shared: &Arc<Shared>, task_id: &str) -> bool {
    {
        let now = shared.options.clock.now();
        let mut book = shared.book();
        let Some(task) = book.tasks.get_mut(task_id) else { return false };
        let next = match task.state {
            TaskState::Waiting => Some(TaskState::Queuing),
            TaskState::Queuing => Some(TaskState::Generating),
            TaskState::Generating => None,
            TaskState::Success | TaskState::Fail => return false,
        };
        if let Some(next) = next {
            task.state = next;
            task.updated = now;
            return true;
        }
    }
    end(shared, task_id).is_some()
}

/// Ends a running task and sends its callback in the background; `None` if there is no such running task.
pub(super) fn end(shared: &Arc<Shared>, task_id: &str) -> Option<JoinHandle<()>> {
    if !finish(shared, task_id) {
        return None;
    }
    Some(spawn(shared, callback::deliver(Arc::clone(shared), task_id.to_owned())))
}

/// Runs until its end or the simulator's stop, whichever is first.
fn spawn(shared: &Shared, work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    let stop = shared.stop.clone();
    shared.tracker.spawn(async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = work => {}
        }
    })
}

/// Ends a task and waits for its callback: the way of [`CallbackFault::BeforeAnswer`]. A client that gives up waiting does not stop it.
pub(super) async fn end_and_call_back(shared: &Arc<Shared>, task_id: &str) {
    if let Some(sending) = end(shared, task_id)
        && let Err(error) = sending.await
    {
        tracing::warn!(%error, "sending a callback ended badly");
    }
}

/// What the callback of this task suffers: its own fault, else the standing one.
pub(super) fn callback_fault(book: &Book, task_id: &str) -> Option<CallbackFault> {
    book.tasks.get(task_id).and_then(|task| task.callback_fault).or(book.callbacks_standing)
}

fn finish(shared: &Shared, task_id: &str) -> bool {
    let now = shared.options.clock.now();
    let mut guard = shared.book();
    let book = &mut *guard;
    let Some(task) = book.tasks.get(task_id).filter(|task| !task.state.is_final()) else { return false };
    let ending = settled_ending(shared, book, task);
    let result = match &ending {
        Ending::Success => result_json(shared, task),
        Ending::Raw(text) => text.clone(),
        Ending::Fail { .. } => String::new(),
    };
    let Some(task) = book.tasks.get_mut(task_id) else { return false };
    task.state = if matches!(ending, Ending::Fail { .. }) { TaskState::Fail } else { TaskState::Success };
    task.ending = ending;
    task.result_json = result;
    task.updated = now;
    task.completed = Some(now);
    if task.state == TaskState::Fail {
        book.credits = book.credits.plus(task.price);
    }
    true
}

fn result_json(shared: &Shared, task: &Task) -> String {
    let result = match task.family {
        None => results::result_json(task, &shared.base_url),
        Some(family) => dedicated::result(task, family, &shared.base_url),
    };
    result.to_string()
}

/// A planned ending holds; else a word of the prompt or a dead input link can fail the task.
fn settled_ending(shared: &Shared, book: &Book, task: &Task) -> Ending {
    if task.ending != Ending::Success {
        return task.ending.clone();
    }
    if has_fail_word(&shared.options, task.prompt()) {
        return Ending::Fail { code: "500".to_owned(), msg: "Generation failed: the prompt asked for it".to_owned() };
    }
    match dead_link(shared, book, task) {
        // KIE fetches inputs while it works, so a link that can't be fetched fails late.
        Some(link) => Ending::Fail { code: "451".to_owned(), msg: format!("Failed to fetch the input file: {link}") },
        None => Ending::Success,
    }
}

fn has_fail_word(options: &KieOptions, prompt: &str) -> bool {
    let prompt = prompt.to_lowercase();
    prompt
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| options.fail_words.iter().any(|bad| bad.to_lowercase() == word))
}

/// An input link to this server under which nothing is stored. Links elsewhere count as good, since the simulator does not leave the machine.
fn dead_link(shared: &Shared, book: &Book, task: &Task) -> Option<String> {
    let mut own = task.links.iter().filter_map(|link| Some((link, link.strip_prefix(&shared.base_url)?)));
    own.find(|(_, path)| !files::exists(book, path)).map(|(link, _)| link.clone())
}
