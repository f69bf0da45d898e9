//! What the tests share.

pub(crate) mod fakes;
pub(crate) mod server;
pub(crate) mod spec;

use std::sync::Arc;
use std::time::Duration;

use domain::clock::{ManualClock, Timestamp};
use domain::ids::ChatId;
use domain::screen::{Action, Button, Emphasis, Press, Screen, Text};
use sandbox::telegram::{SimulatorOptions, TelegramSimulator, User};
use telegram_adapter::{Client, Options, Pace, TelegramMessenger, UploadLimits};

/// A token that no log line may hold.
pub(crate) const TOKEN: &str = "7000000001:SIMULATED-TOKEN-SIMULATED-TOKEN-123";
/// A budget that no test uses up unless it means to.
pub(crate) const BUDGET: Duration = Duration::from_secs(20);
/// Bound of every wait for something that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// The user of most tests.
pub(crate) const ADA: ChatId = ChatId(1001);

/// A client of that server.
pub(crate) fn client(api_url: &str) -> Client {
    Client::new(Options { api_url: api_url.to_owned(), ..Options::new(TOKEN.into()) }).unwrap()
}

/// A messenger of that server that does not wait for its turns.
pub(crate) fn messenger(api_url: &str) -> TelegramMessenger {
    let at_once = Pace { all_interval: Duration::ZERO, chat_interval: Duration::ZERO, ..Pace::TELEGRAM };
    TelegramMessenger::new(client(api_url), at_once, UploadLimits::TELEGRAM)
}

/// A running simulator with one user, and the clock that it reads.
pub(crate) async fn simulator() -> (TelegramSimulator, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_790_000_000)));
    let options = SimulatorOptions { retry_unit: Duration::from_millis(5), ..SimulatorOptions::new(clock.clone()) };
    let simulator = TelegramSimulator::start(options).await.unwrap();
    assert_eq!(simulator.token(), TOKEN);
    simulator.add_user(User::new(ADA.0, "Ада").with_username("ada").with_language("ru"));
    (simulator, clock)
}

/// What every test of the simulator ends with: nothing was sent that a correct client does not send.
pub(crate) fn assert_correct(simulator: &TelegramSimulator) {
    assert_eq!(simulator.violations(), []);
    for call in simulator.calls() {
        let files: Vec<&str> = call.uploads.iter().map(|upload| upload.field.as_str()).collect();
        spec::assert_call(&call.method, &call.params, &files);
    }
}

/// A screen with one button.
pub(crate) fn screen(words: &str) -> Screen {
    let button =
        Button { label: "Меню".to_owned(), press: Press::Action(Action::Menu), emphasis: Emphasis::Primary };
    Screen::new(Text::plain(words), vec![vec![button]])
}
