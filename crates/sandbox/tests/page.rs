//! The chat page over real sockets: what the browser asks on one side, the bot's own calls on the other.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::clock::{ManualClock, Timestamp};
use reqwest::{Client, Method, RequestBuilder};
use sandbox::{
    kie::{KieOptions, KieSimulator},
    page, picture,
    telegram::{SimulatorOptions, TelegramSimulator},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

const ANNA: i64 = 1001;
const BEN: i64 = 1002;

/// The page, both simulators, and a client that plays browser and bot.
struct Bench {
    telegram: Arc<TelegramSimulator>,
    kie: Arc<KieSimulator>,
    base: String,
    port: u16,
    shutdown: CancellationToken,
    http: Client,
}

impl Bench {
    async fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().expect("a client");
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_800_000_000)));
        let telegram = TelegramSimulator::start(SimulatorOptions::new(clock)).await.expect("a free port");
        let kie = KieSimulator::start(KieOptions::quick()).await.expect("a free port");
        let (telegram, kie, shutdown) = (Arc::new(telegram), Arc::new(kie), CancellationToken::new());
        let served = page::serve(Arc::clone(&telegram), Arc::clone(&kie), 0, shutdown.clone());
        let address = served.await.expect("a free port");
        assert!(address.ip().is_loopback());
        Self { telegram, kie, base: format!("http://{address}"), port: address.port(), shutdown, http }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// A GET of the page that must succeed.
    async fn get(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.expect("JSON")
    }

    /// A POST of the page: status and answer.
    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        json_of(self.request(Method::POST, path).json(body)).await
    }

    async fn chat(&self, user: i64, since: &str) -> Value {
        self.get(&format!("/api/chat/{user}?since={since}")).await
    }

    /// A call of the bot that must succeed.
    async fn bot(&self, method: &str, params: Value) -> Value {
        let url = format!("{}/bot{}/{method}", self.telegram.base_url(), self.telegram.token());
        let (status, mut answer) = json_of(self.http.post(url).json(&params)).await;
        assert_eq!(status, 200, "{method}: {answer}");
        answer["result"].take()
    }

    /// The updates that wait for the bot.
    async fn updates(&self) -> Value {
        self.bot("getUpdates", json!({"timeout": 0})).await
    }
}

