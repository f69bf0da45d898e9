//! The chat page over real sockets: what the browser asks on one side, the bot's own calls on the other.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::clock::{ManualClock, Timestamp};
use reqwest::{Client, Method, RequestBuilder};
use sandbox::{
    kie::{KieOptions, KieSimulator},
    page::{self, Audit, Backstage, Ledger, LedgerLine, Scene},
    picture,
    telegram::{SimulatorOptions, TelegramSimulator},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

const ANNA: i64 = 1001;
const BEN: i64 = 1002;

/// Books of one user, and a bot that only counts what happens to it.
#[derive(Default)]
struct Books {
    available: AtomicI64,
    shifted: Mutex<Duration>,
    away: AtomicBool,
    restarts: AtomicI64,
}

#[async_trait]
impl Backstage for Books {
    fn is_owner(&self, user: i64) -> bool {
        user == BEN
    }

    async fn ledger(&self, user: i64) -> Result<Option<Ledger>, String> {
        let available = self.available.load(Ordering::SeqCst);
        let operation = "adjust".to_owned();
        let line =
            LedgerLine { operation, cause: "a1".to_owned(), unit: "money", posted: available, reserved: 0, at: 7 };
        Ok((user == ANNA).then(|| Ledger { available, reserved: 0, runs: 0, lines: vec![line] }))
    }

    async fn audit(&self) -> Result<Audit, String> {
        Ok(Audit { invariants: 9, rows: 90, findings: Vec::new() })
    }

    async fn credit(&self, user: i64, kopecks: i64) -> Result<(), String> {
        self.available.fetch_add(kopecks, Ordering::SeqCst);
        if user == ANNA { Ok(()) } else { Err("nobody knows this user".to_owned()) }
    }

    fn shifted(&self) -> Duration {
        *self.shifted.lock().expect("no panic")
    }

    fn shift(&self, by: Duration) {
        *self.shifted.lock().expect("no panic") += by;
    }

    fn is_storage_away(&self) -> bool {
        self.away.load(Ordering::SeqCst)
    }

    fn take_storage_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    async fn restart(&self) -> Result<(), String> {
        match self.restarts.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(()),
            _ => Err("it does not start".to_owned()),
        }
    }
}

/// The page, both simulators, and a client that plays browser and bot.
struct Bench {
    telegram: Arc<TelegramSimulator>,
    kie: Arc<KieSimulator>,
    books: Arc<Books>,
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
        let books = Arc::new(Books::default());
        let scene = Scene { telegram: Arc::clone(&telegram), kie: Arc::clone(&kie), backstage: books.clone() };
        let address = page::serve(scene, 0, shutdown.clone()).await.expect("a free port");
        assert!(address.ip().is_loopback());
        Self { telegram, kie, books, base: format!("http://{address}"), port: address.port(), shutdown, http }
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

    /// A topic once it has another version than `since`; the version stands in it as `version`.
    async fn topic(&self, topic: &str, since: &str) -> Value {
        let mut answer = self.get(&format!("/api/watch?{topic}={since}")).await[topic].take();
        let version = answer["version"].take();
        let mut value = answer["value"].take();
        value["version"] = version;
        value
    }

    async fn chat(&self, user: i64, since: &str) -> Value {
        self.topic(&format!("chat.{user}"), since).await
    }

