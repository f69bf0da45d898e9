//! The tool as a person runs it, against a simulated KIE on a real socket.

use std::path::Path;
use std::process::Output;

use sandbox::kie::{KieOptions, KieSimulator, Route};

const MODEL: &str = "google/nano-banana";

fn kie(simulator: &KieSimulator, args: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kie"));
    command.current_dir(root).args(args);
    command.env("KIE_API_URL", simulator.base_url()).env("KIE_UPLOAD_URL", simulator.base_url());
    command.env("KIE_API_KEY", "kie-test-key");
    // The simulator goes on in the other threads of the runtime.
    tokio::task::block_in_place(|| command.output()).expect("the tool starts")
}

async fn simulator() -> KieSimulator {
    KieSimulator::start(KieOptions::quick()).await.expect("a free port")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_ordered_once_waited_for_and_saved() {
    let (simulator, folder) = (simulator().await, tempfile::tempdir().expect("a folder"));
    let out = folder.path().to_str().expect("a name");
    let made = kie(&simulator, &["make", MODEL, "prompt=a red cat", "--out", out]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let saved = text(&made.stdout);
    let picture = std::fs::read(saved.trim()).expect("the file is where it says");
    assert!(picture.starts_with(b"\x89PNG"), "{saved}");
    assert!(text(&made.stderr).contains("credits"), "the price is told");
    let [created] = &simulator.created()[..] else { panic!("not one order") };
    assert_eq!((created.model.as_str(), created.input["prompt"].as_str()), (MODEL, Some("a red cat")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_uploaded_first() {
    let (simulator, folder) = (simulator().await, tempfile::tempdir().expect("a folder"));
    let photo = folder.path().join("photo.png");
    std::fs::write(&photo, sandbox::picture::picture("cat", "camera", 64, 64)).expect("it can be written");
    let (photo, out) = (format!("image_urls={}", photo.display()), folder.path().to_str().expect("a name"));
    let args = ["make", "google/nano-banana-edit", "prompt=make it blue", &photo, "--out", out];
    let made = kie(&simulator, &args);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let url = simulator.created()[0].input["image_urls"][0].as_str().expect("an address").to_owned();
    assert!(url.starts_with("http") && url.contains("photo"), "{url}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_catalog_refuses_is_never_sent() {
    let simulator = simulator().await;
    let table: [(&[&str], &str); 5] = [
        (&["make", MODEL], "`prompt`"),
        (&["make", MODEL, "prompt"], "`name=value`"),
        (&["make", MODEL, "prompt=cat", "colour=red"], "no input `colour`"),
        (&["make", "no/such", "prompt=cat"], "no model `no/such`"),
        (&["inputs", "no/such"], "no model `no/such`"),
    ];
    for (args, says) in table {
        let refused = kie(&simulator, args);
        let told = text(&refused.stderr);
        assert!(!refused.status.success() && told.contains(says), "{args:?}: {told}");
    }
    assert_eq!((simulator.created().len(), simulator.requests(Route::CreateTask)), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_price_and_payload_and_sends_nothing() {
    let simulator = simulator().await;
    let dry = kie(&simulator, &["make", MODEL, "prompt=cat", "--dry"]);
    let payload: serde_json::Value = serde_json::from_slice(&dry.stdout).expect("JSON");
    assert_eq!(payload["prompt"], "cat");
    assert!(text(&dry.stderr).contains("credits"));
    assert_eq!(simulator.requests(Route::CreateTask), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kie_makes_nothing_of_is_an_error_that_says_why() {
    let simulator = simulator().await;
    simulator.next_task_fails("501", "the model is tired");
    let failed = kie(&simulator, &["make", MODEL, "prompt=cat"]);
    let told = text(&failed.stderr);
    assert!(!failed.status.success() && told.contains("the model is tired"), "{told}");
    assert!(!told.contains("kie-test-key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn models_inputs_and_credits_are_listed() {
    let simulator = simulator().await;
    let models = text(&kie(&simulator, &["models", "nano", "edit"]).stdout);
    assert!(models.contains("google/nano-banana-edit") && !models.contains("suno"), "{models}");
    let inputs = text(&kie(&simulator, &["inputs", "google/nano-banana-edit"]).stdout);
    assert!(inputs.contains("prompt") && inputs.contains("required") && inputs.contains("image_urls"), "{inputs}");
    let credits = text(&kie(&simulator, &["credits"]).stdout);
    assert_eq!(format!("{}.0", credits.trim()), simulator.credits().to_string());
}
