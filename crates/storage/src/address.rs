//! The address of a database, with TLS as its own decision. Never shows the password.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tokio_postgres::config::Host;

/// Why an address can't be used. Says what is wanted, and never repeats the address, which holds a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Neither of the databases that we know.
    #[error("`{0}` is no database: `postgres://`, `postgresql://` or `sqlite://path` is wanted")]
    Scheme(String),
    /// No such mode.
    #[error("sslmode `{0}` is unknown: disable, prefer, require, verify-ca or verify-full is wanted")]
    SslMode(String),
    /// Not an address of PostgreSQL.
    #[error("the address can't be read: {0}")]
    Unreadable(String),
    /// `sqlite://` without a file: a database in memory is lost with the process.
    #[error("`sqlite://` wants the path of a file: `sqlite://data/kiebot.db`")]
    NoFile,
    /// Not one of the words, and no path.
    #[error("`{0}` is no TLS setting: verify, insecure, off or the path of a PEM file is wanted")]
    Tls(String),
}

/// How a connection to PostgreSQL is encrypted, if not by the address's `sslmode`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// As `sslmode` says: `disable` = plain; `prefer` or none = encrypted if the server can, unverified; `require`, `verify-ca` and
    /// `verify-full` = encrypted and verified. Stricter than libpq for `require`, so that it fails closed.
    #[default]
    BySslMode,
    /// Encrypted; the server proves its name by a public authority.
    Verify,
    /// Encrypted; the server proves its name by an authority in this PEM file, or shows a certificate that is in it.
    CaFile(PathBuf),
    /// Encrypted; anybody may be the server.
    Insecure,
    /// Plain.
    Off,
}

impl FromStr for Tls {
    type Err = BadAddress;

    /// From the words of DATABASE_TLS: `verify`, `insecure`, `off`, or a path (something with a `/` or a `.`).
    fn from_str(text: &str) -> Result<Self, BadAddress> {
        match text {
            "verify" => Ok(Self::Verify),
            "insecure" => Ok(Self::Insecure),
            "off" => Ok(Self::Off),
            path if path.contains(['/', '.']) => Ok(Self::CaFile(PathBuf::from(path))),
            other => Err(BadAddress::Tls(other.to_owned())),
        }
    }
}

/// What is done about encryption in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// None.
    Off,
    /// If the server can; unverified.
    IfOffered,
    /// Always; unverified.
    Unverified,
    /// Always; verified by public authorities.
    Verified,
    /// Always; verified by this file.
    VerifiedBy(PathBuf),
}

/// What a connection is safe from, at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Nothing: it is plain, or a file.
    None,
    /// From listeners, if the server can; from nobody else.
    IfOffered,
    /// From listeners.
    Unverified,
    /// From listeners and impostors.
    Verified,
}

/// Where the database is, and how to get in.
#[derive(Clone)]
pub struct DatabaseUrl {
    place: Place,
    tls: Tls,
    pooler: bool,
}

/// Which database.
#[derive(Clone)]
pub(crate) enum Place {
    Sqlite(PathBuf),
    Postgres(Box<PostgresPlace>),
}

/// A PostgreSQL server, without what its address said of TLS.
#[derive(Clone)]
pub(crate) struct PostgresPlace {
    pub(crate) config: tokio_postgres::Config,
    mode: Mode,
    root_certificates: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Disable,
    Prefer,
    Verify,
}

