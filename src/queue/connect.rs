//! The connection, and what must stand on the server: made where it is missing, checked where it is there.
//!
//! Comes in: an address and [`Options`]. Goes out: a [`Queue`], or the differences that would break a promise.

use std::mem;
use std::path::PathBuf;
use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::context::{
    ConsumerInfoErrorKind, ContextBuilder, CreateStreamError, CreateStreamErrorKind, GetStreamErrorKind,
};
use async_nats::jetstream::{Context, ErrorCode, kv, stream};
use async_nats::{ConnectErrorKind, ConnectOptions, Event};
use futures_util::future::try_join_all;
use reqwest::Url;
use tokio::time::Instant;

use super::layout::{self, Difference};
use super::{Queue, QueueError, credentials};
use crate::delivery::tls::client_config;

/// How long a request to the server may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How long a server may take to start.
const STARTING: Duration = Duration::from_secs(3);
/// How long a server that was reached may be silent: it may have gone away in the middle of what it was asked, and one
/// question alone waits for seconds.
const SILENT: Duration = Duration::from_secs(30);
/// The wait before a server that is just starting is asked again.
const AGAIN_AFTER: Duration = Duration::from_millis(250);

/// How to connect, and what to make where it is missing.
#[derive(Debug, Clone)]
pub struct Options {
    /// A file with `user:password`, with a token, or a NATS credentials file.
    pub credentials: Option<PathBuf>,
    /// A further certificate authority, PEM.
    pub cacert: Option<PathBuf>,
    /// Client certificate and key, PEM.
    pub client_cert: Option<(PathBuf, PathBuf)>,
    /// For the TCP and TLS handshakes.
    pub connect_timeout: Duration,
    /// Copies of each message in a cluster, for what is made; what is there keeps its own number.
    pub replicas: usize,
    /// How long a delivery is kept, taken or not, at least.
    pub max_age: Duration,
    /// After how long without a sign of life a worker is replaced; what is there where none, else
    /// [`layout::ACK_WAIT`].
    pub ack_wait: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            credentials: None,
            cacert: None,
            client_cert: None,
            connect_timeout: Duration::from_secs(5),
            replicas: 1,
            max_age: layout::MAX_AGE,
            ack_wait: None,
        }
    }
}

impl Queue {
    /// Connects to `url` (`nats://` or `tls://`), makes the stream, its consumers, the stream of dead letters and the
    /// bucket where they are missing, and checks them where they are there. Fails where the server can't be reached or
    /// does not want us, or with all settings that differ.
    pub async fn connect(url: &Url, options: &Options) -> Result<Self, QueueError> {
        let (server, client) = client(url, options).await?;
        let context = ContextBuilder::new().timeout(PATIENCE).ack_timeout(PATIENCE).build(client.clone());
        let maker = Maker { context: &context, server: &server };
        let wanted = layout::stream(options.replicas, options.max_age);
        let stream = maker.stream(&wanted).await?;
        let mut differences = layout::stream_differences(&stream.cached_info().config, &wanted);
        if !differences.is_empty() {
            // Subjects that overlap would keep the rest from being made, which would hide what is wrong.
            return Err(QueueError::Different(differences));
        }
        let wanted = layout::dead_stream(options.replicas);
        let dead = maker.stream(&wanted).await?;
        differences.extend(layout::stream_differences(&dead.cached_info().config, &wanted));
        let bucket = maker.bucket(options.replicas).await?;
        differences.extend(layout::bucket_differences(&bucket.stream.cached_info().config));
        if !differences.is_empty() {
            return Err(QueueError::Different(differences));
        }
        let made =
            (0..layout::PARTITIONS).map(|partition| maker.consumer(&stream, partition, options.ack_wait));
        let mut consumers = Vec::new();
        for (consumer, different) in try_join_all(made).await? {
            consumers.push(consumer);
            differences.extend(different);
        }
        if !differences.is_empty() {
            return Err(QueueError::Different(differences));
        }
        let address = format!("{}://{server}", url.scheme());
        Ok(Self { server, address, client, context, stream, dead, bucket, consumers })
    }

