//! An answer that is written piece by piece, on a thread that may wait for its reader: the whole of it could be larger
//! than what the lists themselves may hold.

use std::io::{self, Write};

use bytes::Bytes;
use http::StatusCode;
use tokio::sync::mpsc;

use crate::ingress::reply::BrokenOff;
use crate::ingress::{Reply, ReplyBody};

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;

/// An answer on its way, piece by piece.
pub(super) struct Pieces {
    piece: Vec<u8>,
    send: mpsc::Sender<Result<Bytes, BrokenOff>>,
}

/// An answer in JSON that `write` writes. Where it fails, the answer breaks off: what is there must not look like all.
pub(super) fn streamed(write: impl FnOnce(&mut Pieces) -> io::Result<()> + Send + 'static) -> Reply {
    let (send, pieces) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        let mut out = Pieces { piece: Vec::with_capacity(PIECE), send };
        if write(&mut out).and_then(|()| out.flush()).is_err() {
            // Nobody is there where it was the reader who went.
            out.send.blocking_send(Err(BrokenOff)).ok();
        }
    });
    let mut reply = Reply::json(StatusCode::OK, Bytes::new());
    reply.body = ReplyBody::pieces(pieces, None);
    reply
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == PIECE {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.send.blocking_send(Ok(Bytes::from(piece))).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
