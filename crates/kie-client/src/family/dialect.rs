//! [`Dialect`]: what one family says otherwise than the others, as data.

use domain::generation::FailureReason;

use crate::wire::TaskRecord;

/// A family's own words and codes. Codes that it does not name mean what the table of all families says.
pub(crate) struct Dialect {
    /// Its words for where a task is. A word that is not here counts as running, unless the flag beside it tells the end.
    pub(super) words: &'static [(&'static str, Word)],
    /// Codes of an answer to a creation that mean something else here.
    pub(super) create_codes: &'static [(i64, NotCreated)],
    /// Codes of an answer about a task that say of the task, and not of the question, that it failed.
    pub(super) failed_codes: &'static [i64],
    /// What a failure's code in a record means if its text tells nothing.
    pub(super) failure_codes: &'static [(&'static str, FailureReason)],
}

/// What a word says of a task.
#[derive(Clone, Copy, Debug)]
pub(super) enum Word {
    /// Not at its end.
    Running,
    /// At its end with results.
    Succeeded,
    /// At its end without; with the reason, if the word itself tells it.
    Failed(Option<FailureReason>),
    /// The word tells nothing of the result itself: success if this holds, and running otherwise.
    SucceededIf(fn(&TaskRecord) -> bool),
}

/// What a code says of a creation.
#[derive(Clone, Copy, Debug)]
pub(super) enum NotCreated {
    /// Surely nothing was made; the same request may be sent again.
    Later,
    /// A definite no; this is the reason if the text tells none.
    Refused(FailureReason),
}

impl Dialect {
    /// Where the task of a record is, and the word that told it.
    pub(super) fn word(&self, record: &TaskRecord) -> Word {
        let flag = record.success_flag.as_deref();
        // Some of the older endpoints put a word where others put the flag's number.
        let said = [record.state.as_deref(), record.status.as_deref(), flag];
        let known = |said: &str| self.words.iter().find(|(word, _)| *word == said).map(|(_, meaning)| *meaning);
        said.into_iter().flatten().find_map(known).unwrap_or(match flag {
            Some("1") => Word::Succeeded,
            // 2: could not be begun; 3: failed on the way.
            Some("2" | "3") => Word::Failed(None),
            _ => Word::Running,
        })
    }
}
