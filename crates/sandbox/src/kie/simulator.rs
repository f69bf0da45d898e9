//! The handle: starts and stops the server, sets faults, looks inside.

use std::{fmt, net::Ipv4Addr, sync::Arc};

use serde_json::{Map, Value};
use tokio::{net::TcpListener, sync::Mutex, task::JoinHandle};

use super::{
    book::{CreatedTask, Delivery, DroppedField, RefusedCreation, Shared},
    credits::Credits,
    faults::{CallbackFault, Fault, Route},
    lifecycle,
    options::KieOptions,
    schema::{ModelSchema, SchemaError},
    server,
    task::{Ending, Task, TaskState},
};
use crate::http;

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A model description is wrong.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The port can't be had.
    #[error("port `{port}` on 127.0.0.1 can't be bound, take another or 0")]
    Bind {
        /// The port asked for.
        port: u16,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// A running simulator of KIE.ai on 127.0.0.1. Dropping it stops the server too, without waiting for it.
pub struct KieSimulator {
    shared: Arc<Shared>,
    server: Mutex<Option<JoinHandle<()>>>,
}

/// A task as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskView {
    /// Its id.
    pub task_id: String,
    /// Its model.
    pub model: String,
    /// Where it is.
    pub state: TaskState,
    /// The input that counted: unknown fields are gone.
    pub input: Map<String, Value>,
    /// What it costs if it succeeds.
    pub price: Credits,
    /// What it did cost: nothing before its end or when it failed.
    pub credits_consumed: Credits,
}

impl KieSimulator {
    /// Binds the port and begins to answer.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(options: KieOptions) -> Result<Self, StartError> {
        let schemas = ModelSchema::read_all(&options.models)?;
        let port = options.port;
        let bind = |source| StartError::Bind { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let shared = Arc::new(Shared::new(options, schemas, format!("http://{address}")));
        let for_requests = Arc::clone(&shared);
        let server = tokio::spawn(http::serve(listener, shared.stop.clone(), move |request| {
            server::handle(Arc::clone(&for_requests), request)
        }));
        Ok(Self { shared, server: Mutex::new(Some(server)) })
    }

    /// `http://127.0.0.1:PORT`, good for the API and for uploads.
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// Closes every connection, ends running tasks where they are, frees the port.
    pub async fn stop(&self) {
        self.shared.stop.cancel();
        self.shared.tracker.close();
        self.shared.tracker.wait().await;
        if let Some(server) = self.server.lock().await.take()
            && let Err(error) = server.await
        {
            tracing::warn!(%error, "simulator's server ended badly");
        }
    }

    /// Puts a fault on the next request of that route; several wait in line, one request each.
    pub fn fail_next(&self, route: Route, fault: Fault) {
        self.shared.book().faults.push(route, fault);
    }

    /// Puts a fault on every request of that route until [`heal`](Self::heal).
    pub fn fail_always(&self, route: Route, fault: Fault) {
        self.shared.book().faults.stand(route, fault);
    }

    /// Takes all faults off a route.
    pub fn heal(&self, route: Route) {
        self.shared.book().faults.heal(route);
    }

    /// The next task made ends in `fail` with this `failCode` and `failMsg`. Plans wait in line, one task each.
    pub fn next_task_fails(&self, code: &str, msg: &str) {
        self.plan(Ending::Fail { code: code.to_owned(), msg: msg.to_owned() });
    }

    /// Every task made from now on without a plan of its own ends in `fail` with this `failCode` and `failMsg`; `None` ends that.
    pub fn all_tasks_fail(&self, how: Option<(&str, &str)>) {
        let ending = how.map(|(code, msg)| Ending::Fail { code: code.to_owned(), msg: msg.to_owned() });
        self.shared.book().endings_standing = ending;
    }

