//! Ctrl-C in two stages: once lets what is in flight settle, twice ends at once.

use tokio_util::sync::CancellationToken;

/// A wish to end, shared by whoever may wish it and whoever must obey.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    gently: CancellationToken,
    at_once: CancellationToken,
}

impl Cancel {
    /// Nobody wishes to end yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Wishes one stage more: first gently, then at once.
    pub fn press(&self) {
        if self.gently.is_cancelled() {
            self.at_once.cancel();
        }
        self.gently.cancel();
    }

    /// Whether no further row is to be taken.
    pub fn is_pressed(&self) -> bool {
        self.gently.is_cancelled()
    }

    /// Waits for the first stage.
    pub async fn gently(&self) {
        self.gently.cancelled().await;
    }

    /// Waits for the second stage.
    pub async fn at_once(&self) {
        self.at_once.cancelled().await;
    }
}
