//! The catalog's commands, from outside: what changed at KIE and the draft of a new model, against the simulator; the list of models.

use std::process::{Command, Output};

use sandbox::kie::{KieOptions, KieSimulator};
use serde_json::json;

/// A model as the simulator describes it, that no catalog knows.
const NEW: &str = "example/dream-1";
const SOLD: &str = "z-image";

async fn simulator() -> KieSimulator {
    KieSimulator::start(KieOptions::quick()).await.expect("a free port")
}

async fn kiebot(kie: Option<&KieSimulator>, args: &[&str]) -> (Output, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiebot"));
    command.arg("catalog").args(args).env_clear();
    if let Some(kie) = kie {
        command.env("KIE_API_KEY", "kie-test-key").env("KIE_API_URL", kie.base_url());
    }
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("it does not panic");
    let output = output.expect("the binary starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it writes UTF-8");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    (output, stdout, stderr)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_changed_is_said_with_0_and_a_breaking_change_with_1() {
    let kie = simulator().await;
    let (output, stdout, stderr) = kiebot(Some(&kie), &["diff", SOLD]).await;
    assert_eq!(output.status.code(), Some(0), "{stdout}{stderr}");
    assert!(!stdout.contains("BREAKS"), "{stdout}");

    // The price doubles, a ratio is gone, and a further input must be there.
    assert!(kie.relist(SOLD, |model| {
        model["credits"][0]["credits"] = json!(1.6);
        model["inputs"][1]["values"] = json!(["1:1", "4:3", "3:4", "16:9"]);
        let inputs = model["inputs"].as_array_mut().expect("the table has inputs");
        inputs.push(json!({"name": "style", "type": "string", "required": true}));
    }));
    let (output, stdout, stderr) = kiebot(Some(&kie), &["diff", SOLD]).await;
    assert_eq!(output.status.code(), Some(1), "{stdout}{stderr}");
    for piece in ["BREAKS", SOLD, "1.6", "9:16", "style"] {
        assert!(stdout.contains(piece), "{piece}: {stdout}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_the_catalog_lacks_is_a_wrong_question() {
    let kie = simulator().await;
    let (output, _, stderr) = kiebot(Some(&kie), &["diff", "no/such-model"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.contains("`no/such-model`"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_model_becomes_a_draft_that_loads() {
    let kie = simulator().await;
    kie.list(|models| {
        models.push(json!({
            "id": NEW, "output": "video", "title": "Dream 1", "provider": "Example",
            "inputs": [
                {"name": "prompt", "type": "string", "required": true, "max_length": 2000},
                {"name": "duration", "type": "enum", "required": true, "values": ["5", "10"], "value_type": "string", "default": "5"},
                {"name": "image_urls", "type": "image_urls", "required": false, "max_items": 2},
            ],
            "credits": [{"when": {}, "credits": 20, "per": "generation"}],
        }));
    });
    let (output, draft, stderr) = kiebot(Some(&kie), &["import", NEW]).await;
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    for piece in ["[[model]]", "id = \"example/dream-1\"", "hidden = ", "REVIEW", "\"5\", \"10\"", "max_length = 2000"]
    {
        assert!(draft.contains(piece), "{piece}: {draft}");
    }
    assert!(!draft.contains("callBackUrl"), "{draft}");

    // As a file of its own it is a sound catalog, in which nothing is sold yet.
    let folder = tempfile::tempdir().expect("a folder");
    let file = format!("vendor = {{ slug = \"example\", name = \"Example\" }}\n\n{draft}");
    std::fs::write(folder.path().join("example.toml"), file).expect("the folder takes it");
    let path = folder.path().to_str().expect("a plain path");
    let (output, stdout, stderr) = kiebot(None, &["check", "--dir", path]).await;
    assert_eq!(output.status.code(), Some(0), "{stdout}{stderr}");
    assert!(stdout.starts_with("1 models, 0 of them sold"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_imported_says_why() {
    let kie = simulator().await;
    let (output, _, stderr) = kiebot(Some(&kie), &["import", "no/such-model"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.contains("no/such-model") && stderr.contains("--from"), "{stderr}");

    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.md");
    std::fs::write(&page, "# Nothing of the kind\n").expect("the folder takes it");
    let (output, stdout, stderr) = kiebot(None, &["import", "--from", page.to_str().expect("a plain path")]).await;
    assert_eq!((output.status.code(), stdout.as_str()), (Some(1), ""), "{stderr}");
    assert!(stderr.starts_with("error: "), "{stderr}");

    let (output, _, stderr) = kiebot(None, &["import", NEW]).await;
    assert_eq!(output.status.code(), Some(2), "without a key there is nobody to ask");
    assert!(stderr.contains("KIE_API_KEY"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_models_needs_no_variable() {
    let (output, stdout, _) = kiebot(None, &["table"]).await;
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout.starts_with("# ") && stdout.contains(SOLD), "{stdout}");
}
