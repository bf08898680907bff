//! The shortest way: HTTP/1.1 over TCP, one connection a request at once, driven by the task that waits for the answer.
//!
//! A bulk run spends most of its time here. Nothing is spawned: a task that wakes another one for each answer costs a
//! fifth of the throughput.

use std::future::{Future, poll_fn};
use std::io::{self, Read};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HOST, HeaderMap, HeaderValue};
use http::{Method, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use reqwest::Url;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::{Gathered, LONGEST_IDLE, answer};
use crate::config::SendSettings;
use crate::delivery::transport::{Answer, Broke, LONGEST_ANSWER, TransportError};

/// Connections to one receiver over plain HTTP.
#[derive(Debug)]
pub(super) struct Plain {
    host: String,
    port: u16,
    authority: HeaderValue,
    path: Uri,
    connect_timeout: Duration,
    /// Each with the moment of its last answer; the latest stands last.
    idle: Mutex<Vec<(Instant, Connection)>>,
}

/// A connection that is kept alive between requests.
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: Pin<Box<http1::Connection<TokioIo<TcpStream>, Full<Bytes>>>>,
    closed: bool,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("closed", &self.closed).finish_non_exhaustive()
    }
}

impl Plain {
    /// For plain HTTP without a proxy or a password; none for whatever needs more.
    pub(super) fn new(settings: &SendSettings) -> Option<Self> {
        let url = &settings.url;
        let bare = url.username().is_empty() && url.password().is_none();
        if url.scheme() != "http" || settings.proxy.is_some() || !bare {
            return None;
        }
        let host = url.host_str()?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let path =
            url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Some(Self {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port_or_known_default()?,
            authority: HeaderValue::from_str(&authority).ok()?,
            path: path.parse().ok()?,
            connect_timeout: settings.connect_timeout,
            idle: Mutex::default(),
        })
    }

    /// Posts `body`, and reads the answer.
    pub(super) async fn post(
        &self,
        url: &Url,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, TransportError> {
        headers.insert(HOST, self.authority.clone());
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let mut request = http::Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.path.clone();
        *request.headers_mut() = headers;
        let mut connection = self.connection().await?;
        let sending = connection.sender.send_request(request);
        let response =
            drive(&mut connection.driver, &mut connection.closed, sending).await.map_err(broken)?;
        let (head, body) = response.into_parts();
        let mut answer = answer(url, head.status.as_u16(), &head.headers);
        let gathering = gather(body);
        let gathered =
            drive(&mut connection.driver, &mut connection.closed, gathering).await.map_err(broken)?;
        let zipped = head.headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
        if !gathered.too_long {
            self.keep(connection);
        }
        let gathered = if zipped { unzip(&gathered)? } else { gathered };
        (answer.body, answer.too_long) = (gathered.body.freeze(), gathered.too_long);
        Ok(answer)
    }

    /// An idle connection that still stands, or a new one.
    async fn connection(&self) -> Result<Connection, TransportError> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some((since, mut connection)) = idle else { return self.connect().await };
            if since.elapsed() >= LONGEST_IDLE {
                continue;
            }
            // Whether the receiver closed it meanwhile shows only when it is looked at.
            poll_fn(|cx| {
                connection.closed |= connection.driver.as_mut().poll(cx).is_ready();
                Poll::Ready(())
            })
            .await;
            if !connection.closed && connection.sender.is_ready() {
                return Ok(connection);
            }
        }
    }

    fn keep(&self, connection: Connection) {
        if !connection.closed {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), connection));
        }
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        let addresses = self.addresses().await?;
        let mut last = TransportError::new(Broke::Dns, "no address");
        for address in addresses {
            match timeout(self.connect_timeout, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    stream.set_nodelay(true).ok();
                    let (sender, driver) = http1::handshake(TokioIo::new(stream))
                        .await
                        .map_err(|error| TransportError::new(Broke::Connect, error.to_string()))?;
                    return Ok(Connection { sender, driver: Box::pin(driver), closed: false });
                }
                Ok(Err(error)) => last = TransportError::new(Broke::Connect, error.to_string()),
                Err(_) => last = TransportError::new(Broke::Connect, "timed out"),
            }
        }
        Err(last)
    }

    async fn addresses(&self) -> Result<Vec<SocketAddr>, TransportError> {
        if let Ok(address) = self.host.parse() {
            return Ok(vec![SocketAddr::new(address, self.port)]);
        }
        let failed = |error: io::Error| TransportError::new(Broke::Dns, error.to_string());
        let looked_up =
            timeout(self.connect_timeout, tokio::net::lookup_host((self.host.as_str(), self.port)));
        match looked_up.await {
            Ok(addresses) => Ok(addresses.map_err(failed)?.collect()),
            Err(_) => Err(TransportError::new(Broke::Dns, "the look-up timed out")),
        }
    }
}

/// Waits for `future` while the connection moves on.
async fn drive<F: Future>(
    driver: &mut Pin<Box<http1::Connection<TokioIo<TcpStream>, Full<Bytes>>>>,
    closed: &mut bool,
    future: F,
) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|cx| {
        // What is there already needs no look at the socket, which costs as much as all the rest.
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(output);
        }
        if *closed {
            return Poll::Pending;
        }
        *closed = driver.as_mut().poll(cx).is_ready();
        future.as_mut().poll(cx)
    })
    .await
}

async fn gather(mut body: Incoming) -> hyper::Result<Gathered> {
    let mut gathered = Gathered::default();
    while let Some(frame) = body.frame().await {
        if let Ok(piece) = frame?.into_data()
            && !gathered.take(&piece)
        {
            break;
        }
    }
    Ok(gathered)
}

/// Unpacks a gzip answer, no further than an answer may be long.
fn unzip(packed: &Gathered) -> Result<Gathered, TransportError> {
    let mut gathered = Gathered::default();
    let mut decoder = MultiGzDecoder::new(&packed.body[..]);
    let mut piece = [0; 8192];
    loop {
        match decoder.read(&mut piece) {
            Ok(0) => break,
            Ok(read) if gathered.take(&piece[..read]) => {}
            Ok(_) => break,
            Err(_) if packed.too_long => break,
            Err(error) => return Err(TransportError::new(Broke::Broken, format!("gzip: {error}"))),
        }
    }
    gathered.too_long |= packed.too_long;
    debug_assert!(gathered.body.len() <= LONGEST_ANSWER, "an answer is cut");
    Ok(gathered)
}

/// Sorts an error on a connection that stood: the request may have been seen, unless hyper never sent it.
fn broken(error: hyper::Error) -> TransportError {
    let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
    let mut broken = TransportError::new(Broke::Broken, cause);
    broken.sent = !error.is_canceled();
    broken
}
