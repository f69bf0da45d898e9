//! PgBouncer in transaction mode before PostgreSQL: with fewer connections to the server than the bot has to it, so that sessions really change.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use storage::testing::{note_skipped, variable};
use tempfile::TempDir;

use crate::bound::until;
use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::storm;
use crate::walk::{PICTURE_PRICE, WELCOME, Words};

const ANN: i64 = 501;
/// Where distributions put it, outside of the PATH of ordinary users.
const PLACES: [&str; 3] = ["/usr/sbin/pgbouncer", "/usr/local/sbin/pgbouncer", "/usr/local/bin/pgbouncer"];
/// Users to run as when we are root: it refuses to be root.
const UNPRIVILEGED: [&str; 3] = ["postgres", "nobody", "daemon"];
/// Connections to the server; the bot's own pool is larger.
const SESSIONS: u32 = 2;

/// From `/start` to the picture, and the audit's long look; migrations go past the pooler.
pub(crate) async fn a_picture_comes_through_it(ground: Ground) {
    let Some(plan) = through("whole::postgres::pooler::a_picture_comes_through_it", Plan::webhook()) else { return };
    let stage = Stage::open(ground, plan).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a cat").await;
    ann.gets_picture().await;
    assert_eq!(ann.files(), (1, 1));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    let log = stage.bot.log();
    assert!(!log.contains("prepared statement"), "a session was relied on");
    stage.close().await;
}

/// Who is killed leaves half a transaction, and nothing else, on a connection that others get next.
pub(crate) async fn kills_behind_it_lose_nothing(ground: Ground) {
    let plan = through("whole::postgres::pooler::kills_behind_it_lose_nothing", Plan::polling());
    if let Some(plan) = plan {
        storm::lose_nothing(ground, plan).await;
    }
}

fn through(name: &str, plan: Plan) -> Option<Plan> {
    if executable().is_none() {
        eprintln!("there is no PgBouncer: install it (Debian: `apt-get install pgbouncer`)");
        note_skipped(name);
        return None;
    }
    Some(Plan { pooler: true, ..plan })
}

fn executable() -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|folder| folder.join("pgbouncer")).collect::<Vec<_>>();
    in_path.into_iter().chain(PLACES.map(PathBuf::from)).find(|file| file.is_file())
}

/// It runs until it is dropped.
pub(crate) struct Pooler {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Pooler {
    /// Before the server at `host:port`, as this user of it.
    pub(crate) async fn before(server: &str, user: &str) -> Self {
        let (host, server_port) = server.rsplit_once(':').expect("a host and a port");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port").local_addr().expect("bound").port();
        let settings = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={host} port={server_port} user={user}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = transaction\nmax_client_conn = 200\ndefault_pool_size = {SESSIONS}\n"
        );
        std::fs::write(&settings, text).expect("the folder is ours");
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("the folder is ours");
        let mut command = Command::new(executable().expect("it was found before"));
        command.arg(&settings).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if folder.path().metadata().expect("the folder is ours").uid() == 0 {
            let (user, group) = unprivileged().expect("one of the users is there");
            command.uid(user).gid(group);
        }
        let child = command.spawn().expect("it starts");
        let pooler = Self { child, port, _folder: folder };
        until("PgBouncer listens", async || tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok())
            .await;
        pooler
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unprivileged() -> Option<(u32, u32)> {
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    let find = |wanted: &str| {
        passwd.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, user, group, ..] = fields.as_slice() else { return None };
            (*name == wanted).then(|| Some((user.parse().ok()?, group.parse().ok()?)))?
        })
    };
    UNPRIVILEGED.into_iter().find_map(find)
}
