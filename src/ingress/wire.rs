//! The bytes of a connection, plain or TLS, on their way to and from the HTTP machinery: notes progress on the
//! [`Link`], and spoils the answer where the handler asked for it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::FutureExt;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::link::{Link, Sabotage};

/// Sent in place of an answer: neither a status line nor text.
const GARBAGE: &[u8] = b"\x00\xff\xfe\x13\x37 no hay nada que leer aqu\xed \x80\x81\x82\r\n\r\n\x1b[0m";

pub(crate) enum Stream {
    Plain(TokioIo<TcpStream>),
    Tls(Box<TokioIo<TlsStream<TcpStream>>>),
}

impl Stream {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream.inner(),
            Self::Tls(stream) => stream.inner().get_ref().0,
        }
    }

    /// Whether the client has closed its side; who asks is woken when it does.
    fn has_ended(&self, cx: &mut Context<'_>) -> bool {
        let socket = self.socket();
        // Readable it also is where bytes wait that nobody has asked for yet.
        let readable = socket.poll_read_ready(cx).is_ready();
        readable
            && matches!(socket.ready(Interest::READABLE).now_or_never(), Some(Ok(ready)) if ready.is_read_closed())
    }
}

pub(crate) struct Wire {
    stream: Stream,
    link: Arc<Link>,
    spoiled: bool,
}

impl Wire {
    pub(crate) fn new(stream: Stream, link: Arc<Link>) -> Self {
        Self { stream, link, spoiled: false }
    }

    fn write(&mut self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }
}

impl Read for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = match &mut this.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        };
        if result.is_ready() {
            this.link.received();
        }
        result
    }
}

impl Write for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match this.link.sabotaged() {
            Sabotage::None => {}
            Sabotage::Reset => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            Sabotage::Garbage => {
                if !this.spoiled {
                    ready!(this.write(cx, GARBAGE))?;
                    this.spoiled = true;
                }
                return Poll::Ready(Ok(buf.len()));
            }
        }
        let written = ready!(this.write(cx, buf))?;
        this.link.sent();
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // While an answer is worked out nothing is read, but all that is written is flushed.
        if this.link.is_watched() && this.stream.has_ended(cx) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let result = match &mut this.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        };
        if matches!(result, Poll::Ready(Ok(()))) {
            this.link.flushed();
        }
        result
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match &mut this.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.link.sabotaged() == Sabotage::Reset {
            // Without lingering, closing sends RST; where that fails the client sees an ordinary end, which is a
            // broken answer all the same.
            self.stream.socket().set_zero_linger().ok();
        }
    }
}
