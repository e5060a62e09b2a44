//! The web API as a browser meets it: who may do what, what every answer looks like, what the stream says.

mod access;
mod client;
mod contract;
mod pages;
mod stage;
mod stream;
