//! What the byte form, the catalogue, values and units promise to the rest of the house.

mod round_trip;
mod samples;
