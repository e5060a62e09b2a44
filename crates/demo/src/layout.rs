//! Folders and ports of a demo: everything under one folder, everything on 127.0.0.1.

use anyhow::{Context, Result};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

/// Folder and ports of one enterprise: its plant and its box.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    dir: PathBuf,
    /// The plant's OPC UA server.
    pub(crate) opcua_port: u16,
    /// The enterprise end.
    pub(crate) web_port: u16,
    /// The box's own figures.
    pub(crate) ops_port: u16,
}

/// Folder and ports of the center.
#[derive(Clone, Debug)]
pub(crate) struct Center {
    dir: PathBuf,
    /// Boxes speak here (mTLS).
    pub(crate) link_port: u16,
    /// The governance end.
    pub(crate) web_port: u16,
}

impl Site {
    pub(crate) fn new(root: &Path, slug: &str, web_port: Option<u16>) -> Result<Self> {
        let dir = root.join(slug);
        for part in ["plant", "box"] {
            std::fs::create_dir_all(dir.join(part)).with_context(|| format!("cannot create {}", dir.display()))?;
        }
        Ok(Self { dir, opcua_port: free_port(None)?, web_port: free_port(web_port)?, ops_port: free_port(None)? })
    }

    pub(crate) fn plant_dir(&self) -> PathBuf {
        self.dir.join("plant")
    }

    pub(crate) fn plant_config(&self) -> PathBuf {
        self.plant_dir().join("plant.toml")
    }

    pub(crate) fn plant_report(&self) -> PathBuf {
        self.plant_dir().join("report.json")
    }

    /// The plant begins to tell its history when this exists.
    pub(crate) fn start_file(&self) -> PathBuf {
        self.plant_dir().join("start")
    }

    pub(crate) fn database(&self, system: &str) -> PathBuf {
        self.plant_dir().join(format!("{system}.db"))
    }

    pub(crate) fn box_dir(&self) -> PathBuf {
        self.dir.join("box")
    }

    pub(crate) fn log(&self, program: &str) -> PathBuf {
        self.dir.join(format!("{program}.log"))
    }
}

impl Center {
    pub(crate) fn new(root: &Path, web_port: Option<u16>) -> Result<Self> {
        let dir = root.join("center");
        std::fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
        Ok(Self { dir, link_port: free_port(None)?, web_port: free_port(web_port)? })
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.dir.join("center.log")
    }
}

/// The wished port if it is free, else any free one.
fn free_port(wished: Option<u16>) -> Result<u16> {
    let any = || TcpListener::bind(("127.0.0.1", 0));
    let listener = match wished {
        Some(port) => TcpListener::bind(("127.0.0.1", port)).or_else(|_taken| any()),
        None => any(),
    };
    Ok(listener.context("no free port on 127.0.0.1")?.local_addr()?.port())
}

/// A path as text for a configuration file.
pub(crate) fn text(path: &Path) -> Result<String> {
    path.to_str().map(str::to_owned).with_context(|| format!("{} is not UTF-8", path.display()))
}
