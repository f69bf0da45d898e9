//! Who works at the owner's desk, what is set at run time and whether selling is paused, as this instance knows it.
//!
//! Invariants
//! - No update asks the store for it: [`App::refresh_office`] runs at the start, every two seconds, and after a commit of ours that changes it.
//!   So another instance sees a change within seconds; who was dismissed meanwhile does nothing more all the same, since each deed looks the
//!   actor up in its own commit.
//! - Owners whom the configuration names are owners whatever the store says.

use std::sync::{Arc, PoisonError, RwLock};

use domain::ids::ChatId;
use domain::models::Overrides;
use domain::pause::Pause;
use domain::ports::StoreResult;
use domain::staff::{Actor, Duty, Role, Setting, StaffMember, Standing};
use tokio::sync::Mutex;

use super::{App, Settings};
use crate::settings::Live;

/// What was read last.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) staff: Vec<StaffMember>,
    pub(crate) settings: Vec<Setting>,
    pub(crate) live: Live,
    /// The last pause of selling.
    pub(crate) pause: Option<Pause>,
}

/// The office of this moment.
#[derive(Debug)]
pub(super) struct Backroom {
    known: RwLock<Arc<Known>>,
    /// One refresh at a time, so that an older answer of the store never replaces a newer one.
    refreshing: Mutex<()>,
}

impl Backroom {
    /// The configuration's, until the store was asked.
    pub(super) fn new(settings: &Settings) -> Self {
        let known = Known { staff: Vec::new(), settings: Vec::new(), live: settings.live(), pause: None };
        Self { known: RwLock::new(Arc::new(known)), refreshing: Mutex::new(()) }
    }

    fn known(&self) -> Arc<Known> {
        // The value is replaced whole, so it is complete whatever panicked.
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Settings {
    /// The values of the configuration that can be set at run time.
    pub(crate) fn live(&self) -> Live {
        Live {
            selling: true,
            selling_note: None,
            markup: self.factor.markup,
            welcome: self.welcome,
            live_max: self.live_max,
            losses_to_stop: self.losses_to_stop,
            shop: self.shop.clone(),
            alone_max: self.alone_max,
            models: Overrides::default(),
        }
    }
}

impl App {
    /// What holds now.
    pub(crate) fn office_now(&self) -> Arc<Known> {
        self.backroom.known()
    }

    /// What somebody is at the desk.
    pub(crate) fn actor(&self, chat: ChatId) -> Option<Actor> {
        if self.settings.owners.contains(&chat) {
            return Some(Actor { chat, role: Role::Owner, standing: Standing::Configured });
        }
        let known = self.backroom.known();
        let member = known.staff.iter().find(|member| member.chat == chat)?;
        Some(Actor { chat, role: member.role, standing: Standing::Appointed })
    }

    /// Whether somebody may do that at the desk.
    pub(crate) fn may(&self, chat: ChatId, duty: Duty) -> bool {
        self.actor(chat).is_some_and(|actor| actor.role.may(duty))
    }

    /// The chats of everybody who may do that, the configured owners first.
    pub(crate) fn chats_for(&self, duty: Duty) -> Vec<ChatId> {
        let known = self.backroom.known();
        let mut chats = self.settings.owners.clone();
        let appointed = known.staff.iter().filter(|member| member.role.may(duty)).map(|member| member.chat);
        chats.extend(appointed.filter(|chat| !self.settings.owners.contains(chat)));
        chats
    }

    /// Asks the store who works at the desk, what is set and whether selling is paused.
    ///
    /// # Errors
    /// The store's; then everything is as it was.
    pub async fn refresh_office(&self) -> StoreResult<()> {
        let before = {
            let _turn = self.backroom.refreshing.lock().await;
            let before = self.backroom.known();
            let (staff, settings) = (self.office.staff().await?, self.office.settings().await?);
            let pause = self.watch.pause().await.unwrap_or_else(|error| {
                // A reason that this version does not know must not hide who works here.
                tracing::warn!(%error, "whether selling is paused could not be read; it is as it was");
                before.pause
            });
            if before.staff == staff && before.settings == settings && before.pause == pause {
                return Ok(());
            }
            if before.pause != pause {
                tracing::info!(?pause, "the pause of selling changed");
                self.want_outside();
            }
            let live = self.settings.live().with(&settings);
            tracing::info!(staff = staff.len(), "the desk's staff, settings or pause changed");
            *self.backroom.known.write().unwrap_or_else(PoisonError::into_inner) =
                Arc::new(Known { staff, settings, live, pause });
            before
        };
        // The showcase follows what is set for single models.
        if before.live.models != self.backroom.known().live.models {
            self.refresh_showcase().await?;
        }
        Ok(())
    }
}
