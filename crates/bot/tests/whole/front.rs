//! The platform's balancer: one public address before several instances. A new connection goes to the next instance that takes it; open ones
//! stay where they are, as they do at a deploy.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The balancer; it ends when it is dropped.
pub(crate) struct Front {
    address: SocketAddr,
    ports: Arc<Mutex<Vec<u16>>>,
    server: JoinHandle<()>,
}

impl Front {
    /// Before an instance that listens, or will listen, on this port.
    pub(crate) async fn before(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let ports = Arc::new(Mutex::new(vec![port]));
        let server = tokio::spawn(serve(listener, Arc::clone(&ports)));
        Self { address, ports, server }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Traffic goes to these instances from now on.
    pub(crate) fn turn_to(&self, ports: &[u16]) {
        *self.ports.lock().unwrap_or_else(PoisonError::into_inner) = ports.to_vec();
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, ports: Arc<Mutex<Vec<u16>>>) {
    let mut turn = 0;
    while let Ok((mut near, _)) = listener.accept().await {
        let mut ports = ports.lock().unwrap_or_else(PoisonError::into_inner).clone();
        turn += 1;
        let count = ports.len().max(1);
        ports.rotate_left(turn % count);
        tokio::spawn(async move {
            for port in ports {
                if let Ok(mut far) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await {
                    // Either side ends its connection badly, on purpose.
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                    return;
                }
            }
        });
    }
}