    /// The same; a server that is just starting, or just starting again, gets the time for it, since it and those who need
    /// it often start together. Another trouble than before is a step of its start, and gets its time anew; half a minute
    /// in all.
    pub async fn connect_patiently(url: &Url, options: &Options) -> Result<Self, QueueError> {
        let begun = Instant::now();
        let (mut trouble, mut since) = (None, begun);
        let mut told = false;
        loop {
            let error = match Self::connect(url, options).await {
                Ok(queue) => return Ok(queue),
                Err(error) => error,
            };
            let patience = match error {
                QueueError::Connect { .. } | QueueError::NoJetStream { .. } => STARTING,
                QueueError::Server(_) => SILENT,
                _ => return Err(error),
            };
            let now = mem::discriminant(&error);
            if trouble.replace(now).is_some_and(|before| before != now) {
                since = Instant::now();
            }
            if since.elapsed() >= patience || begun.elapsed() >= SILENT {
                return Err(error);
            }
            if !mem::replace(&mut told, true) {
                tracing::warn!(%error, "the queue is not ready; trying again");
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }
}

/// Opens the connection; returns host and port beside it.
async fn client(url: &Url, options: &Options) -> Result<(String, async_nats::Client), QueueError> {
    let host = url.host_str().ok_or(QueueError::Address)?;
    let server = format!("{host}:{}", url.port().unwrap_or(4222));
    let mut url = url.clone();
    let mut connect = credentials::from_url(ConnectOptions::new(), &mut url);
    if let Some(path) = &options.credentials {
        connect = credentials::from_file(connect, path)?;
    }
    if url.scheme() == "tls" || options.cacert.is_some() || options.client_cert.is_some() {
        let certificate = options.client_cert.as_ref().map(|(cert, key)| (cert.as_path(), key.as_path()));
        let config = client_config(options.cacert.as_deref(), certificate)
            .map_err(|error| QueueError::Credentials { path: "TLS".to_owned(), detail: error.to_string() })?;
        connect = connect.tls_client_config(config).require_tls(true);
    }
    let address = match url.scheme() {
        "nats" | "tls" => async_nats::ServerAddr::from_url(url).map_err(|_| QueueError::Address)?,
        _ => return Err(QueueError::Address),
    };
    let named = server.clone();
    let connecting = connect
        .name("crm-bridge")
        .connection_timeout(options.connect_timeout)
        .request_timeout(Some(PATIENCE))
        // Soon, since deliveries wait; not at once, since all workers come back together.
        .reconnect_delay_callback(|attempts| {
            let attempts = u32::try_from(attempts).unwrap_or_default();
            Duration::from_millis(100) * 2_u32.pow(attempts.min(4))
        })
        .event_callback(move |event| {
            let server = named.clone();
            async move {
                match event {
                    Event::Connected => tracing::info!(server, "connected to the queue"),
                    Event::Disconnected => tracing::warn!(server, "lost the queue; connecting again"),
                    Event::SlowConsumer(_) => {}
                    other => tracing::debug!(server, event = %other, "the queue's connection"),
                }
            }
        })
        .connect(address)
        .await;
    let client = connecting.map_err(|error| match error.kind() {
        ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
            QueueError::Unauthorised { server: server.clone() }
        }
        ConnectErrorKind::ServerParse => QueueError::Address,
        _ => QueueError::Connect { server: server.clone(), detail: error.to_string() },
    })?;
    Ok((server, client))
}

/// Makes what is missing.
struct Maker<'c> {
    context: &'c Context,
    server: &'c str,
}

impl Maker<'_> {
    async fn stream(&self, wanted: &stream::Config) -> Result<stream::Stream, QueueError> {
        match self.context.get_stream(&wanted.name).await {
            Ok(stream) => Ok(stream),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(error) if error.code() == 404 => {
                    self.context.create_stream(wanted.clone()).await.map_err(|error| self.create(&error))
                }
                GetStreamErrorKind::JetStream(error) => Err(self.api(&error)),
                // Without JetStream nobody answers at all.
                _ => Err(self.silence(&error)),
            },
        }
    }

    async fn bucket(&self, replicas: usize) -> Result<kv::Store, QueueError> {
        self.stream(&layout::bucket(replicas)).await?;
        self.context.get_key_value(layout::BUCKET).await.map_err(|error| server(&error))
    }

    async fn consumer(
        &self,
        stream: &stream::Stream,
        partition: u8,
        ack_wait: Option<Duration>,
    ) -> Result<(PullConsumer, Vec<Difference>), QueueError> {
        let wanted = layout::consumer(partition, ack_wait.unwrap_or(layout::ACK_WAIT));
        let found = match stream.consumer_info(layout::consumer_name(partition)).await {
            Ok(info) => info,
            Err(error) if error.kind() == ConsumerInfoErrorKind::NotFound => {
                let made = stream.create_consumer(wanted).await.map_err(|error| server(&error))?;
                return Ok((made, Vec::new()));
            }
            Err(error) => return Err(server(&error)),
        };
        let differences = layout::consumer_differences(&found.config, partition, ack_wait);
        let consumer = PullConsumer::new(wanted, found, self.context.clone());
        Ok((consumer, differences))
    }

    fn create(&self, error: &CreateStreamError) -> QueueError {
        match error.kind() {
            CreateStreamErrorKind::JetStream(error) => self.api(&error),
            CreateStreamErrorKind::JetStreamUnavailable => {
                QueueError::NoJetStream { server: self.server.to_owned() }
            }
            _ => server(error),
        }
    }

    fn api(&self, error: &async_nats::jetstream::Error) -> QueueError {
        match error.error_code() {
            ErrorCode::JETSTREAM_NOT_ENABLED | ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT => {
                QueueError::NoJetStream { server: self.server.to_owned() }
            }
            _ => server(error),
        }
    }

    fn silence(&self, error: &dyn std::error::Error) -> QueueError {
        let detail = error.to_string();
        if detail.contains("no responders") {
            QueueError::NoJetStream { server: self.server.to_owned() }
        } else {
            QueueError::Server(detail)
        }
    }
}

fn server(error: &dyn std::error::Error) -> QueueError {
    QueueError::Server(error.to_string())
}
