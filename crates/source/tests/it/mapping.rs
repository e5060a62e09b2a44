use std::time::Duration;

use record::{EventKind, ParameterCode, SourceId};
use source::mapping::{Deadband, Decode, Mapping, SubjectKind, Target};

const HEADER: &str =
    "stream,source,address,parameter,unit_in,unit_out,decode,deadband,expect_every,context,qualifiers,subject";

/// Requirement SRC-05.
#[test]
fn a_row_is_typed() {
    let text = format!(
        "\u{feff}{HEADER}\n# a comment\nforce,scada,ns=2;s=P1.Force,X-PRESS-MAIN,kN,kN,comma,abs:0.1,5s,\
         product=const:A; batch=ns=2;s=P1.Batch,probe=3,batch\n\
         done,mes,batch_event/BATCH_ENDED,event:batch_ended,,,,,,product=product; batch=batch_no,,batch\n"
    );
    let mapping = Mapping::parse("mapping.csv", &text).unwrap();
    let [force, done] = mapping.streams() else { panic!("{:?}", mapping.streams()) };
    assert_eq!(force.target, Target::Parameter(ParameterCode::parse("X-PRESS-MAIN").unwrap()));
    assert_eq!((force.unit_in.as_deref(), force.decode), (Some("kN"), Decode::Comma));
    assert_eq!(force.deadband, Some(Deadband::Absolute(0.1)));
    assert_eq!(force.expect_every, Some(Duration::from_secs(5)));
    assert_eq!(force.qualifiers.get("probe").map(|value| &**value), Some("3"));
    assert_eq!(force.subject, SubjectKind::Batch);
    assert_eq!(done.target, Target::Event(EventKind::BatchEnded));
    assert_eq!(mapping.plan(&SourceId::parse("mes").unwrap()).streams().len(), 1);
    assert_eq!(Decode::Comma.apply("1,82"), "1.82");
}

/// Requirement SRC-05.
#[test]
fn every_fault_is_named_with_line_column_value_and_remedy() {
    let check = |rows: &str, expected: &[&str]| {
        let errors = Mapping::parse("m.csv", &format!("{HEADER}\n{rows}\n")).unwrap_err();
        let said: Vec<String> = errors.0.iter().map(ToString::to_string).collect();
        assert_eq!(said, expected, "{rows}");
    };
    let batch = "product=const:A; batch=const:B";
    check(
        &format!("a,s,x,PP1,,,,,5 parsecs,{batch},,batch\nb,s,y,PP2,,,rot13,abs:-1,,{batch},,galaxy"),
        &[
            "m.csv:2: column `expect_every`: `5 parsecs`: `parsecs` is not a unit of time; \
             write a whole number and ms, s, min or h: `5s`",
            "m.csv:3: column `decode`: `rot13`: unknown way to decode; write `comma` or leave the cell empty",
            "m.csv:3: column `deadband`: `abs:-1`: the number is not above zero; \
             write `abs:0.1` in the source's unit, or `pct:1`",
            "m.csv:3: column `subject`: `galaxy`: unknown kind of subject; write batch, lot, equipment, room or sample",
        ],
    );
    check(
        &format!("a,s,x,PP1,,,,,,{batch},,batch\nb,s,x,PP2,,,,,,{batch},,batch"),
        &["m.csv:3: column `address`: `x`: also mapped on line 2; remove one of the two rows"],
    );
    check(
        "a,s,x,PP1,,,,,,product=const:A,,batch",
        &["m.csv:2: column `context`: `product=const:A`: the subject needs `batch`, which the context does not give; \
           write `name=address; name=const:text`, with a blank after each semicolon"],
    );
    check(
        &format!("a,s,x,PP1,,,,abs:1,,{batch}; emitted=y,,batch"),
        &["m.csv:2: column `deadband`: `abs:1`: a deadband leaves values out that the `emitted` counter counts; \
           remove the deadband or `emitted`"],
    );
    check(
        &format!("a,,x,event:,,,,,,{batch},,batch"),
        &[
            "m.csv:2: column `source`: ``: the cell is empty; fill the cell",
            "m.csv:2: column `parameter`: `event:`: the event has no kind; \
             write a catalogue code (`PP32`), an X code, or `event:` and a kind (`event:batch_ended`)",
        ],
    );
}

#[test]
fn unknown_and_missing_columns_are_refused() {
    let errors = Mapping::parse("m.csv", "stream,source,adress,parameter,subject\n").unwrap_err();
    let said: Vec<(u64, &str, &str)> =
        errors.0.iter().map(|error| (error.line, &*error.column, error.what_to_do)).collect();
    assert_eq!(said, [(1, "adress", "remove or rename the column"), (1, "address", "add the column")]);
}
