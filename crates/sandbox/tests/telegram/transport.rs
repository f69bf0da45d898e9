//! Addresses, tokens, forms of bodies, parameters, standing of users.

use sandbox::telegram::{Outcome, User, ViolationKind};
use serde_json::{Value, json};

use crate::kit::{ANN, BEN, Bench, keyboard};

#[tokio::test]
async fn the_token_and_the_method_are_checked() {
    let bench = Bench::new().await;
    let base = bench.simulator.base_url();
    let table = [
        (format!("{base}/bot1:wrong/getMe"), 401, "Unauthorized"),
        (format!("{base}/file/bot1:wrong/photos/file_1.png"), 401, "Unauthorized"),
        (bench.url("getNothing"), 404, "Not Found"),
        (bench.url("getme"), 404, "Not Found"),
        (format!("{base}/else"), 404, "Not Found"),
    ];
    for (url, status, description) in table {
        let response = bench.http.get(&url).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), status, "{url}");
        let answer: Value = response.json().await.expect("JSON");
        assert_eq!(answer, json!({"ok": false, "error_code": status, "description": description}), "{url}");
    }
    assert_eq!(bench.violations(), [ViolationKind::UnknownMethod, ViolationKind::UnknownMethod]);
}

#[tokio::test]
async fn get_me_describes_the_bot() {
    let bench = Bench::with(|options| options.token = "42:letters".to_owned()).await;
    let me = bench.ok("getMe", json!({})).await;
    assert_eq!((&me["id"], &me["is_bot"], &me["username"]), (&json!(42), &json!(true), &json!("simulated_bot")));
}

#[tokio::test]
async fn parameters_may_come_by_query_form_json_and_multipart() {
    let bench = Bench::new().await;
    let markup = keyboard("a", "b").to_string();
    let chat = ANN.to_string();
    let query = [("chat_id", chat.as_str()), ("text", "1 & ж"), ("reply_markup", markup.as_str())];
    let by_query = reqwest::Url::parse_with_params(&bench.url("sendMessage"), query).expect("a URL");
    bench.http.get(by_query).send().await.expect("an answer");
    let form = "chat_id=501&text=1+%26+%D0%B6&reply_markup=".to_owned()
        + &markup.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let request = bench.http.post(bench.url("sendMessage")).header("content-type", "application/x-www-form-urlencoded");
    request.body(form).send().await.expect("an answer");
    bench.ok("sendMessage", json!({"chat_id": chat, "text": "1 & ж", "reply_markup": markup})).await;
    bench.ok("sendMessage", json!({"chat_id": ANN, "text": "1 & ж", "reply_markup": keyboard("a", "b")})).await;
    let texts = [("chat_id", chat), ("text", "1 & ж".to_owned()), ("reply_markup", markup)];
    bench.upload("sendMessage", &texts, vec![]).await;
    let messages = bench.simulator.messages(ANN);
    assert_eq!(messages.len(), 5);
    for message in messages {
        assert_eq!(
            (message.text.as_str(), message.button("b").map(|button| button.label.as_str())),
            ("1 & ж", Some("a"))
        );
    }
    assert_eq!(bench.violations(), []);
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_and_noted() {
    let bench = Bench::new().await;
    let texts = |extra: Value| {
        let mut params = json!({"chat_id": ANN, "text": "a"});
        params.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
        params
    };
    let strange = [
        json!({"colour": "red"}),
        json!({"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b", "colour": 1}]]}}),
        json!({"link_preview_options": {"disabled": true}}),
    ];
    for extra in strange {
        let description = bench.refused("sendMessage", texts(extra.clone())).await;
        assert!(description.contains("is not in the simulator's table"), "{extra}: {description}");
    }
    let (status, _) = bench
        .upload(
            "sendMessage",
            &[("chat_id", ANN.to_string()), ("text", "a".to_owned())],
            vec![("picture", "a.png", vec![1])],
        )
        .await;
    assert_eq!(status, 400);
    assert_eq!(bench.violations(), [ViolationKind::UnknownParameter; 4]);
    assert_eq!(bench.simulator.messages(ANN), []);
}

#[tokio::test]
async fn a_lenient_simulator_passes_over_an_unknown_parameter_as_telegram_does() {
    let bench = Bench::with(|options| options.strict = false).await;
    bench.ok("sendMessage", json!({"chat_id": ANN, "text": "a", "colour": "red"})).await;
    assert_eq!(bench.violations(), [ViolationKind::UnknownParameter]);
}