impl DatabaseUrl {
    /// Reads an address; TLS is by its `sslmode`.
    ///
    /// # Errors
    /// See [`BadAddress`].
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let place = if let Some(path) = text.strip_prefix("sqlite://") {
            if path.is_empty() || path.starts_with(":memory:") {
                return Err(BadAddress::NoFile);
            }
            Place::Sqlite(PathBuf::from(path))
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Place::Postgres(Box::new(PostgresPlace::parse(text)?))
        } else {
            // Only what stands before `://`, at most: the rest may hold a password.
            let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
            return Err(BadAddress::Scheme(scheme.chars().take(20).collect()));
        };
        Ok(Self { place, tls: Tls::BySslMode, pooler: false })
    }

    /// The same place, encrypted in this way.
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// The same place, reached through a pooler that lends a server's connection for one transaction only (PgBouncer's transaction mode):
    /// nothing of a session is relied on, and each call is one transaction.
    #[must_use]
    pub const fn behind_pooler(mut self) -> Self {
        self.pooler = true;
        self
    }

    /// Whether both are the same file, or lead to the same host and port.
    pub fn is_beside(&self, other: &Self) -> bool {
        let ports = |config: &tokio_postgres::Config| match config.get_ports() {
            [] => vec![5432],
            ports => ports.to_vec(),
        };
        match (&self.place, &other.place) {
            (Place::Sqlite(one), Place::Sqlite(other)) => one == other,
            (Place::Postgres(one), Place::Postgres(other)) => {
                let (one, other) = (&one.config, &other.config);
                one.get_hosts() == other.get_hosts() && ports(one) == ports(other)
            }
            _ => false,
        }
    }

    /// `sqlite` or `postgres`.
    pub const fn kind(&self) -> &'static str {
        match self.place {
            Place::Sqlite(_) => "sqlite",
            Place::Postgres(_) => "postgres",
        }
    }

    /// The file of a SQLite database.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &self.place {
            Place::Sqlite(path) => Some(path),
            Place::Postgres(_) => None,
        }
    }

    /// What an opened connection is safe from, at least.
    pub fn privacy(&self) -> Privacy {
        match self.encryption() {
            Encryption::Off => Privacy::None,
            Encryption::IfOffered => Privacy::IfOffered,
            Encryption::Unverified => Privacy::Unverified,
            Encryption::Verified | Encryption::VerifiedBy(_) => Privacy::Verified,
        }
    }

    /// Whether every server of it is on this machine or in a private network, as far as its address tells: a socket, a private address, or a
    /// name without a dot, which no public resolver knows.
    pub fn is_near(&self) -> bool {
        let Place::Postgres(place) = &self.place else { return true };
        place.config.get_hosts().iter().all(|host| match host {
            Host::Unix(_) => true,
            Host::Tcp(name) => match name.parse() {
                Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private() || address.is_link_local(),
                Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
                Err(_) => !name.contains('.') || name.ends_with(".internal"),
            },
        })
    }

    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) const fn has_pooler(&self) -> bool {
        self.pooler
    }

    pub(crate) fn encryption(&self) -> Encryption {
        match (&self.tls, &self.place) {
            (Tls::Verify, _) => Encryption::Verified,
            (Tls::CaFile(path), _) => Encryption::VerifiedBy(path.clone()),
            (Tls::Insecure, _) => Encryption::Unverified,
            (Tls::Off, _) | (Tls::BySslMode, Place::Sqlite(_)) => Encryption::Off,
            (Tls::BySslMode, Place::Postgres(place)) => match (place.mode, &place.root_certificates) {
                (Mode::Disable, _) => Encryption::Off,
                (Mode::Prefer, _) => Encryption::IfOffered,
                (Mode::Verify, None) => Encryption::Verified,
                (Mode::Verify, Some(path)) => Encryption::VerifiedBy(path.clone()),
            },
        }
    }
}

