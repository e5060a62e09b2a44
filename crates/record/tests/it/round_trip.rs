//! An entry and its bytes say the same, both ways.

use crate::samples;
use record::{Entry, Subject};

pub(crate) fn bytes_of(entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::new();
    entry.encode(&mut bytes).unwrap();
    bytes
}

/// Every field, decimals by mantissa and scale: `==` on decimals would take 1.820 for 1.82.
pub(crate) fn check(entry: &Entry) {
    let bytes = bytes_of(entry);
    let back = Entry::decode(&bytes).unwrap();
    assert_eq!(format!("{back:?}"), format!("{entry:?}"));
    assert_eq!(bytes_of(&back), bytes);
}

#[test]
fn every_kind_comes_back_as_it_was() {
    check(&Entry::Reading(samples::reading()));
    check(&Entry::Block(samples::block()));
    check(&Entry::Event(samples::event()));
    check(&Entry::Finding(samples::finding()));
    check(&Entry::Reject(samples::reject()));
    check(&Entry::Gap(samples::gap()));
    let mut lot = samples::reading();
    lot.subject = samples::material_lot();
    check(&Entry::Reading(lot));
    let mut room = samples::event();
    room.subject = Subject::Room(samples::equipment("洁净室-101"));
    check(&Entry::Event(room));
}
