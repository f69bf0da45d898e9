//! A broadcast to a hundred thousand people on tokio's paused clock: an hour and a half passes in seconds. The process is killed in the middle
//! again and again, Telegram blocks, refuses, floods and loses answers; nobody gets it twice, and the pace holds in every second.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::service::{App, Parts};
use app::texts::Texts;
use app::workers::BROADCAST_INTERVAL;
use async_trait::async_trait;
use domain::broadcast::{Broadcast, BroadcastEvent, BroadcastState, Content};
use domain::clock::{Clock, SeededIds, Timestamp};
use domain::ids::{BroadcastId, ChatId, UserId};
use domain::models::Catalog;
use domain::ports::{
    Activity, BroadcastChange, ChangeSet, Claim, Commit, DeliverItem, Delivered, JobKey, JobKind, Messenger, Outreach,
    Person, PersonChange, Schedule, SendError, Store,
};
use domain::screen::{Language, Screen};
use storage::memory::MemoryStore;
use tokio::time::Instant;

use crate::house::settings;
use crate::kie::Kie;
use crate::telegram::Telegram;

const PEOPLE: i64 = 100_000;
const FLOOD_WAIT: Duration = Duration::from_secs(30);
/// In one round, which is what a kill may leave in the dark.
const ROUND: u64 = 20;

/// tokio's paused clock as ours.
struct Watch(Instant);

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_795_348_800) + self.0.elapsed()
    }
}

/// What reached Telegram, and when; a chat's number decides how Telegram answers.
#[derive(Default)]
struct Post {
    /// What Telegram took, by chat.
    taken: Mutex<BTreeMap<ChatId, u32>>,
    /// Every call, also those that were refused.
    calls: Mutex<Vec<Instant>>,
    /// When a flood was told.
    floods: Mutex<Vec<Instant>>,
    flooded: Mutex<BTreeSet<ChatId>>,
}

impl Post {
    const fn is_gone(chat: ChatId) -> bool {
        chat.0 % 97 == 0
    }

    const fn is_refused(chat: ChatId) -> bool {
        !Self::is_gone(chat) && chat.0 % 1_009 == 0
    }

    const fn is_lost(chat: ChatId) -> bool {
        !Self::is_gone(chat) && !Self::is_refused(chat) && chat.0 % 2_003 == 0
    }

    fn is_flooded(&self, chat: ChatId) -> bool {
        chat.0 % 9_001 == 0 && self.flooded.lock().unwrap().insert(chat)
    }
}

#[async_trait]
impl Messenger for Post {
    async fn show(&self, chat: ChatId, _: Option<i64>, _: &Screen, _: Duration) -> Result<i64, SendError> {
        self.calls.lock().unwrap().push(Instant::now());
        let later = |unsent, retry_after| SendError::Later { retry_after, unsent, detail: "trouble".to_owned() };
        let latency = Duration::from_millis(20 + u64::try_from(chat.0 % 280).unwrap());
        if self.is_flooded(chat) {
            tokio::time::sleep(latency).await;
            self.floods.lock().unwrap().push(Instant::now());
            return Err(later(true, Some(FLOOD_WAIT)));
        }
        if !Self::is_gone(chat) && !Self::is_refused(chat) {
            // Whatever becomes of our process now, the person has it.
            *self.taken.lock().unwrap().entry(chat).or_default() += 1;
        }
        tokio::time::sleep(latency).await;
        match chat {
            _ if Self::is_gone(chat) => Err(SendError::ChatGone),
            _ if Self::is_refused(chat) => Err(SendError::Refused { description: "no".to_owned() }),
            _ if Self::is_lost(chat) => Err(later(false, None)),
            _ => Ok(1),
        }
    }

    async fn answer_press(&self, _: &str, _: Option<&str>, _: bool, _: Duration) -> Result<(), SendError> {
        unreachable!("nobody presses")
    }

    async fn answer_pre_checkout(&self, _: &str, _: Option<&str>, _: Duration) -> Result<(), SendError> {
        unreachable!("nobody pays")
    }

    async fn deliver(&self, _: ChatId, _: &DeliverItem, _: Duration) -> Result<Delivered, SendError> {
        unreachable!("it has no picture")
    }

    async fn copy(&self, _: ChatId, _: i64, _: ChatId, _: Duration) -> Result<i64, SendError> {
        unreachable!("nobody writes")
    }

    async fn activity(&self, _: ChatId, _: Activity) {}
}

struct Crowd {
    store: Arc<MemoryStore>,
    post: Arc<Post>,
    clock: Arc<Watch>,
    id: BroadcastId,
}

impl Crowd {
    /// Everybody is there, and the broadcast has started.
    async fn gather() -> Self {
        let clock = Arc::new(Watch(Instant::now()));
        let (store, ids) = (Arc::new(MemoryStore::new(clock.clone())), SeededIds::new(3));
        for number in 1..=PEOPLE {
            let mut change = ChangeSet::new(clock.now());
            change.person = Some(PersonChange::Create(Person {
                user: UserId::random(&ids),
                chat: ChatId(number),
                first_name: String::new(),
                username: None,
                language: if number % 2 == 0 { Language::Ru } else { Language::En },
                gone: false,
                silent: false,
                news: true,
                blocked: false,
                origin: None,
                created_at: clock.now(),
            }));
            assert_eq!(store.commit(&change).await.unwrap(), Commit::Committed);
        }
        let id = BroadcastId::ordered(&*clock, &ids);
        let content = Content::new("news", None).unwrap();
        let mut change = ChangeSet::new(clock.now());
        change.broadcasts = vec![
            BroadcastChange::Create(Broadcast::draft(id, content, 0, clock.now())),
            BroadcastChange::Step { id, event: BroadcastEvent::Start },
        ];
        change.schedule.push(Schedule::new(JobKey::broadcast(id), clock.now()));
        assert_eq!(store.commit(&change).await.unwrap(), Commit::Committed);
        Self { store, post: Arc::new(Post::default()), clock, id }
    }

