//! How people act: a warning's life.
