//! Listens to what a store says to PostgreSQL: a proxy that keeps each statement with its parameters, in order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use storage::{DatabaseUrl, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A parameter of a statement, as it went over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Bytes(Vec<u8>),
    Text(String),
    Integer(i64),
    Bool(bool),
}

/// A statement that was executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

/// What was heard so far.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<Statement>>>);

impl Heard {
    /// Takes what was heard since the last time.
    pub(crate) fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, statement: Statement) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
    }
}

/// The same database behind a proxy that listens.
pub(crate) async fn tapped(url: &DatabaseUrl, heard: Heard) -> DatabaseUrl {
    let server = storage::testing::tcp_address(url);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.expect("the server answers");
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let mut ear = Ear { heard: heard.clone(), rest: Vec::new(), greeted: false, prepared: HashMap::new() };
            tokio::spawn(async move {
                let mut buffer = vec![0; 64 * 1024];
                while let Ok(length @ 1..) = from_client.read(&mut buffer).await {
                    ear.listen(&buffer[..length]);
                    if to_server.write_all(&buffer[..length]).await.is_err() {
                        return;
                    }
                }
            });
            tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
        }
    });
    storage::testing::at_port(url, port, "").with_tls(Tls::Off)
}

/// Reads one connection's messages to the server.
struct Ear {
    heard: Heard,
    rest: Vec<u8>,
    greeted: bool,
    /// By name: the text and the types of its parameters.
    prepared: HashMap<String, (String, Vec<u32>)>,
}

impl Ear {
    fn listen(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        loop {
            // The greeting has no kind, every other message has one byte of it before its length.
            let skip = usize::from(self.greeted);
            let Some(head) = self.rest.get(skip..skip + 4) else { return };
            let length = u32::from_be_bytes(head.try_into().expect("four bytes"));
            let end = skip + usize::try_from(length).expect("a message fits");
            if self.rest.len() < end {
                return;
            }
            let message: Vec<u8> = self.rest.drain(..end).collect();
            if self.greeted {
                self.message(message[0], &mut Reader(&message[5..]));
            }
            self.greeted = true;
        }
    }

    fn message(&mut self, kind: u8, body: &mut Reader<'_>) {
        match kind {
            b'Q' => self.heard.add(Statement { text: body.text(), values: Vec::new() }),
            b'P' => {
                let (name, text) = (body.text(), body.text());
                let types = (0..body.short()).map(|_| body.long()).collect();
                self.prepared.insert(name, (text, types));
            }
            b'B' => {
                let (_portal, name) = (body.text(), body.text());
                for _ in 0..body.short() {
                    assert_eq!(body.short(), 1, "parameters are binary");
                }
                let (text, types) = self.prepared.get(&name).cloned().expect("it was prepared");
                let count = body.short();
                assert_eq!(usize::from(count), types.len(), "each parameter has its type: {text}");
                let values = types.into_iter().map(|of| body.value(of)).collect();
                self.heard.add(Statement { text, values });
            }
            _ => {}
        }
    }
}

/// The body of a message.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn bytes(&mut self, length: usize) -> &[u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn short(&mut self) -> u16 {
        u16::from_be_bytes(self.bytes(2).try_into().expect("two bytes"))
    }

    fn long(&mut self) -> u32 {
        u32::from_be_bytes(self.bytes(4).try_into().expect("four bytes"))
    }

    /// Up to the next zero.
    fn text(&mut self) -> String {
        let length = self.0.iter().position(|byte| *byte == 0).expect("a text ends");
        let text = String::from_utf8(self.bytes(length).to_vec()).expect("a text is UTF-8");
        self.bytes(1);
        text
    }

    fn value(&mut self, of: u32) -> Value {
        const NONE: u32 = u32::MAX;
        let length = self.long();
        if length == NONE {
            return Value::Null;
        }
        let bytes = self.bytes(usize::try_from(length).expect("a parameter fits"));
        match of {
            16 => Value::Bool(bytes == [1]),
            17 => Value::Bytes(bytes.to_vec()),
            20 => Value::Integer(i64::from_be_bytes(bytes.try_into().expect("eight bytes"))),
            25 | 1043 => Value::Text(String::from_utf8(bytes.to_vec()).expect("a text is UTF-8")),
            other => panic!("a parameter of the unknown type {other}: teach it to this bench"),
        }
    }
}