    /// A new process.
    fn start(&self) -> App {
        let (kie, telegram) = (Arc::new(Kie::default()), Arc::new(Telegram::default()));
        let models = [
            ("alibaba.toml", include_str!("../../../../config/models/alibaba.toml")),
            ("common.toml", include_str!("../../../../config/models/common.toml")),
        ];
        let parts = Parts {
            store: self.store.clone(),
            office: self.store.clone(),
            outreach: self.store.clone(),
            watch: self.store.clone(),
            event_log: self.store.clone(),
            surroundings: Arc::new(crate::around::Around::default()),
            reports: self.store.clone(),
            charts: Arc::new(charts::PngCharts),
            generator: kie.clone(),
            messenger: self.post.clone(),
            files: telegram,
            prober: kie,
            rate_source: None,
            gates: Vec::new(),
            catalog: Arc::new(Catalog::load(&models).expect("the catalog's own tests prove it")),
            texts: Texts::load().expect("the texts parse"),
            clock: self.clock.clone(),
            ids: Arc::new(SeededIds::new(5)),
        };
        App::new(parts, settings())
    }

    /// Does the work of one process until nothing is left to be done.
    async fn pump(&self, app: &App) {
        loop {
            let (kinds, now) = (&[JobKind::Broadcast], self.clock.now());
            let claim = Claim { kinds, owner: "crowd", now, lease: Duration::from_secs(120), limit: 1 };
            match self.store.claim(claim).await.unwrap().pop() {
                Some(lease) => app.work(lease).await,
                None if self.store.next_due(kinds).unwrap().is_none() => return,
                None => tokio::time::sleep(Duration::from_secs(1)).await,
            }
        }
    }

    async fn broadcast(&self) -> Broadcast {
        self.store.broadcast(self.id).await.unwrap().expect("it stands")
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_get_it_once_at_the_pace_whatever_is_killed() {
    let crowd = Crowd::gather().await;
    let mut kills = 0;
    // Seconds of life; odd fractions, so that a process dies anywhere within a round.
    for life in [0.93, 17.21, 301.377, 0.05, 64.001, 900.5, 1.19, 1_234.567] {
        let app = crowd.start();
        let life = Duration::from_secs_f64(life);
        assert!(tokio::time::timeout(life, crowd.pump(&app)).await.is_err(), "it ended before the last kill");
        kills += 1;
        // The dead process' lease has to run out first; figures of it stay as they were.
        assert_eq!(crowd.broadcast().await.state, BroadcastState::Sending);
        assert!(crowd.broadcast().await.figures.open() <= ROUND);
    }
    crowd.pump(&crowd.start()).await;

    let broadcast = crowd.broadcast().await;
    let figures = broadcast.figures;
    let all = u64::try_from(PEOPLE).unwrap();
    assert_eq!(
        (broadcast.state, figures.taken, figures.settled(), figures.open()),
        (BroadcastState::Done, all, all, 0)
    );
    let taken = crowd.post.taken.lock().unwrap().clone();
    assert_eq!(taken.values().filter(|count| **count > 1).count(), 0, "somebody got it twice");

    let of =
        |wanted: fn(ChatId) -> bool| u64::try_from((1..=PEOPLE).filter(|chat| wanted(ChatId(*chat))).count()).unwrap();
    let (gone, refused, lost) = (of(Post::is_gone), of(Post::is_refused), of(Post::is_lost));
    let dark = kills * ROUND;
    assert!(figures.unknown >= lost.saturating_sub(dark) && figures.unknown <= lost + dark, "{figures:?}");
    assert!(figures.blocked <= gone && figures.blocked + dark >= gone, "{figures:?}");
    assert!(figures.failed <= refused && figures.failed + dark >= refused, "{figures:?}");
    let received = u64::try_from(taken.len()).unwrap();
    assert!(figures.sent <= received && figures.sent + figures.unknown >= received, "{figures:?}, {received}");
    let blocked = crowd.store.session(ChatId(97)).await.unwrap().unwrap();
    let reached = crowd.store.session(ChatId(98)).await.unwrap().unwrap();
    assert_eq!((blocked.person.gone, reached.person.gone), (true, false));

    let calls = crowd.post.calls.lock().unwrap().clone();
    let second = usize::try_from(Duration::from_secs(1).as_millis() / BROADCAST_INTERVAL.as_millis()).unwrap();
    let busy = calls.windows(second + 1).filter(|calls| calls[second] - calls[0] < Duration::from_secs(1)).count();
    assert_eq!(busy, 0, "more than {second} in a second");
    for flood in crowd.post.floods.lock().unwrap().iter() {
        let quiet = *flood + BROADCAST_INTERVAL..*flood + FLOOD_WAIT;
        assert!(!calls.iter().any(|call| quiet.contains(call)), "sent although Telegram said wait");
    }
    assert!(crowd.post.floods.lock().unwrap().len() > 5);
}
