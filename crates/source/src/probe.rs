//! Answers for the person who sets a source up: how far a connection gets, and what there is to map.

use std::time::{Duration, Instant};

use crate::{ClockSample, SrcErr, Stage};

/// Most nodes of one page of a listing.
pub const PAGE_NODES_MAX: usize = 1_000;

/// One step of a probe.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeStep {
    /// Which step.
    pub stage: Stage,
    /// What was found (`certificate 3f…, trusted`), or why it went no further.
    pub outcome: Result<String, SrcErr>,
    /// How long it took.
    pub took: Duration,
}

/// How far a connection got. Steps are in order; only the last one can have failed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProbeReport {
    /// What was tried.
    pub steps: Vec<ProbeStep>,
    /// The source's clock against the box's.
    pub clock: Option<ClockSample>,
}

impl ProbeReport {
    /// Notes a step that began at `since`, and begins the next one now.
    pub(crate) fn step(&mut self, since: &mut Instant, stage: Stage, outcome: Result<String, SrcErr>) {
        self.steps.push(ProbeStep { stage, outcome, took: since.elapsed() });
        *since = Instant::now();
    }

    /// The error that ended the probe, if one did.
    pub fn failure(&self) -> Option<&SrcErr> {
        self.steps.last().and_then(|step| step.outcome.as_ref().err())
    }
}

/// Where to look: empty for the top, otherwise an address from a [`Listing`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodePath(pub Box<str>);

/// Which part of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Continue after this token of the page before.
    pub after: Option<Box<str>>,
    /// Most nodes wanted, at most [`PAGE_NODES_MAX`].
    pub nodes_max: usize,
}

/// One thing that can be mapped or looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingNode {
    /// To write into `mapping.csv`, or to browse further.
    pub address: Box<str>,
    /// Name for people.
    pub name: Box<str>,
    /// Data type as the source calls it; `None` for a folder or table.
    pub data_type: Option<Box<str>>,
}

/// One page of what there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// In the source's order.
    pub nodes: Vec<ListingNode>,
    /// Give this as [`Page::after`] for the next page; `None` at the end.
    pub next: Option<Box<str>>,
}
