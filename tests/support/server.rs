//! An HTTP server on loopback that behaves like outlets do: also badly.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What was asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Without port.
    pub host: String,
    /// With its query.
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub at: Instant,
}

/// What is answered.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// `Content-Length`, where it lies.
    pub claimed: Option<usize>,
    /// Bytes of the body after which the connection is cut.
    pub cut: Option<usize>,
    /// Time before each KiB of the body.
    pub drip: Option<Duration>,
}

impl Reply {
    pub fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Self { status, headers, body: body.into(), ..Self::default() }
    }

    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/html; charset=utf-8", body)
    }

    pub fn xml(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/xml", body)
    }

    pub fn status(status: u16) -> Self {
        Self::new(status, "text/html", format!("<p>{status}"))
    }

    pub fn to(status: u16, location: &str) -> Self {
        Self::status(status).with("Location", location)
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// A feed that names some pages.
pub fn feed<S: AsRef<str>>(links: impl IntoIterator<Item = S>) -> Reply {
    let mut items = String::new();
    for link in links {
        let link = link.as_ref().replace('&', "&amp;");
        items.extend(["<item><title>t</title><link>", link.as_str(), "</link></item>"]);
    }
    Reply::xml(format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>{items}</channel></rss>"))
}

type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// A running server; ends when it is dropped.
pub struct Server {
    pub address: SocketAddr,
    log: Arc<Mutex<Vec<Request>>>,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    /// Starts a server. All hosts under `localhost` lead to it.
    pub fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("bound");
        let log = Arc::new(Mutex::new(Vec::new()));
        let (handler, requests): (Arc<Handler>, _) = (Arc::new(handler), log.clone());
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (handler, requests) = (handler.clone(), requests.clone());
                tokio::spawn(async move {
                    // A client that goes away is no error of the server.
                    let _ = serve(stream, &handler, &requests).await;
                });
            }
        });
        Self { address, log, _runtime: runtime }
    }

    /// An address on one of its hosts.
    pub fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.address.port())
    }

    /// What was asked so far.
    pub fn log(&self) -> Vec<Request> {
        self.log.lock().expect("log").clone()
    }

    /// How often a path was asked.
    pub fn count(&self, path: &str) -> usize {
        self.log().iter().filter(|r| r.path == path).count()
    }

    pub fn forget(&self) {
        self.log.lock().expect("log").clear();
    }
}

async fn serve(mut stream: TcpStream, handler: &Arc<Handler>, log: &Mutex<Vec<Request>>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let head: Vec<u8> = buffer.drain(..end + 4).collect();
        let request = parse(&String::from_utf8_lossy(&head));
        log.lock().expect("log").push(request.clone());
        let reply = handler(&request);
        let length = reply.claimed.unwrap_or(reply.body.len());
        let mut out = format!("HTTP/1.1 {} X\r\nContent-Length: {length}\r\n", reply.status);
        for (name, value) in &reply.headers {
            out.extend([name.as_str(), ": ", value, "\r\n"]);
        }
        stream.write_all(format!("{out}\r\n").as_bytes()).await?;
        let body = &reply.body[..reply.cut.unwrap_or(reply.body.len())];
        match reply.drip {
            None => stream.write_all(body).await?,
            Some(pause) => {
                for part in body.chunks(1024) {
                    tokio::time::sleep(pause).await;
                    stream.write_all(part).await?;
                }
            }
        }
        if reply.cut.is_some() || reply.claimed.is_some() {
            return stream.shutdown().await;
        }
    }
}

fn parse(head: &str) -> Request {
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let host = headers.get("host").and_then(|h| h.split(':').next()).unwrap_or_default().to_owned();
    Request { method, host, path, headers, at: Instant::now() }
}
