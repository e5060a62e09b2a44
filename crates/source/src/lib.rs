//! Connectors to plant systems, one folder and one feature each; read-only.
