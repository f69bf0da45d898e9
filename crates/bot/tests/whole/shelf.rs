//! A file server on loopback, for results that no simulator makes.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Serves one picture under every path; it ends when it is dropped.
pub(crate) struct Shelf {
    url: String,
    server: JoinHandle<()>,
}

impl Shelf {
    /// A PNG of so many bytes: a head that tells its size in pixels, and then anything.
    pub(crate) async fn with_picture(bytes: usize) -> Self {
        let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x04\0\x08\x06\0\0\0".to_vec();
        picture.resize(bytes, 7);
        let picture = Bytes::from(picture);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let url = format!("http://{}/large.png", listener.local_addr().expect("it is bound"));
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let picture = picture.clone();
                let service = service_fn(move |_: Request<Incoming>| {
                    let answer =
                        Response::builder().header("content-type", "image/png").body(Full::new(picture.clone()));
                    async move { Ok::<_, Infallible>(answer.expect("the header is well-formed")) }
                });
                let connection =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move { drop(connection.await) });
            }
        });
        Self { url, server }
    }

    /// The `resultJson` of a task whose result is the picture.
    pub(crate) fn result(&self) -> String {
        serde_json::json!({"resultUrls": [self.url]}).to_string()
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        self.server.abort();
    }
}