    /// The next task made ends in `success` with an empty list of links.
    pub fn next_task_without_urls(&self) {
        self.next_task_returns(r#"{"resultUrls":[]}"#);
    }

    /// The next task made ends in `success` with an empty `resultJson`.
    pub fn next_task_empty_result(&self) {
        self.next_task_returns("");
    }

    /// The next task made ends in `success` with exactly this `resultJson`, JSON or not.
    pub fn next_task_returns(&self, result_json: &str) {
        self.plan(Ending::Raw(result_json.to_owned()));
    }

    /// Puts a fault on the callback of the next task made.
    pub fn next_callback(&self, fault: CallbackFault) {
        self.shared.book().callbacks_next.push_back(fault);
    }

    /// Puts a fault on every callback without its own, or takes it off with `None`.
    pub fn callbacks(&self, fault: Option<CallbackFault>) {
        self.shared.book().callbacks_standing = fault;
    }

    /// Moves a running task one state on; `false` if there is no such running task.
    pub fn advance(&self, task_id: &str) -> bool {
        lifecycle::advance(&self.shared, task_id)
    }

    /// Ends a running task as planned and sends its callback; `false` if there is no such running task.
    pub fn complete(&self, task_id: &str) -> bool {
        lifecycle::end(&self.shared, task_id).is_some()
    }

    /// Ends a running task in `fail`; `false` if there is no such running task.
    pub fn fail(&self, task_id: &str, code: &str, msg: &str) -> bool {
        if let Some(task) = self.shared.book().tasks.get_mut(task_id).filter(|task| !task.state.is_final()) {
            task.ending = Ending::Fail { code: code.to_owned(), msg: msg.to_owned() };
        }
        lifecycle::end(&self.shared, task_id).is_some()
    }

    /// Every accepted createTask, oldest first.
    pub fn created(&self) -> Vec<CreatedTask> {
        self.shared.book().created.clone()
    }

    /// Every createTask refused by its contents or a limit, oldest first; faults are not counted.
    pub fn refused(&self) -> Vec<RefusedCreation> {
        self.shared.book().refused.clone()
    }

    /// Every task, oldest first.
    pub fn tasks(&self) -> Vec<TaskView> {
        let book = self.shared.book();
        book.order.iter().filter_map(|id| book.tasks.get(id)).map(TaskView::of).collect()
    }

    /// One task; `None` if its id is unknown.
    pub fn task(&self, task_id: &str) -> Option<TaskView> {
        self.shared.book().tasks.get(task_id).map(TaskView::of)
    }

    /// Every field that was dropped without a word. A correct client leaves this empty.
    pub fn dropped_fields(&self) -> Vec<DroppedField> {
        self.shared.book().dropped.clone()
    }

    /// Every attempt to call back, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.book().deliveries.clone()
    }

    /// How many requests a route has had, faulty and unauthorised ones included.
    pub fn requests(&self, route: Route) -> usize {
        self.shared.book().requests.get(&route).copied().unwrap_or_default()
    }

    /// The account's balance.
    pub fn credits(&self) -> Credits {
        self.shared.book().credits
    }

    /// Sets the account's balance.
    pub fn set_credits(&self, credits: Credits) {
        self.shared.book().credits = credits;
    }

    /// Changes what KIE lists: catalogue, schemas and price page, in KIE's order. The list begins as [`KieOptions::models`] and has the same
    /// format, with a few words more, see `assets/README.md`. What createTask takes and charges stays as it was.
    pub fn list(&self, change: impl FnOnce(&mut Vec<Value>)) {
        change(&mut self.shared.book().listed);
    }

    /// Changes how one model is listed; `false` if none of this id is.
    pub fn relist(&self, model: &str, change: impl FnOnce(&mut Value)) -> bool {
        let mut book = self.shared.book();
        let listed = book.listed.iter_mut().find(|listed| listed["id"] == model);
        listed.map(change).is_some()
    }

    fn plan(&self, ending: Ending) {
        self.shared.book().endings.push_back(ending);
    }
}

impl Drop for KieSimulator {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}

impl fmt::Debug for KieSimulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KieSimulator").field("base_url", &self.shared.base_url).finish_non_exhaustive()
    }
}

impl TaskView {
    fn of(task: &Task) -> Self {
        Self {
            task_id: task.id.clone(),
            model: task.model.clone(),
            state: task.state,
            input: task.input.clone(),
            price: task.price,
            credits_consumed: task.credits_consumed(),
        }
    }
}