    async fn status(&self) -> Value {
        self.topic("status", "").await
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
    let path = format!("/api/chat/{ANNA}/file?kind=photo&name=a.png&caption=%D0%BA%D0%BE%D1%82+1&album=a");
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

    let path = format!("/api/chat/{ANNA}/file?kind=photo");
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
        ("/api/chat/1001/pay", json!({}), 400),
        ("/api/chat/1001/pay", json!({"link": "https://t.me/$nothing"}), 404),
        ("/api/chat/1001/invoice", json!({"link": "https://t.me/$nothing"}), 404),
        ("/api/chat/1001/invoice", json!({"link": 5}), 400),
        ("/api/chat/1001/stray", json!({"stars": 0, "payload": "x"}), 400),
        ("/api/chat/1001/stray", json!({"stars": 5, "payload": ""}), 400),
        ("/api/chat/1001/return", json!({}), 400),
        ("/api/chat/1001/return", json!({"telegram_payment_charge_id": "x"}), 409),
        ("/api/chat/1001/dance", json!({}), 404),
        ("/api/switch/nothing", json!({"on": true}), 404),
        ("/api/switch/kie-slow", json!({}), 400),
        ("/api/chat/1001/file", json!({}), 400),
        ("/api/chat/1001/file?kind=sticker", json!({}), 400),
        ("/api/chat/1001/sticker", json!({"emoji": "word"}), 400),
        ("/api/chat/1001/edit", json!({"message_id": 1, "text": "x"}), 409),
        ("/api/chat/1001/gift", json!({"kopecks": 0}), 400),
        ("/api/chat/1002/gift", json!({"kopecks": 100}), 409),
        ("/api/time", json!({"seconds": -1}), 400),
        ("/api/time", json!({"seconds": 1e9}), 400),
        ("/api/users", json!({"name": " ", "language": "ru"}), 400),
        ("/api/users", json!({"name": "Eva", "language": "Русский"}), 400),
        ("/nowhere", json!({}), 404),
    ] {
        let (status, answer) = bench.post(path, &body).await;
        assert_eq!(status, expected, "{path}: {answer}");
        assert!(answer["error"].as_str().is_some_and(|words| words.len() > 10), "{path}: {answer}");
    }
    let (status, _) = json_of(bench.request(Method::POST, &text).body("no JSON")).await;
    assert_eq!(status, 400);
    for (path, expected) in [("watch?chat.7=", 404), ("watch?weather=", 404), ("watch", 400), ("chat/1001", 404)] {
        let (status, _) = json_of(bench.request(Method::GET, &format!("/api/{path}"))).await;
        assert_eq!(status, expected, "{path}");
    }
    bench.telegram.block(ANNA);
    let (status, answer) = bench.post(&text, &json!({"text": "hi"})).await;
    assert_eq!((status, answer), (409, json!({"error": "user `1001` blocked the bot or is gone"})));
    assert_eq!(bench.chat(ANNA, "").await["messages"], json!([]));
}

/// A link to an invoice of so many Stars.
async fn invoice_link(bench: &Bench, stars: i64) -> Value {
    let prices = json!([{"label": "Balance", "amount": stars}]);
    let bill =
        json!({"title": "Balance", "description": "100 ₽", "payload": "p1", "currency": "XTR", "prices": prices});
    bench.bot("createInvoiceLink", bill).await
}

#[tokio::test]
async fn a_links_invoice_is_shown_refused_in_the_bots_words_and_paid() {
    let bench = Bench::new().await;
    let (anna, ben) = (format!("/api/chat/{ANNA}"), format!("/api/chat/{BEN}"));
    let link = invoice_link(&bench, 56).await;
    let (status, shown) = bench.post(&format!("{anna}/invoice"), &json!({"link": link})).await;
    let expected = json!({"title": "Balance", "description": "100 ₽", "currency": "XTR", "total_amount": 56});
    assert_eq!((status, shown), (200, expected), "the bot's own mark is not shown");

    let (_, opened) = bench.post(&format!("{ben}/pay"), &json!({"link": link})).await;
    let query = &opened["pre_checkout_query_id"];
    let waits = bench.chat(BEN, "").await;
    assert_eq!(waits["checkouts"], json!([{"pre_checkout_query_id": query, "state": "waiting"}]));
    let version = waits["version"].as_str().expect("a version");
    let no = json!({"pre_checkout_query_id": query, "ok": false, "error_message": "Чужой счёт"});
    let (refused, _) = tokio::join!(bench.chat(BEN, version), bench.bot("answerPreCheckoutQuery", no));
    assert_eq!(refused["checkouts"][0]["reason"], "Чужой счёт");
    assert_eq!(refused["messages"], json!([]));

    let (_, opened) = bench.post(&format!("{anna}/pay"), &json!({"link": link})).await;
    let yes = json!({"pre_checkout_query_id": opened["pre_checkout_query_id"], "ok": true});
    bench.bot("answerPreCheckoutQuery", yes).await;
    let paid = bench.chat(ANNA, "").await;
    assert_eq!(paid["checkouts"][0]["state"], "paid");
    let note = &paid["messages"][0];
    assert_eq!((&note["kind"], &note["payment"]["total_amount"]), (&json!("successful_payment"), &json!(56)));

    let charge = &note["payment"]["telegram_payment_charge_id"];
    let (status, back) = bench.post(&format!("{anna}/return"), &json!({"telegram_payment_charge_id": charge})).await;
    assert_eq!((status, &back["telegram_payment_charge_id"]), (200, charge));
    assert_eq!(bench.chat(ANNA, "").await["messages"][1]["kind"], "refunded_payment");
    let (status, stray) = bench.post(&format!("{anna}/stray"), &json!({"stars": 7, "payload": "unknown"})).await;
    assert_eq!(status, 200, "{stray}");
    let last = bench.updates().await.as_array().expect("a list").last().expect("an update")["message"].clone();
    assert_eq!(last["successful_payment"]["invoice_payload"], "unknown");
    assert_eq!(last["message_id"], stray["message_id"]);
    assert_eq!(bench.telegram.violations(), []);
}