impl PostgresPlace {
    /// `sslmode` and `sslrootcert` are ours to understand: the driver knows only half of the modes, and refuses the rest.
    fn parse(text: &str) -> Result<Self, BadAddress> {
        let (address, parameters) = text.split_once('?').unwrap_or((text, ""));
        let (mut mode, mut root_certificates) = (Mode::Prefer, None);
        let mut others = Vec::new();
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", "disable")) => mode = Mode::Disable,
                Some(("sslmode", "allow" | "prefer")) => mode = Mode::Prefer,
                Some(("sslmode", "require" | "verify-ca" | "verify-full")) => mode = Mode::Verify,
                Some(("sslmode", other)) => return Err(BadAddress::SslMode(other.to_owned())),
                Some(("sslrootcert", "system")) => root_certificates = None,
                Some(("sslrootcert", path)) => root_certificates = Some(PathBuf::from(path)),
                _ => others.push(parameter),
            }
        }
        let stripped = if others.is_empty() { address.to_owned() } else { format!("{address}?{}", others.join("&")) };
        let config = stripped.parse().map_err(|error: tokio_postgres::Error| {
            let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            BadAddress::Unreadable(cause)
        })?;
        Ok(Self { config, mode, root_certificates })
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = match &self.place {
            Place::Sqlite(path) => return write!(f, "sqlite://{}", path.display()),
            Place::Postgres(place) => &place.config,
        };
        f.write_str("postgres://")?;
        if let Some(user) = config.get_user() {
            let secret = if config.get_password().is_some() { ":***" } else { "" };
            write!(f, "{user}{secret}@")?;
        }
        for (place, host) in config.get_hosts().iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            match host {
                Host::Tcp(name) => write!(f, "{comma}{name}")?,
                Host::Unix(path) => write!(f, "{comma}{}", path.display())?,
            }
            if let Some(port) = config.get_ports().get(place).or(config.get_ports().first()) {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", config.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encryption(parameters: &str) -> Encryption {
        DatabaseUrl::parse(&format!("postgres://bot@db.example/kiebot{parameters}")).unwrap().encryption()
    }

    #[test]
    fn sslmode_is_ours_and_fails_closed() {
        assert_eq!(encryption(""), Encryption::IfOffered);
        assert_eq!(encryption("?sslmode=prefer&application_name=x"), Encryption::IfOffered);
        assert_eq!(encryption("?sslmode=disable"), Encryption::Off);
        for mode in ["require", "verify-ca", "verify-full"] {
            assert_eq!(encryption(&format!("?connect_timeout=3&sslmode={mode}")), Encryption::Verified);
        }
        let file = Encryption::VerifiedBy(PathBuf::from("/etc/ca.pem"));
        assert_eq!(encryption("?sslmode=verify-full&sslrootcert=/etc/ca.pem"), file);
        let bad = DatabaseUrl::parse("postgres://bot@db.example/kiebot?sslmode=verify").unwrap_err();
        assert_eq!(bad, BadAddress::SslMode("verify".to_owned()));
    }

    #[test]
    fn a_setting_of_its_own_outranks_sslmode() {
        let url = DatabaseUrl::parse("postgres://bot@db.example/kiebot?sslmode=disable").unwrap();
        for (word, expected) in [
            ("verify", Encryption::Verified),
            ("insecure", Encryption::Unverified),
            ("off", Encryption::Off),
            ("./ca.pem", Encryption::VerifiedBy(PathBuf::from("./ca.pem"))),
        ] {
            assert_eq!(url.clone().with_tls(word.parse().unwrap()).encryption(), expected, "{word}");
        }
        assert_eq!("verfy".parse::<Tls>(), Err(BadAddress::Tls("verfy".to_owned())));
    }

    #[test]
    fn places_are_compared_without_who_and_what() {
        let url = |text: &str| DatabaseUrl::parse(text).unwrap();
        let direct = url("postgres://bot:a@db.example/kiebot?sslmode=disable");
        for (other, expected) in [
            ("postgresql://owner:b@db.example:5432/kiebot", true),
            ("postgres://bot@db.example:6432/kiebot", false),
            ("postgres://bot@pool.example/kiebot", false),
            ("sqlite://data/kiebot.db", false),
        ] {
            assert_eq!(direct.is_beside(&url(other)), expected, "{other}");
        }
    }

    #[test]
    fn the_password_is_never_shown() {
        let url = DatabaseUrl::parse("postgresql://bot:hunter2@db.example:5433/kiebot?sslmode=require").unwrap();
        assert_eq!(url.to_string(), "postgres://bot:***@db.example:5433/kiebot");
        for bad in ["postgres://bot:hunter2@db.example:port/kiebot", "mysql://bot:hunter2@db/kiebot", "bot:hunter2@db"]
        {
            let error = DatabaseUrl::parse(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
        assert!(!format!("{url:?}").contains("hunter2"));
    }

    #[test]
    fn sqlite_wants_a_file() {
        let url = DatabaseUrl::parse("sqlite://data/kiebot.db").unwrap();
        assert_eq!((url.kind(), url.sqlite_path()), ("sqlite", Some(Path::new("data/kiebot.db"))));
        assert_eq!(DatabaseUrl::parse("sqlite:///var/x.db").unwrap().to_string(), "sqlite:///var/x.db");
        for bad in ["sqlite://", "sqlite://:memory:"] {
            assert_eq!(DatabaseUrl::parse(bad).unwrap_err(), BadAddress::NoFile);
        }
    }
}