async fn json_of(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn the_document_is_whole_and_runs_only_its_own_script() {
    let bench = Bench::new().await;
    let answer = bench.request(Method::GET, "/").send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"].to_str().expect("ASCII").to_owned();
    let html = answer.text().await.expect("text");

    for tag in ["style", "script"] {
        let (_, rest) = html.split_once(&format!("<{tag}>")).expect(tag);
        let (inside, _) = rest.split_once(&format!("</{tag}>")).expect(tag);
        assert!(inside.len() > 1000, "{tag} is empty");
        let hash = format!("{tag}-src 'sha256-{}'", STANDARD.encode(Sha256::digest(inside)));
        assert!(policy.contains(&hash), "{tag}: {policy}");
    }
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    for loaded in ["src=\"", "<link", "@import", "url(", "innerHTML", "insertAdjacentHTML", "document.write"] {
        assert!(!html.contains(loaded), "{loaded}");
    }
}

#[tokio::test]
async fn a_text_reaches_the_bot_and_the_answer_reaches_a_waiting_page() {
    let bench = Bench::new().await;
    let (status, sent) = bench.post(&format!("/api/chat/{ANNA}/text"), &json!({"text": "  /start ref_7 "})).await;
    assert_eq!(status, 200, "{sent}");
    let updates = bench.updates().await;
    let message = &updates[0]["message"];
    assert_eq!((&message["text"], &message["message_id"]), (&json!("/start ref_7"), &sent["message_id"]));
    assert_eq!(message["from"]["language_code"], "ru");

    let before = bench.chat(ANNA, "").await;
    assert_eq!(before["messages"][0]["from"], ANNA);
    let version = before["version"].as_str().expect("a version");
    let text = "<b>Цена</b> &lt;script&gt;alert(1)&lt;/script&gt;";
    let params = json!({"chat_id": ANNA, "text": text, "parse_mode": "HTML"});
    let (after, _) = tokio::join!(bench.chat(ANNA, version), bench.bot("sendMessage", params));
    let answer = &after["messages"][1];
    assert_eq!((&answer["text"], &answer["from"]), (&json!("Цена <script>alert(1)</script>"), &Value::Null));
    assert_eq!(answer["entities"], json!([{"type": "bold", "offset": 0, "length": 4}]));

    let version = after["version"].as_str().expect("a version");
    let edit = json!({"chat_id": ANNA, "message_id": answer["message_id"], "text": "done"});
    let (edited, _) = tokio::join!(bench.chat(ANNA, version), bench.bot("editMessageText", edit));
    assert_eq!((&edited["messages"][1]["text"], &edited["messages"][1]["edits"]), (&json!("done"), &json!(1)));
    assert_eq!(bench.telegram.violations(), []);
}

#[tokio::test]
async fn a_poll_waits_while_nothing_that_is_seen_changes() {
    let bench = Bench::new().await;
    bench.post(&format!("/api/chat/{ANNA}/text"), &json!({"text": "/start"})).await;
    let chat = bench.chat(ANNA, "").await;
    let poll = bench.chat(ANNA, chat["version"].as_str().expect("a version"));
    tokio::pin!(poll);
    // Calls that change nothing in Anna's chat wake the poll inside, and must not end it.
    for text in ["1", "2", "3"] {
        bench.post(&format!("/api/chat/{BEN}/text"), &json!({"text": text})).await;
        tokio::select! {
            biased;
            answer = &mut poll => panic!("answered without a change: {answer}"),
            _ = bench.updates() => {}
        }
    }
    let delete = json!({"chat_id": ANNA, "message_id": chat["messages"][0]["message_id"]});
    let (after, _) = tokio::join!(poll, bench.bot("deleteMessage", delete));
    assert_eq!(after["messages"], json!([]));
}

#[tokio::test]
async fn a_press_becomes_a_callback_query_and_its_answer_is_seen() {
    let bench = Bench::new().await;
    let chat = format!("/api/chat/{BEN}");
    bench.post(&format!("{chat}/text"), &json!({"text": "/start"})).await;
    let keyboard = json!({"inline_keyboard": [[{"text": "Create", "callback_data": "go:1", "style": "primary"}]]});
    let menu = bench.bot("sendMessage", json!({"chat_id": BEN, "text": "Menu", "reply_markup": keyboard})).await;
    let (status, pressed) =
        bench.post(&format!("{chat}/press"), &json!({"message_id": menu["message_id"], "data": "go:1"})).await;
    assert_eq!(status, 200, "{pressed}");
    let updates = bench.updates().await;
    let query = &updates[1]["callback_query"];
    assert_eq!((&query["data"], &query["id"]), (&json!("go:1"), &pressed["callback_query_id"]));

    let answer = json!({"callback_query_id": query["id"], "text": "Not enough", "show_alert": true});
    bench.bot("answerCallbackQuery", answer).await;
    bench.bot("sendChatAction", json!({"chat_id": BEN, "action": "upload_photo"})).await;
    let seen = bench.chat(BEN, "").await;
    assert_eq!(seen["messages"][1]["keyboard"][0][0]["style"], "primary");
    assert_eq!((&seen["answers"][0]["text"], &seen["answers"][0]["show_alert"]), (&json!("Not enough"), &json!(true)));
    assert_eq!(seen["action"]["action"], "upload_photo");
    assert_eq!(bench.chat(ANNA, "").await["answers"], json!([]), "another user's answers");

    let stale = json!({"message_id": menu["message_id"], "data": "go:2"});
    let (status, refused) = bench.post(&format!("{chat}/press"), &stale).await;
    assert_eq!(status, 409);
    assert!(refused["error"].as_str().expect("words").contains("has no button `go:2`"), "{refused}");
}

#[tokio::test]
async fn a_photo_goes_to_the_bot_and_files_come_back_whole_or_in_part() {
    let bench = Bench::new().await;
    let photo = picture_of("cat");
    let path = format!("/api/chat/{ANNA}/photo?caption=%D0%BA%D0%BE%D1%82+1&album=a");
    let (status, sent) = json_of(bench.request(Method::POST, &path).body(photo.clone())).await;
    assert_eq!(status, 200, "{sent}");
    let message = bench.updates().await[0]["message"].take();
    assert_eq!((&message["caption"], &message["media_group_id"]), (&json!("кот 1"), &json!("a")));

    let media = bench.chat(ANNA, "").await["messages"][0]["media"].take();
    let path = format!("/file/{}", media["file_id"].as_str().expect("an id"));
    let whole = bench.request(Method::GET, &path).send().await.expect("an answer");
    assert_eq!(
        (whole.status().as_u16(), &whole.headers()["content-type"]),
        (200, &"image/png".parse().expect("a value"))
    );
    assert_eq!(whole.headers()["content-disposition"], "inline");
    assert_eq!(whole.bytes().await.expect("bytes"), photo);
    let part = bench.request(Method::GET, &path).header("range", "bytes=1-3").send().await.expect("an answer");
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"].to_str().expect("ASCII"), format!("bytes 1-3/{}", photo.len()));
    assert_eq!(part.bytes().await.expect("bytes"), &b"PNG"[..]);

    let path = format!("/api/chat/{ANNA}/photo");
    let (status, refused) = json_of(bench.request(Method::POST, &path).body("no picture")).await;
    assert_eq!(status, 400);
    assert!(refused["error"].as_str().expect("words").ends_with("IMAGE_PROCESS_FAILED"), "{refused}");
    let (status, _) = json_of(bench.request(Method::POST, &path).body(vec![0; 10 * 1024 * 1024 + 1])).await;
    assert_eq!(status, 413);
    let missing = bench.request(Method::GET, "/file/none").send().await.expect("an answer");
    assert_eq!(missing.status(), 404);
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_in_words() {
    let bench = Bench::new().await;
    let text = format!("/api/chat/{ANNA}/text");
    let long = json!({"text": "я".repeat(4097)});
    let huge = json!({"text": "x".repeat(70_000)});
    for (path, body, expected) in [
        ("/api/chat/7/text", json!({"text": "hi"}), 404),
        ("/api/chat/x/text", json!({"text": "hi"}), 404),
        (text.as_str(), json!({"text": "   "}), 400),
        (text.as_str(), json!([]), 400),
        (text.as_str(), long, 400),
        (text.as_str(), huge, 413),
        ("/api/chat/1001/press", json!({"message_id": "1", "data": "a"}), 400),
        ("/api/chat/1001/press", json!({"message_id": 1, "data": "a"}), 409),
        ("/api/chat/1001/pay", json!({"message_id": 1}), 409),
        ("/api/chat/1001/dance", json!({}), 404),
        ("/api/switch/nothing", json!({"on": true}), 404),
        ("/api/switch/slow", json!({}), 400),
        ("/nowhere", json!({}), 404),
    ] {
        let (status, answer) = bench.post(path, &body).await;
        assert_eq!(status, expected, "{path}: {answer}");
        assert!(answer["error"].as_str().is_some_and(|words| words.len() > 10), "{path}: {answer}");
    }
    let (status, _) = json_of(bench.request(Method::POST, &text).body("no JSON")).await;
    assert_eq!(status, 400);
    let (status, _) = json_of(bench.request(Method::GET, "/api/chat/7?since=")).await;
    assert_eq!(status, 404);
    bench.telegram.block(ANNA);
    let (status, answer) = bench.post(&text, &json!({"text": "hi"})).await;
    assert_eq!((status, answer), (409, json!({"error": "user `1001` blocked the bot or is gone"})));
    assert_eq!(bench.chat(ANNA, "").await["messages"], json!([]));
}

#[tokio::test]
async fn other_web_pages_cannot_drive_it() {
    let bench = Bench::new().await;
    let (path, body) = (format!("/api/chat/{ANNA}/text"), json!({"text": "hi"}));
    for (header, value, expected) in [
        ("host", "rebound.example".to_owned(), 403),
        ("host", format!("rebound.example:{}", bench.port), 403),
        ("origin", "https://elsewhere.example".to_owned(), 403),
        ("origin", "null".to_owned(), 403),
        ("origin", bench.base.clone(), 200),
        ("host", format!("localhost:{}", bench.port), 200),
    ] {
        let request = bench.request(Method::POST, &path).json(&body).header(header, &value);
        let (status, answer) = json_of(request).await;
        assert_eq!(status, expected, "{header}: {value}: {answer}");
    }
}

#[tokio::test]
async fn the_narrowest_list_of_commands_is_shown() {
    let bench = Bench::new().await;
    let list = |name: &str| json!([{"command": name, "description": "x"}]);
    let private = json!({"type": "all_private_chats"});
    for (name, scope, language, anna, ben) in [
        ("all", None, "", "all", "all"),
        ("all_ru", None, "ru", "all_ru", "all"),
        ("private", Some(&private), "", "private", "private"),
        ("private_en", Some(&private), "en", "private", "private_en"),
        ("bens", Some(&json!({"type": "chat", "chat_id": BEN})), "", "private", "bens"),
    ] {
        let mut params = json!({"commands": list(name), "language_code": language});
        if let Some(scope) = scope {
            params["scope"] = scope.clone();
        }
        bench.bot("setMyCommands", params).await;
        for (user, expected) in [(ANNA, anna), (BEN, ben)] {
            assert_eq!(bench.chat(user, "").await["commands"], list(expected), "{user} after {name}");
        }
    }
}

#[tokio::test]
async fn the_strip_tells_of_kie_and_its_switches_work() {
    let bench = Bench::new().await;
    let status = bench.get("/api/status").await;
    assert_eq!(status["users"][0], json!({"id": ANNA, "name": "Анна", "language": "ru"}));
    assert_eq!((&status["credits"], &status["violations"]), (&json!("1000.0"), &json!([])));

    for _ in 0..2 {
        // Ordered twice, it still fails one generation only.
        let (_, status) = bench.post("/api/switch/fail-next", &json!({"on": true})).await;
        assert_eq!(status["switches"], json!({"fail-next": true, "slow": false}));
    }
    for _ in 0..2 {
        let task = json!({"model": "z-image", "input": {"prompt": "cat", "aspect_ratio": "1:1"}});
        let url = format!("{}/api/v1/jobs/createTask", bench.kie.base_url());
        let (_, made) = json_of(bench.http.post(url).bearer_auth("kie-test-key").json(&task)).await;
        assert_eq!(made["code"], 200, "{made}");
    }
    let ended = async {
        loop {
            let status = bench.get("/api/status").await;
            if status["running"] == 0 {
                return status;
            }
        }
    };
    let status = tokio::time::timeout(Duration::from_secs(10), ended).await.expect("tasks of 50 ms end");
    assert_eq!((&status["done"], &status["failed"]), (&json!(1), &json!(1)));
    assert_eq!(status["switches"]["fail-next"], false);

    let (_, on) = bench.post("/api/switch/slow", &json!({"on": true})).await;
    let (_, off) = bench.post("/api/switch/slow", &json!({"on": false})).await;
    assert_eq!((&on["switches"]["slow"], &off["switches"]["slow"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_taken_port_makes_way_and_shutdown_ends_waiting_pages() {
    let bench = Bench::new().await;
    let (telegram, kie) = (Arc::clone(&bench.telegram), Arc::clone(&bench.kie));
    let second = page::serve(telegram, kie, bench.port, bench.shutdown.clone()).await.expect("a free port");
    assert!((bench.port + 1..=bench.port + 20).contains(&second.port()), "{second}");
    assert_eq!(bench.telegram.users().len(), 2, "users are added once");

    let version = bench.chat(ANNA, "").await["version"].as_str().expect("a version").to_owned();
    let poll = bench.request(Method::GET, &format!("/api/chat/{ANNA}?since={version}")).send();
    let (answer, ()) = tokio::join!(poll, async { bench.shutdown.cancel() });
    assert!(answer.is_err(), "the connection closes");
}

fn picture_of(prompt: &str) -> Vec<u8> {
    picture::picture(prompt, "test", 64, 64)
}
