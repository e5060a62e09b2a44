//! The routes, a page each.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod batches;
pub(crate) mod boxes;
pub(crate) mod catalogue;
pub(crate) mod enrolment;
pub(crate) mod enterprise;
pub(crate) mod enterprises;
pub(crate) mod governance;
pub(crate) mod people;
pub(crate) mod products;
pub(crate) mod series;
pub(crate) mod warnings;
