//! Every segment: is its header the signed leaf, do its bytes hash to what the header says, does it continue the one
//! before, and, with a key, do its entries give the zone's root?

use crate::folder::Folder;
use crate::leaves::{Leaves, first_difference};
use crate::log::Check;
use crate::{Damage, Report, Why};
use record::{Digest, Entry, Zone};
use seal::{Error, HEADER_LEN, Header, Part, SEGMENT_FILE_LEN_MAX, Segment, layout, tree};

/// Verifies segments `0..size` and adds what it finds to `report`. `roots[n]` is the log's root at size `n`.
pub(crate) fn check(
    folder: Folder<'_>,
    check: &Check<'_>,
    log_id: Digest,
    size: u64,
    leaves: &Leaves,
    roots: &[Digest],
    report: &mut Report,
) {
    let mut previous: Option<Header> = None;
    let mut damage = Vec::new();
    for seg_no in 0..size {
        let at = usize::try_from(seg_no).expect("an index into leaves in memory");
        let path = layout::segment_path(seg_no);
        let bytes = folder.read(&path, SEGMENT_FILE_LEN_MAX);
        let bundled = leaves.bundled.get(at).and_then(Option::as_deref);
        let mut place = Place { path: &path, seg_no, damage: &mut damage };
        let header = match &bytes {
            Err(why) => {
                place.report(why.clone());
                bundled.and_then(|header| Header::parse(header).ok())
            }
            Ok(bytes) => {
                let signed = leaves.signed.as_ref().map(|leaves| leaves[at]);
                segment(check, bytes, signed, bundled, &mut place, report)
            }
        };
        if let Some(header) = &header {
            chain(header, previous.as_ref(), log_id, seg_no, roots, &mut place);
        }
        previous = header;
    }
    report.damage.append(&mut damage);
}

/// Where the segment under test lies, and where its damage goes.
struct Place<'a> {
    path: &'a str,
    seg_no: u64,
    damage: &'a mut Vec<Damage>,
}

impl Place<'_> {
    fn report(&mut self, why: Why) {
        let mut damage = Damage::of_file(self.path, Why::Missing).in_segment(self.seg_no);
        if let Why::Bytes(error) = &why {
            (damage.offset, damage.entry) = whereabouts(error);
        }
        damage.why = why;
        self.damage.push(damage);
    }

    fn report_at(&mut self, why: Why, offset: Option<u64>, entry: Option<(Zone, u32)>) {
        let damage = Damage { file: self.path.to_owned(), segment: Some(self.seg_no), entry, offset, why };
        self.damage.push(damage);
    }
}

/// What an error says of offset and entry.
fn whereabouts(error: &Error) -> (Option<u64>, Option<(Zone, u32)>) {
    match error {
        Error::Decrypt { zone, index, offset } | Error::Nonce { zone, index, offset } => {
            (Some(*offset), Some((*zone, *index)))
        }
        Error::Length { part, offset, .. } | Error::Value { part, offset, .. } | Error::Hash { part, offset, .. } => {
            let entry = if let Part::Entry(zone, index) = part { Some((*zone, *index)) } else { None };
            (Some(*offset), entry)
        }
        _ => (None, None),
    }
}

/// Checks the bytes of one segment; gives the header to continue the chain with.
fn segment(
    check: &Check<'_>,
    bytes: &[u8],
    signed: Option<Digest>,
    bundled: Option<&[u8]>,
    place: &mut Place<'_>,
    report: &mut Report,
) -> Option<Header> {
    let header = &bytes[..bytes.len().min(HEADER_LEN)];
    if signed.is_some_and(|leaf| tree::leaf_hash(header) != leaf) {
        // The signed header is known from the bundle, if that one is whole: then the very byte can be named.
        let good = bundled.filter(|bundled| Some(tree::leaf_hash(bundled)) == signed);
        let offset = good.and_then(|good| first_difference(header, good));
        place.report_at(Why::NotInTree, offset, None);
        return good.and_then(|good| Header::parse(good).ok());
    }
    let segment = match Segment::parse(bytes) {
        Ok(segment) => segment,
        Err(error) => {
            place.report(Why::Bytes(error));
            return Header::parse(header).ok();
        }
    };
    for (zone, head) in [Zone::White, Zone::Grey, Zone::Black].into_iter().zip(&segment.header().zones) {
        report.entries.add(zone, u64::from(head.count));
    }
    let public = segment.check_public();
    if let Err(error) = &public {
        place.report(Why::Bytes(error.clone()));
    }
    if let Some(secret) = check.key {
        open(&segment, secret, public.is_ok(), place, report);
    }
    Some(segment.header().clone())
}

/// Opens the zones the key is a recipient of and decodes every entry.
fn open(
    segment: &Segment<'_>,
    secret: &seal::RecipientSecret,
    public_is_sound: bool,
    place: &mut Place<'_>,
    report: &mut Report,
) {
    let key = secret.public().id();
    let addressed = |zone| segment.recipients(zone).is_ok_and(|recipients| recipients.contains(&key));
    let mut for_us = false;
    for zone in [Zone::White, Zone::Grey].into_iter().filter(|zone| addressed(*zone)) {
        for_us = true;
        match segment.open_zone(zone, secret) {
            Ok(opened) => {
                report.opened.add(zone, opened.len() as u64);
                for (index, entry) in (0u32..).zip(opened.entries()) {
                    let offset = opened.frame_offset(index as usize).map(|offset| offset as u64);
                    match Entry::decode(entry) {
                        Ok(decoded) if decoded.zone() == zone => {}
                        Ok(decoded) => place.report_at(Why::EntryZone(decoded.zone()), offset, Some((zone, index))),
                        Err(error) => place.report_at(Why::Entry(error), offset, Some((zone, index))),
                    }
                }
            }
            // With a blob or envelope already reported as changed this names the entry; without, it is news.
            Err(error) if public_is_sound || whereabouts(&error).1.is_some() => place.report(Why::Bytes(error)),
            Err(_) => {}
        }
    }
    if addressed(Zone::Black) {
        for_us = true;
        if let Err(error) = segment.check_black_half(secret) {
            place.report(Why::Bytes(error));
        }
    }
    if !for_us && public_is_sound {
        place.report(Why::NotAddressed);
    }
}

/// Checks that a header belongs to this log and place, continues the one before and knows the log's own past.
fn chain(
    header: &Header,
    previous: Option<&Header>,
    log_id: Digest,
    seg_no: u64,
    roots: &[Digest],
    place: &mut Place<'_>,
) {
    if header.log_id != log_id {
        place.report(Why::Bytes(Error::Chain { seg_no, field: "log_id" }));
    }
    if header.seg_no != seg_no {
        place.report(Why::Bytes(Error::Chain { seg_no, field: "seg_no" }));
    } else if (previous.is_some() || seg_no == 0)
        && let Err(error) = header.check_follows(previous)
    {
        place.report(Why::Bytes(error));
    }
    if let Some(cosigned) = &header.fields.cosigned {
        let past = usize::try_from(cosigned.size).ok().and_then(|size| roots.get(size));
        if past.is_some_and(|root| *root != cosigned.root) {
            place.report(Why::CosignedRootDiffers { size: cosigned.size });
        }
    }
}
