//! Reading, event, finding, subject, units, ids, the catalogue; the one byte form.
