//! `GET /files/...`: results made at the moment they are asked for, uploads as stored, and links of 20 minutes to either.

use super::{
    book::{Book, Shared, StoredFile},
    results,
    task::TaskState,
    tune,
};
use crate::{
    http::{Response, form},
    picture,
};

/// What every simulated video is. How it was made: `assets/README.md`.
const CLIP: &[u8] = include_bytes!("../../assets/clip.mp4");

/// Serves one file; 404 when there is none, as a link that has died.
pub(super) fn serve(shared: &Shared, path: &str) -> Response {
    match find(shared, path) {
        Some(file) => Response::new(200, &file.media_type, file.bytes),
        None => Response::new(404, "text/plain", "no such file"),
    }
}

/// Whether a link with this path, percent-encoded as in the link, would be served.
pub(super) fn exists(book: &Book, path: &str) -> bool {
    let path = form::percent_decoded(path, false);
    if let Some(name) = path.strip_prefix("/files/uploads/") {
        return book.uploads.contains_key(name);
    }
    let task = path.strip_prefix("/files/results/").and_then(|rest| rest.split_once('/'));
    task.is_some_and(|(id, _)| book.tasks.get(id).is_some_and(|task| task.state == TaskState::Success))
}

/// A path with everything escaped that a URL may not hold; slashes stay.
pub(super) fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn find(shared: &Shared, path: &str) -> Option<StoredFile> {
    let path = match path.strip_prefix("/files/direct/") {
        Some(token) => {
            let (path, expires) = shared.book().direct_links.get(token).cloned()?;
            (shared.options.clock.now() < expires).then_some(path)?
        }
        None => path.to_owned(),
    };
    let path = form::percent_decoded(&path, false);
    if let Some(name) = path.strip_prefix("/files/uploads/") {
        return shared.book().uploads.get(name).cloned();
    }
    made(shared, path)
}

/// A result, made when it is asked for. The last one is kept: a client that is sent a picture asks for its file and for its original.
fn made(shared: &Shared, path: String) -> Option<StoredFile> {
    let (task_id, name) = path.strip_prefix("/files/results/")?.split_once('/')?;
    let (prompt, model, (width, height)) = {
        let book = shared.book();
        let task = book.tasks.get(task_id).filter(|task| task.state == TaskState::Success)?;
        if let Some((_, file)) = book.made_last.as_ref().filter(|(last, _)| *last == path) {
            return Some(file.clone());
        }
        (task.prompt().to_owned(), task.model.clone(), results::picture_size(&task.input))
    };
    let (bytes, media_type) = match name.rsplit_once('.')?.1 {
        "png" => (picture::picture(&prompt, &model, width, height), "image/png"),
        "mp4" => (CLIP.to_vec(), "video/mp4"),
        "mp3" => (tune::tune(&format!("{prompt}{name}")), "audio/mpeg"),
        "txt" => (prompt.into_bytes(), "text/plain; charset=utf-8"),
        _ => return None,
    };
    let file = StoredFile { bytes, media_type: media_type.to_owned() };
    shared.book().made_last = Some((path, file.clone()));
    Some(file)
}
