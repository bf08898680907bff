//! The receiver inside this process (`--mock`), on a thread of its own.

use std::sync::mpsc;
use std::thread::JoinHandle;

use reqwest::Url;
use tokio::sync::oneshot;

use super::delivering::runtime;
use crate::config::Token;
use crate::error::{Failure, Kind};
use crate::receiver::{Receiver, Spec};
use crate::said;

/// A receiver that lives as long as this value.
#[derive(Debug)]
pub(crate) struct Embedded {
    url: Url,
    token: Token,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Embedded {
    /// Starts a receiver on a free port of this machine, with a token that it made up.
    pub(crate) fn start() -> Result<Self, Failure> {
        let (started, wait) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let running = runtime().and_then(|runtime| {
                let running =
                    runtime.block_on(Receiver::start(Spec::default())).map_err(|error| cannot(&error))?;
                Ok((runtime, running))
            });
            match running {
                Ok((runtime, running)) => {
                    started.send(Ok((running.url(), running.token().clone()))).ok();
                    runtime.block_on(async {
                        stopped.await.ok();
                        running.shutdown().await;
                    });
                }
                Err(failure) => {
                    started.send(Err(failure)).ok();
                }
            }
        });
        let (url, token) = wait.recv().map_err(|error| cannot(&error))??;
        let url = url.parse().map_err(|error| cannot(&error))?;
        Ok(Self { url, token, stop: Some(stop), thread: Some(thread) })
    }

    /// The whole URL of its webhook.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The token that it expects.
    pub(crate) fn token(&self) -> &Token {
        &self.token
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            // A receiver that panicked has already said so.
            thread.join().ok();
        }
    }
}

fn cannot(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Kind::Internal,
        said!(en: "the embedded receiver can't start: {error}", es: "no se puede iniciar el receptor embebido: {error}"),
    )
    .hint(said!(en: "start one with serve-mock, and send to its --url", es: "inicie uno con serve-mock, y envíe a su --url"))
}
