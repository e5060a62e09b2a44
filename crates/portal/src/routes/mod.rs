//! The routes, a page each.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod boxes;
pub(crate) mod enterprise;
pub(crate) mod governance;
pub(crate) mod people;
pub(crate) mod series;
pub(crate) mod warnings;
