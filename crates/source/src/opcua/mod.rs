//! SCADA as an OPC UA server.

mod config;

pub use config::OpcuaConfig;
