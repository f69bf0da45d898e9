//! Where everything is kept.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use storage::DatabaseUrl;

use super::mounts::mount_of;
use super::reader::{Read, Reader, Refusal};
use super::registry::{DATABASE_MIGRATION_URL, DATABASE_TLS, DATABASE_URL, DB_POOL_SIZE, MIGRATE_ON_START, RENDER};

/// Where everything is kept.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    /// Which database.
    pub(crate) target: Target,
    /// How PostgreSQL's certificate is judged; absent = by `sslmode` in the address.
    pub(crate) tls: Option<Tls>,
    /// Connections at most.
    pub(crate) pool_size: u32,
    /// `serve` migrates first.
    pub(crate) migrate_on_start: bool,
}

/// Which database.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// The embedded one.
    Sqlite {
        /// The file, perhaps relative to the working directory. It and its folder need not exist yet.
        path: PathBuf,
    },
    /// A server.
    Postgres {
        /// The address, `sslmode` included if it was there.
        url: SecretString,
        /// The same, or the direct one past a pooler.
        migration_url: SecretString,
    },
}

/// How PostgreSQL's certificate is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    /// By the public roots.
    Verify,
    /// By the CA in this PEM file.
    CaFile(PathBuf),
    /// Not at all: encrypted, but anybody may be at the other end.
    Insecure,
    /// No TLS.
    Off,
}

/// A database address by itself.
enum Address {
    File(PathBuf),
    Server(SecretString),
}

impl Database {
    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let address = reader.value(&DATABASE_URL, address);
        let migration = reader.optional(&DATABASE_MIGRATION_URL, address_of_server);
        let tls = reader.optional(&DATABASE_TLS, tls);
        let pool_size = reader.whole(&DB_POOL_SIZE);
        let migrate_on_start = reader.switch(&MIGRATE_ON_START);
        let target = match (address?, migration?) {
            (Address::File(path), None) => {
                check_disk(reader, &path)?;
                Target::Sqlite { path }
            }
            (Address::File(_), Some(_)) => {
                let wanted = "nothing, because `DATABASE_URL` is a SQLite file".to_owned();
                let hint = "remove it, or set `DATABASE_URL` to the PostgreSQL address as well".to_owned();
                return Err(reader.refuse(&DATABASE_MIGRATION_URL, wanted, Some(hint)));
            }
            (Address::Server(url), migration) => {
                Target::Postgres { migration_url: migration.unwrap_or_else(|| url.clone()), url }
            }
        };
        Ok(Self { target, tls: tls?, pool_size: pool_size?, migrate_on_start: migrate_on_start? })
    }
}

/// On Render a file outside a mounted disk is gone with the next deploy, and the balances of all users with it.
fn check_disk(reader: &mut Reader<'_>, path: &Path) -> Read<()> {
    let environment = reader.environment;
    if !environment.has(RENDER.name) {
        return Ok(());
    }
    let whole = environment.directory.join(path);
    match environment.mounts.as_deref().and_then(|table| mount_of(&whole, table)) {
        Some(mount) if mount.is_memory() => {
            reader.note(format!("`{}` lies in memory: every restart empties it", whole.display()));
            Ok(())
        }
        Some(mount) if !mount.is_root() => Ok(()),
        _ => {
            let wanted = "on Render: PostgreSQL, or a SQLite file on a mounted disk".to_owned();
            let hint = format!(
                "`{}` is wiped at each deploy: create a database on Render and set its internal address, or add a disk and put the file there",
                whole.display()
            );
            Err(reader.refuse(&DATABASE_URL, wanted, Some(hint)))
        }
    }
}

fn address(text: &str) -> Result<Address, Refusal> {
    match text.split_once("://") {
        Some(("sqlite", path)) => file(path).map(Address::File),
        Some(("postgres" | "postgresql", _)) => address_of_server(text).map(Address::Server),
        Some(_) => Err(Refusal::default()),
        None if text.contains(":memory:") => {
            Err(Refusal::hint("a database in memory would lose all balances: name a file"))
        }
        None => Err(Refusal::hint("put `sqlite://` before the path of a file")),
    }
}

fn file(path: &str) -> Result<PathBuf, Refusal> {
    if path.contains(":memory:") {
        return Err(Refusal::hint("a database in memory would lose all balances: name a file"));
    }
    if path.contains('?') {
        return Err(Refusal::hint("take away the `?` and what follows: no options are read there"));
    }
    if path.is_empty() || path.ends_with('/') {
        return Err(Refusal::hint("name a file, such as `sqlite://data/kiebot.db` or `sqlite:///var/data/kiebot.db`"));
    }
    Ok(PathBuf::from(path))
}

/// The scheme here, the rest by the one that will use it: a bad port or `sslmode` is told with the other problems and not after them.
fn address_of_server(text: &str) -> Result<SecretString, Refusal> {
    match text.split_once("://") {
        Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => {}
        _ => return Err(Refusal::default()),
    }
    match DatabaseUrl::parse(text) {
        Ok(_) => Ok(text.into()),
        Err(bad) => Err(Refusal::hint(bad.to_string())),
    }
}

fn tls(text: &str) -> Result<Tls, Refusal> {
    match text {
        "verify" => Ok(Tls::Verify),
        "insecure" => Ok(Tls::Insecure),
        "off" => Ok(Tls::Off),
        path if path.contains(['/', '.']) => Ok(Tls::CaFile(PathBuf::from(path))),
        _ => Err(Refusal::hint("a file without a folder is written `./ca.pem`")),
    }
}
