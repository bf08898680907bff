//! The accept loop: connections become requests for a [`Handler`], within [`Limits`].

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::limits::Limits;
use super::link::{CoarseClock, Link, Phase};
use super::registry::Registry;
use super::reply::Reply;
use super::threads::Threads;
use super::wire::{Stream, Wire};

/// How often deadlines are looked at.
const TICK: Duration = Duration::from_millis(200);

/// What is said to a connection that finds no room, where it can be said without a handshake.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection ends without an answer")]
pub struct Hangup;

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request; [`Hangup`] ends the connection without a word.
    fn handle(
        &self,
        request: http::Request<Incoming>,
        link: &Arc<Link>,
    ) -> impl Future<Output = Result<Reply, Hangup>> + Send;
}

/// A bound port.
pub struct Ingress {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    registry: Arc<Registry>,
    threads: Option<Threads>,
}

impl Ingress {
    /// Binds `addr`; port 0 takes a free one. Fails as binding does.
    pub async fn bind(
        addr: SocketAddr,
        tls: Option<Arc<rustls::ServerConfig>>,
        limits: Limits,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let tls = tls.map(TlsAcceptor::from);
        Ok(Self { listener, tls, limits, registry: Arc::default(), threads: None })
    }

    /// Spreads the connections over so many threads of their own; else they are tasks of the runtime that serves.
    /// Fails where no more threads can be had.
    pub fn over_threads(mut self, threads: usize) -> io::Result<Self> {
        self.threads = Some(Threads::start(threads)?);
        Ok(self)
    }

    /// The bound address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The connections, for those who show their number.
    pub fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.registry)
    }

    /// Serves until `stop` is cancelled, then lets the requests in work finish within the drain time.
    pub async fn serve<H: Handler>(self, handler: Arc<H>, stop: CancellationToken) {
        let clock = Arc::new(CoarseClock::default());
        let started = Instant::now();
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let mut number = 0;
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, peer)) => {
                        number += 1;
                        self.admit(number, socket, peer, &clock, &handler);
                    }
                    // Out of descriptors, or a client that has already gone: neither may stop the loop.
                    Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                },
                _ = ticks.tick() => {
                    clock.set(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
                    self.registry.close_overdue(&self.limits);
                }
                () = stop.cancelled() => break,
            }
        }
        drop(self.listener);
        let deadline = Instant::now() + self.limits.drain_time;
        while self.registry.close_waiting() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.registry.close_all();
    }

    fn admit<H: Handler>(
        &self,
        number: u64,
        socket: TcpStream,
        peer: SocketAddr,
        clock: &Arc<CoarseClock>,
        handler: &Arc<H>,
    ) {
        if self.registry.len() >= self.limits.connections && !self.registry.make_room() {
            if self.tls.is_none() {
                // The socket's buffer is empty, so this small text fits without waiting.
                socket.try_write(FULL).ok();
            }
            return;
        }
        // Without it an answer can wait 40 ms for the client's delayed acknowledgement.
        socket.set_nodelay(true).ok();
        let link = Arc::new(Link::new(peer, Arc::clone(clock)));
        self.registry.add(number, Arc::clone(&link));
        let leaving = Leaving { registry: Arc::clone(&self.registry), number };
        let (tls, limits, handler) = (self.tls.clone(), self.limits, Arc::clone(handler));
        let task = match &self.threads {
            None => tokio::spawn(converse(socket, tls, limits, link, handler, leaving)),
            Some(threads) => {
                // Readiness is told to the runtime that a socket was made known to.
                let socket = socket.into_std();
                threads.of(number).spawn(async move {
                    if let Ok(socket) = socket.and_then(TcpStream::from_std) {
                        converse(socket, tls, limits, link, handler, leaving).await;
                    }
                })
            }
        };
        self.registry.attach(number, task.abort_handle());
    }
}

/// Takes the connection off the list when its task ends, however it ends.
struct Leaving {
    registry: Arc<Registry>,
    number: u64,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.registry.remove(self.number);
    }
}

async fn converse<H: Handler>(
    socket: TcpStream,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    link: Arc<Link>,
    handler: Arc<H>,
    _leaving: Leaving,
) {
    let stream = match tls {
        None => Stream::Plain(TokioIo::new(socket)),
        Some(acceptor) => match acceptor.accept(socket).await {
            Ok(stream) => Stream::Tls(Box::new(TokioIo::new(stream))),
            Err(_) => return,
        },
    };
    let wire = Wire::new(stream, Arc::clone(&link));
    // Borrowed for each request, not cloned: the count of a handler that all connections share would go from core to core.
    let (handler, link) = (&*handler, &link);
    let service = service_fn(|request: http::Request<Incoming>| async move {
        link.enter(Phase::Working);
        let reply = handler.handle(request, link).await;
        link.enter(Phase::Answering);
        reply.map(|reply| reply.into_response(link))
    });
    let mut builder = http1::Builder::new();
    // A request that has arrived counts, as with the servers in use, though its client closes its side or goes without
    // waiting for the answer. Looking out for that would also take a read and its buffer of each request.
    builder.half_close(true);
    // The registry watches over heads; one timer for all connections is cheaper than one a request.
    builder.header_read_timeout(None).max_buf_size(limits.head);
    // How a connection ends is the client's affair.
    builder.serve_connection(wire, service).await.ok();
}
