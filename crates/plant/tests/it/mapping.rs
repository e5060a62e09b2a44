//! The mapping files shipped for the plant name every test it reports, with parameters and units the catalogue knows.

use record::Catalogue;
use source::mapping::{Mapping, Target};

const TABLETS: &str = include_str!("../../mapping/tablets.csv");
const TABLETS_X: &str = include_str!("../../mapping/tablets.x.tsv");
const INJECTABLE: &str = include_str!("../../mapping/injectable.csv");

fn check(file: &str, text: &str, catalogue: &Catalogue) {
    let mapping = Mapping::parse(file, text).unwrap_or_else(|faults| panic!("{faults}"));
    for stream in mapping.streams() {
        let Target::Parameter(code) = &stream.target else { continue };
        let parameter =
            catalogue.get(code).unwrap_or_else(|| panic!("{}: {code} is not in the catalogue", stream.name));
        let unit = stream.unit_in.as_deref().unwrap_or_else(|| panic!("{} has no unit", stream.name));
        assert!(parameter.plan(Some(unit)).is_ok(), "{}: {unit} is not a unit of {code}", stream.name);
    }
}

#[test]
fn the_tablet_plant_is_mapped_to_known_parameters_and_units() {
    let catalogue = Catalogue::shipped().with_extensions(TABLETS_X).unwrap_or_else(|faults| panic!("{faults}"));
    check("tablets.csv", TABLETS, &catalogue);
}

#[test]
fn the_injectable_plant_needs_no_extension() {
    check("injectable.csv", INJECTABLE, Catalogue::shipped());
}
