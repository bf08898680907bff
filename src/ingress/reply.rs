//! An answer: status, headers, and a body that is ready or comes in pieces.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use super::link::{Hold, Link};

/// The sender of a streamed body broke it off; the connection ends where the body stood.
#[derive(Debug, thiserror::Error)]
#[error("the answer was broken off")]
pub struct BrokenOff;

/// The body of an answer.
#[derive(Debug)]
pub enum ReplyBody {
    /// All of it.
    Whole(Bytes),
    /// Pieces from a channel; an error breaks the answer off. `length` is what the header promises.
    Pieces {
        /// Where the pieces come from.
        pieces: mpsc::Receiver<Result<Bytes, BrokenOff>>,
        /// Promised length; none where it is not known before.
        length: Option<u64>,
        /// What says on the connection that the answer is still being sent.
        hold: Option<Hold>,
    },
    /// Pieces as they come up, for as long as the client listens; nobody waits for their end.
    Endless(mpsc::Receiver<Result<Bytes, BrokenOff>>),
}

impl ReplyBody {
    /// A body that comes in pieces and ends.
    pub fn pieces(pieces: mpsc::Receiver<Result<Bytes, BrokenOff>>, length: Option<u64>) -> Self {
        Self::Pieces { pieces, length, hold: None }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Pieces { pieces, .. } | Self::Endless(pieces) => {
                pieces.poll_recv(cx).map(|piece| piece.map(|r| r.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Pieces { length, .. } => length.map_or_else(SizeHint::default, SizeHint::with_exact),
            Self::Endless(_) => SizeHint::default(),
        }
    }
}

/// An answer to one request.
#[derive(Debug)]
pub struct Reply {
    /// Status code.
    pub status: StatusCode,
    /// Content type; none for an empty body.
    pub content_type: Option<&'static str>,
    /// Further headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: ReplyBody,
}

impl Reply {
    /// An answer with a body that is ready.
    pub fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            content_type: Some(content_type),
            headers: Vec::new(),
            body: ReplyBody::Whole(body.into()),
        }
    }

    /// An answer in JSON.
    pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::new(status, "application/json", body)
    }

    /// `{"detail": …}`.
    pub fn detail(status: StatusCode, detail: &str) -> Self {
        Self::json(status, serde_json::json!({ "detail": detail }).to_string())
    }

    /// An answer without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, content_type: None, headers: Vec::new(), body: ReplyBody::Whole(Bytes::new()) }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The body, where it is ready.
    pub fn bytes(&self) -> Option<&Bytes> {
        match &self.body {
            ReplyBody::Whole(bytes) => Some(bytes),
            ReplyBody::Pieces { .. } | ReplyBody::Endless(_) => None,
        }
    }

    /// The response on a connection, which is busy until the last piece has gone out.
    pub(crate) fn into_response(mut self, link: &Arc<Link>) -> Response<ReplyBody> {
        match &mut self.body {
            ReplyBody::Whole(_) => {}
            ReplyBody::Pieces { hold, .. } => *hold = Some(Hold::on(link)),
            ReplyBody::Endless(_) => link.watch(),
        }
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        if let Some(content_type) = self.content_type {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}
