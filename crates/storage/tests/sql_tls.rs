//! Encryption of connections to PostgreSQL: what is asked for is done, or the connection fails.
//!
//! Method: a gate before the test server ends TLS with a certificate made for this test, so that any server will do.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};
use storage::testing::{TestDatabase, at_port, note_skipped, tcp_address};
use storage::{ConnectError, DatabaseUrl, PoolOptions, Tls, connect};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const CASE: &str = "sql_tls::a_connection_is_as_private_as_was_asked_for";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_is_as_private_as_was_asked_for() {
    let Some(database) = TestDatabase::postgres(CASE).await else { return };
    let Some(papers) = Papers::issue() else {
        note_skipped(&format!("{CASE} (there is no `openssl` to make certificates with)"));
        return;
    };
    let gate = Gate::open(database.url(), &papers).await;
    // Nobody's public authority knows this server.
    gate.refuses(Tls::Verify, "").await;
    gate.refuses(Tls::BySslMode, "?sslmode=require").await;
    gate.refuses(Tls::BySslMode, "?sslmode=verify-full").await;
    gate.refuses(Tls::CaFile(papers.path("stranger.pem")), "").await;
    // Its own authority does, and so does whoever holds its certificate.
    gate.accepts(Tls::CaFile(papers.path("authority.pem")), "").await;
    gate.accepts(Tls::CaFile(papers.path("server.pem")), "").await;
    let with_root = format!("?sslmode=verify-full&sslrootcert={}", papers.path("authority.pem").display());
    gate.accepts(Tls::BySslMode, &with_root).await;
    // Private against listeners only.
    gate.accepts(Tls::Insecure, "").await;
    gate.accepts(Tls::BySslMode, "?sslmode=prefer").await;
    gate.accepts(Tls::BySslMode, "").await;
    assert_eq!(gate.plain(), 0, "a connection went without encryption");
    // Plain only by wish.
    gate.accepts(Tls::Off, "?sslmode=require").await;
    gate.accepts(Tls::BySslMode, "?sslmode=disable").await;
    assert_eq!(gate.plain(), 2);
    let unreadable = connect(&gate.url(Tls::CaFile(papers.path("missing.pem")), ""), &PoolOptions::default()).await;
    assert!(matches!(unreadable.err(), Some(ConnectError::Certificates { .. })));
}

/// A server without TLS is no server for those who ask for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_cannot_encrypt_is_refused_if_it_must() {
    let case = "sql_tls::a_server_that_cannot_encrypt_is_refused_if_it_must";
    let Some(database) = TestDatabase::postgres(case).await else { return };
    let gate = Gate::without_tls(database.url()).await;
    gate.refuses(Tls::Insecure, "").await;
    gate.refuses(Tls::BySslMode, "?sslmode=require").await;
    gate.accepts(Tls::BySslMode, "?sslmode=prefer").await;
}

/// An authority, a server's certificate by it, and an authority that nobody asked.
struct Papers(TempDir);

impl Papers {
    fn issue() -> Option<Self> {
        Command::new("openssl").arg("version").output().ok()?;
        let papers = Self(tempfile::tempdir().expect("a temporary directory"));
        for name in ["authority", "stranger"] {
            papers.openssl(&format!(
                "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name} -keyout {name}.key -out {name}.pem"
            ));
        }
        papers.openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr");
        std::fs::write(papers.path("names"), "subjectAltName=DNS:localhost").expect("the directory is ours");
        papers.openssl(
            "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -set_serial 7 -days 2 -extfile names \
             -out server.pem",
        );
        Some(papers)
    }

    fn openssl(&self, arguments: &str) {
        let output = Command::new("openssl").args(arguments.split_whitespace()).current_dir(self.0.path()).output();
        let output = output.expect("openssl starts");
        assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn server(&self) -> Arc<ServerConfig> {
        let read = |path: &Path| CertificateDer::from_pem_file(path).expect("openssl wrote it");
        let key = PrivateKeyDer::from_pem_file(self.path("server.key")).expect("openssl wrote it");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.expect("ring speaks TLS").with_no_client_auth();
        Arc::new(config.with_single_cert(vec![read(&self.path("server.pem"))], key).expect("they belong together"))
    }
}

/// A port before the server that speaks TLS, or refuses to.
struct Gate {
    server: DatabaseUrl,
    port: u16,
    plain: Arc<std::sync::atomic::AtomicUsize>,
}

/// How a client of PostgreSQL asks for TLS.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

impl Gate {
    async fn open(server: &DatabaseUrl, papers: &Papers) -> Self {
        Self::start(server, Some(papers.server())).await
    }

