//! A plant as its box would meet it: mappings that cover all it says, databases that hold what it counted.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod mapping;
mod systems;
