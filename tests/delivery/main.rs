//! Delivery: verdicts, order, pace, retries and the dispatcher, against scripted and odd receivers.

mod dispatching;
mod script;