    async fn without_tls(server: &DatabaseUrl) -> Self {
        Self::start(server, None).await
    }

    async fn start(server: &DatabaseUrl, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let address = tcp_address(server);
        let plain = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counter = Arc::clone(&plain);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(admit(client, address.clone(), tls.clone(), Arc::clone(&counter)));
            }
        });
        Self { server: server.clone(), port, plain }
    }

    fn url(&self, tls: Tls, parameters: &str) -> DatabaseUrl {
        at_port(&self.server, self.port, parameters).with_tls(tls)
    }

    /// Connections that were not encrypted.
    fn plain(&self) -> usize {
        self.plain.load(std::sync::atomic::Ordering::SeqCst)
    }

    async fn accepts(&self, tls: Tls, parameters: &str) {
        let url = self.url(tls.clone(), parameters);
        let store = connect(&url, &OPTIONS).await;
        assert!(
            store.is_ok(),
            "{tls:?} {parameters}: {}",
            store.err().map_or_else(String::new, |error| error.to_string())
        );
    }

    async fn refuses(&self, tls: Tls, parameters: &str) {
        let url = self.url(tls.clone(), parameters);
        let error = connect(&url, &OPTIONS).await.err();
        assert!(matches!(error, Some(ConnectError::Unreachable { .. })), "{tls:?} {parameters}: {error:?}");
    }
}

/// One connection is enough, and a refusal is tried again until the time is over.
const OPTIONS: PoolOptions = PoolOptions {
    size: 1,
    connect_timeout: std::time::Duration::from_secs(10),
    call_timeout: std::time::Duration::from_millis(1500),
};

async fn admit(
    mut client: TcpStream,
    server: String,
    tls: Option<Arc<ServerConfig>>,
    plain: Arc<std::sync::atomic::AtomicUsize>,
) -> Option<()> {
    let mut first = [0; 8];
    client.read_exact(&mut first).await.ok()?;
    let mut server = TcpStream::connect(server).await.ok()?;
    match tls.filter(|_| first == SSL_REQUEST) {
        Some(config) => {
            client.write_all(b"S").await.ok()?;
            encrypted(client, server, config).await
        }
        None => {
            if first == SSL_REQUEST {
                client.write_all(b"N").await.ok()?;
            } else {
                server.write_all(&first).await.ok()?;
            }
            plain.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            tokio::io::copy_bidirectional(&mut client, &mut server).await.ok().map(drop)
        }
    }
}

/// Passes on what the client says without its encryption, and encrypts what the server says, until one of them ends.
async fn encrypted(mut client: TcpStream, mut server: TcpStream, config: Arc<ServerConfig>) -> Option<()> {
    let mut tls = ServerConnection::new(config).ok()?;
    let (mut from_client, mut from_server) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    loop {
        let mut sealed = Vec::new();
        while tls.wants_write() {
            tls.write_tls(&mut sealed).ok()?;
        }
        client.write_all(&sealed).await.ok()?;
        tokio::select! {
            length = client.read(&mut from_client) => {
                let mut unread = &from_client[..length.ok().filter(|length| *length > 0)?];
                while !unread.is_empty() {
                    tls.read_tls(&mut unread).ok()?;
                    let state = tls.process_new_packets().ok()?;
                    let mut open = vec![0; state.plaintext_bytes_to_read()];
                    std::io::Read::read_exact(&mut tls.reader(), &mut open).ok()?;
                    server.write_all(&open).await.ok()?;
                }
            }
            length = server.read(&mut from_server) => {
                let said = &from_server[..length.ok().filter(|length| *length > 0)?];
                std::io::Write::write_all(&mut tls.writer(), said).ok()?;
            }
        }
    }
}