#[tokio::test]
async fn the_next_payment_is_lost_or_told_twice() {
    let bench = Bench::new().await;
    let stray = format!("/api/chat/{ANNA}/stray");
    let paid = json!({"stars": 7, "payload": "x"});
    let count = async || bench.updates().await.as_array().expect("a list").len();
    turn(&bench, "payment-lost", true).await;
    turn(&bench, "payment-doubled", true).await;
    let both = turn(&bench, "payment-lost", true).await["switches"].clone();
    assert_eq!((&both["payment-lost"], &both["payment-doubled"]), (&json!(true), &json!(true)));
    turn(&bench, "payment-doubled", false).await;
    bench.post(&stray, &paid).await;
    assert_eq!(count().await, 0);
    assert_eq!(bench.status().await["switches"]["payment-lost"], false, "it strikes once");
    turn(&bench, "payment-doubled", true).await;
    bench.post(&stray, &paid).await;
    assert_eq!(count().await, 2);
    bench.post(&stray, &paid).await;
    assert_eq!(count().await, 3);
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

/// Makes a task at KIE that ends within a moment.
async fn make_task(bench: &Bench) -> Value {
    let task = json!({"model": "z-image", "input": {"prompt": "cat", "aspect_ratio": "1:1"}});
    let url = format!("{}/api/v1/jobs/createTask", bench.kie.base_url());
    json_of(bench.http.post(url).bearer_auth("kie-test-key").json(&task)).await.1
}

async fn turn(bench: &Bench, switch: &str, on: bool) -> Value {
    let (status, answer) = bench.post(&format!("/api/switch/{switch}"), &json!({"on": on})).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

/// The status once KIE has ended so many tasks.
async fn ended(bench: &Bench, count: u64) -> Value {
    let ended = async {
        loop {
            let status = bench.status().await;
            if status["done"]
                .as_u64()
                .zip(status["failed"].as_u64())
                .is_some_and(|(done, failed)| done + failed == count)
            {
                return status;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ended).await.expect("tasks of 50 ms end")
}

#[tokio::test]
async fn the_strip_tells_of_kie_and_its_switches_work() {
    let bench = Bench::new().await;
    let status = bench.status().await;
    let anna = json!({"id": ANNA, "name": "Анна", "language": "ru", "owner": false, "blocked": false, "last": 0});
    assert_eq!((&status["users"][0], &status["users"][1]["owner"]), (&anna, &json!(true)));
    assert_eq!((&status["credits"], &status["violations"]), (&json!("1000.0"), &json!([])));

    for _ in 0..2 {
        // Ordered twice, it still fails one generation only.
        assert_eq!(turn(&bench, "kie-fail-next", true).await["switches"]["kie-fail-next"], true);
    }
    for _ in 0..2 {
        assert_eq!(make_task(&bench).await["code"], 200);
    }
    let status = ended(&bench, 2).await;
    assert_eq!((&status["done"], &status["failed"]), (&json!(1), &json!(1)));
    assert_eq!(status["switches"]["kie-fail-next"], false);

    turn(&bench, "kie-fail-all", true).await;
    for _ in 0..2 {
        make_task(&bench).await;
    }
    assert_eq!(ended(&bench, 4).await["failed"], 3);
    turn(&bench, "kie-fail-all", false).await;
    make_task(&bench).await;
    assert_eq!(ended(&bench, 5).await["done"], 2);

    let before = bench.status().await["credits"].clone();
    assert_eq!(turn(&bench, "kie-no-credits", true).await["credits"], "0.0");
    assert_eq!(make_task(&bench).await["code"], 402);
    assert_eq!(turn(&bench, "kie-no-credits", false).await["credits"], before);
    for switch in ["kie-slow", "kie-lost-callbacks"] {
        let (on, off) = (turn(&bench, switch, true).await, turn(&bench, switch, false).await);
        assert_eq!((&on["switches"][switch], &off["switches"][switch]), (&json!(true), &json!(false)));
    }
}

#[tokio::test]
async fn telegram_refuses_the_next_three_sends_and_nothing_else() {
    let bench = Bench::new().await;
    bench.post(&format!("/api/chat/{ANNA}/text"), &json!({"text": "/start"})).await;
    assert_eq!(turn(&bench, "telegram-429", true).await["switches"]["telegram-429"], 3);
    bench.bot("sendChatAction", json!({"chat_id": ANNA, "action": "typing"})).await;
    bench.updates().await;
    for left in [2, 1, 0] {
        let url = format!("{}/bot{}/sendMessage", bench.telegram.base_url(), bench.telegram.token());
        let (status, answer) = json_of(bench.http.post(url).json(&json!({"chat_id": ANNA, "text": "x"}))).await;
        assert_eq!((status, &answer["parameters"]["retry_after"]), (429, &json!(3)));
        assert_eq!(bench.status().await["switches"]["telegram-429"], left);
    }
    bench.bot("sendMessage", json!({"chat_id": ANNA, "text": "x"})).await;
    turn(&bench, "telegram-429", true).await;
    assert_eq!(turn(&bench, "telegram-429", false).await["switches"]["telegram-429"], 0);
}

#[tokio::test]
async fn the_books_stand_beside_the_chat_and_change_live() {
    let bench = Bench::new().await;
    let topic = format!("ledger.{ANNA}");
    let before = bench.topic(&topic, "").await;
    assert_eq!((&before["available"], &before["lines"][0]["operation"]), (&json!(0), &json!("adjust")));
    let version = before["version"].as_str().expect("a version");
    let path = format!("/api/chat/{ANNA}/gift");
    let gift = json!({"kopecks": 50_000});
    let (after, (status, _)) = tokio::join!(bench.topic(&topic, version), bench.post(&path, &gift));
    assert_eq!((status, &after["available"]), (200, &json!(50_000)));

    let both = bench.get(&format!("/api/watch?audit=&ledger.{BEN}=")).await;
    assert_eq!(both["audit"]["value"], json!({"invariants": 9, "rows": 90, "findings": []}));
    assert_eq!(both[format!("ledger.{BEN}")]["value"], Value::Null, "the bot does not know Ben");
}

#[tokio::test]
async fn time_storage_and_restart_are_handed_on() {
    let bench = Bench::new().await;
    let (_, status) = bench.post("/api/time", &json!({"seconds": 900})).await;
    assert_eq!(status["shifted"], 900);
    assert_eq!(turn(&bench, "storage-away", true).await["switches"]["storage-away"], true);
    assert!(bench.books.away.load(Ordering::SeqCst));
    let (status, _) = bench.post("/api/restart", &json!({})).await;
    let (again, answer) = bench.post("/api/restart", &json!({})).await;
    assert_eq!((status, again, &answer["error"]), (200, 500, &json!("it does not start")));
}

#[tokio::test]
async fn somebody_new_has_not_pressed_start_yet() {
    let bench = Bench::new().await;
    let (status, made) = bench.post("/api/users", &json!({"name": "Eva", "language": "de"})).await;
    assert_eq!((status, &made), (200, &json!({"id": BEN + 1})));
    let url = format!("{}/bot{}/sendMessage", bench.telegram.base_url(), bench.telegram.token());
    let (refused, _) = json_of(bench.http.post(url).json(&json!({"chat_id": BEN + 1, "text": "x"}))).await;
    assert_eq!(refused, 403, "the bot may not write first");
    let (status, _) = bench.post(&format!("/api/chat/{}/text", BEN + 1), &json!({"text": "/start"})).await;
    assert_eq!(status, 200);
    assert_eq!(bench.updates().await[0]["message"]["from"]["language_code"], "de");
}

#[tokio::test]
async fn a_user_changes_a_text_and_sends_files_of_every_kind() {
    let bench = Bench::new().await;
    let chat = format!("/api/chat/{ANNA}");
    let (_, sent) = bench.post(&format!("{chat}/text"), &json!({"text": "a cta"})).await;
    let (_, edited) =
        bench.post(&format!("{chat}/edit"), &json!({"message_id": sent["message_id"], "text": "a cat"})).await;
    assert_eq!(edited["message_id"], sent["message_id"]);
    let menu = bench.bot("sendMessage", json!({"chat_id": ANNA, "text": "Menu"})).await;
    let (status, _) =
        bench.post(&format!("{chat}/edit"), &json!({"message_id": menu["message_id"], "text": "x"})).await;
    assert_eq!(status, 409, "the bot's messages are its own");

    let film = include_bytes!("../assets/clip.mp4").to_vec();
    for (kind, name, bytes) in [
        ("video", "a.mp4", film),
        ("audio", "a.mp3", b"ID3....".to_vec()),
        ("voice", "a.ogg", b"OggS....".to_vec()),
        ("document", "a.txt", b"text".to_vec()),
    ] {
        let path = format!("{chat}/file?kind={kind}&name={name}&caption=&album=");
        let (status, answer) = json_of(bench.request(Method::POST, &path).body(bytes)).await;
        assert_eq!(status, 200, "{kind}: {answer}");
    }
    bench.post(&format!("{chat}/sticker"), &json!({"emoji": "👍"})).await;
    let updates = bench.updates().await;
    assert_eq!(updates[1]["edited_message"]["text"], "a cat");
    let message = |place: usize| &updates[place]["message"];
    let video = &message(2)["video"];
    assert!(video["duration"].as_u64() > Some(0) && video["width"].as_u64() > Some(0), "{video}");
    assert_eq!(message(3)["audio"]["file_name"], "a.mp3");
    assert_eq!(message(4)["voice"]["mime_type"], "audio/ogg");
    assert_eq!(message(5)["document"]["file_name"], "a.txt");
    assert_eq!((&message(6)["sticker"]["emoji"], &message(6)["sticker"]["type"]), (&json!("👍"), &json!("regular")));
}

#[tokio::test]
async fn a_taken_port_makes_way_and_shutdown_ends_waiting_pages() {
    let bench = Bench::new().await;
    let (telegram, kie) = (Arc::clone(&bench.telegram), Arc::clone(&bench.kie));
    let scene = Scene { telegram, kie, backstage: bench.books.clone() };
    let second = page::serve(scene, bench.port, bench.shutdown.clone()).await.expect("a free port");
    assert!((bench.port + 1..=bench.port + 20).contains(&second.port()), "{second}");
    assert_eq!(bench.telegram.users().len(), 2, "users are added once");

    let version = bench.chat(ANNA, "").await["version"].as_str().expect("a version").to_owned();
    let poll = bench.request(Method::GET, &format!("/api/watch?chat.{ANNA}={version}")).send();
    let (answer, ()) = tokio::join!(poll, async { bench.shutdown.cancel() });
    assert!(answer.is_err(), "the connection closes");
}

fn picture_of(prompt: &str) -> Vec<u8> {
    picture::picture(prompt, "test", 64, 64)
}
