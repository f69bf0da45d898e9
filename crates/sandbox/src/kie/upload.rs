//! `POST /api/file-stream-upload`: multipart with `file`, `uploadPath` and `fileName`.

use serde_json::{Value, json};

use super::{
    book::{Shared, StoredFile},
    files,
    server::Reply,
};
use crate::http::{
    Request,
    form::{self, Part},
};

/// Stores a file. Recorded in April 2026: `data` has success, fileName, filePath, downloadUrl, fileSize, mimeType, uploadedAt.
///
/// A second upload under the same path and name is taken, but its link goes on serving the first bytes: KIE's cache does that, and a client
/// must use unique names.
pub(super) fn upload(shared: &Shared, request: &Request) -> Reply {
    let parts = request
        .header("content-type")
        .and_then(form::boundary)
        .and_then(|boundary| form::multipart(&request.body, &boundary));
    let Some(parts) = parts else { return Reply::refusal(400, "The request body is not multipart/form-data") };
    let part = |name: &str| parts.iter().find(|part| part.name == name);
    let text = |name: &str| part(name).map(|part| String::from_utf8_lossy(&part.bytes).into_owned());
    let Some(file) = part("file").filter(|part| !part.bytes.is_empty()) else {
        return Reply::refusal(400, "file is required");
    };
    let Some(folder) = text("uploadPath").filter(|path| !path.is_empty()) else {
        return Reply::refusal(400, "uploadPath is required");
    };
    // docs.kie.ai, file upload quickstart: "without leading or trailing slash"; the wording of the refusal is ours.
    if folder.starts_with('/') || folder.ends_with('/') || folder.contains("..") {
        return Reply::refusal(400, "uploadPath must not begin or end with a slash");
    }
    let name = text("fileName").filter(|name| !name.is_empty()).unwrap_or_else(|| generated_name(shared, file));
    store(shared, file, &format!("{folder}/{name}"), &name)
}

fn store(shared: &Shared, file: &Part, path: &str, name: &str) -> Reply {
    let media_type = file.media_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned());
    let now = jiff::Timestamp::from_microsecond(shared.options.clock.now().as_micros());
    shared
        .book()
        .uploads
        .entry(path.to_owned())
        .or_insert_with(|| StoredFile { bytes: file.bytes.clone(), media_type: media_type.clone() });
    let data = json!({
        "success": true,
        "fileName": name,
        "filePath": path,
        "downloadUrl": format!("{}/files/uploads/{}", shared.base_url, files::encoded(path)),
        "fileSize": file.bytes.len(),
        "mimeType": media_type,
        "uploadedAt": now.map_or(Value::Null, |now| json!(format!("{now:.3}"))),
    });
    Reply { code: 200, msg: "File uploaded successfully".to_owned(), data }
}

/// KIE invents a name when none is given, with the suffix of the sent file.
fn generated_name(shared: &Shared, file: &Part) -> String {
    let suffix = file.file_name.as_deref().and_then(|name| name.rsplit_once('.')).map_or("bin", |(_, suffix)| suffix);
    format!("{}.{suffix}", shared.new_id())
}