#[tokio::test]
async fn missing_and_mistyped_parameters_are_refused_in_telegrams_words() {
    let bench = Bench::new().await;
    let table = [
        ("sendMessage", json!({"text": "a"}), "Bad Request: chat_id is empty"),
        ("sendMessage", json!({"chat_id": ANN}), "Bad Request: message text is empty"),
        ("sendPhoto", json!({"chat_id": ANN}), "Bad Request: there is no photo in the request"),
        ("deleteMessage", json!({"chat_id": ANN}), "Bad Request: message identifier is not specified"),
        ("editMessageText", json!({"text": "a"}), "Bad Request: message identifier is not specified"),
        ("getFile", json!({}), "Bad Request: file_id not specified"),
        ("sendMessage", json!({"chat_id": "ann", "text": "a"}), "Bad Request: chat not found"),
        ("sendMessage", json!({"chat_id": ANN, "text": 5}), "Bad Request: field \"text\" must be of type String"),
        (
            "sendMessage",
            json!({"chat_id": ANN, "text": "a", "reply_markup": "{"}),
            "Bad Request: can't parse reply markup JSON object",
        ),
        (
            "sendMessage",
            json!({"chat_id": ANN, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": 5}]]}}),
            "Bad Request: can't parse InlineKeyboardButton: field \"text\" must be of type String",
        ),
        (
            "sendMessage",
            json!({"chat_id": ANN, "text": "a", "reply_parameters": {}}),
            "Bad Request: can't parse ReplyParameters: can't find field \"message_id\"",
        ),
        ("sendChatAction", json!({"chat_id": ANN, "action": "dance"}), "Bad Request: invalid action specified"),
        ("getUpdates", json!({"limit": 101}), "Bad Request: invalid limit specified"),
    ];
    let count = table.len();
    for (method, params, description) in table {
        assert_eq!(bench.refused(method, params.clone()).await, description, "{method} {params}");
    }
    assert_eq!(bench.violations().len(), count);
}

#[tokio::test]
async fn a_bot_may_write_only_to_those_who_let_it() {
    let bench = Bench::new().await;
    bench.simulator.add_stranger(User::new(7, "Stranger"));
    bench.simulator.block(BEN);
    bench.simulator.add_user(User::new(8, "Gone"));
    bench.simulator.deactivate(8);
    let table = [
        (999, "Bad Request: chat not found"),
        (7, "Forbidden: bot can't initiate conversation with a user"),
        (BEN, "Forbidden: bot was blocked by the user"),
        (8, "Forbidden: user is deactivated"),
    ];
    let methods: [(&str, Value); 4] = [
        ("sendMessage", json!({"text": "a"})),
        ("sendPhoto", json!({"photo": "some-id"})),
        ("sendChatAction", json!({"action": "typing"})),
        ("editMessageText", json!({"text": "a", "message_id": 1})),
    ];
    for (chat, description) in table {
        for (method, params) in &methods {
            let mut params = params.clone();
            params["chat_id"] = json!(chat);
            assert_eq!(bench.refused(method, params).await, description, "{method} to {chat}");
        }
    }
    assert!(bench.simulator.send_text(BEN, "hi").is_err());
    bench.simulator.unblock(BEN);
    bench.simulator.send_text(7, "/start").expect("a stranger may write");
    for chat in [7, BEN] {
        bench.ok("sendMessage", json!({"chat_id": chat, "text": "a"})).await;
    }
    assert_eq!(bench.violations(), []);
}

#[tokio::test]
async fn the_journal_keeps_calls_with_parameters_and_outcome() {
    let bench = Bench::new().await;
    bench.text("hello").await;
    bench.refused("sendMessage", json!({"chat_id": 999, "text": "a"})).await;
    let calls = bench.simulator.calls_of("sendMessage");
    assert_eq!(calls.len(), 2);
    assert_eq!((&calls[0].params["text"], &calls[0].outcome), (&json!("hello"), &Outcome::Done));
    let refused = Outcome::Refused { code: 400, description: "Bad Request: chat not found".to_owned() };
    assert_eq!((calls[1].number, &calls[1].outcome), (2, &refused));
    bench.simulator.clear_journal();
    assert_eq!(bench.simulator.calls(), []);
}

#[tokio::test]
async fn commands_are_kept_by_scope_and_language() {
    let bench = Bench::new().await;
    let commands = |name: &str| json!([{"command": name, "description": "does it"}]);
    let private = json!({"type": "all_private_chats"});
    bench.ok("setMyCommands", json!({"commands": commands("start")})).await;
    bench.ok("setMyCommands", json!({"commands": commands("menu"), "language_code": "ru", "scope": private})).await;
    assert_eq!(bench.ok("getMyCommands", json!({})).await, commands("start"));
    assert_eq!(bench.ok("getMyCommands", json!({"language_code": "en"})).await, json!([]));
    assert_eq!(bench.simulator.commands(Some(&private), "ru"), Some(commands("menu")));
    for (wrong, description) in [
        (commands("Start"), "Bad Request: BOT_COMMAND_INVALID"),
        (commands(&"a".repeat(33)), "Bad Request: BOT_COMMAND_INVALID"),
        (json!([{"command": "a", "description": ""}]), "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"),
        (json!(vec![commands("a")[0].clone(); 101]), "Bad Request: BOT_COMMANDS_TOO_MUCH"),
    ] {
        assert_eq!(bench.refused("setMyCommands", json!({"commands": wrong})).await, description);
    }
}

#[tokio::test]
async fn a_stopped_simulator_leaves_its_port() {
    let bench = Bench::new().await;
    let url = bench.url("getMe");
    bench.ok("getMe", json!({})).await;
    bench.simulator.stop().await;
    assert!(bench.http.get(url).send().await.is_err());
}
