//! Delivery: verdicts, order, pace, retries and the dispatcher, against scripted and odd receivers.

#[path = "../support/odd_receiver.rs"]
mod odd_receiver;
#[path = "../support/port.rs"]
mod port;

mod dispatching;
mod oddities;
mod over_the_wire;
mod schedules;
mod script;
mod stopping;
mod trust;
mod verdicts;
