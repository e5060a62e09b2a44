//! The catalogue: what is shipped, what it refuses, and how it reads what plants write.

use record::catalogue::{AppliesTo, Bound, DefaultLimits, Granularity, MODULE_SIZES, Projection};
use record::{Catalogue, DecimalMark, Flags, Parameter, ParameterCode, RejectReason, Value, ValueType, Zone};

fn parameter(code: &str) -> &'static Parameter {
    Catalogue::shipped().get(&ParameterCode::parse(code).unwrap()).unwrap()
}

fn units(code: &str) -> Vec<&'static str> {
    parameter(code).units.iter().map(|unit| &**unit).collect()
}

fn qualifiers(code: &str) -> Vec<String> {
    parameter(code)
        .qualifiers
        .iter()
        .map(|rule| format!("{}{}", rule.name, if rule.optional { "?" } else { "" }))
        .collect()
}

/// Requirement CAT-01.
#[test]
fn the_shipped_list_has_118_parameters_in_five_modules() {
    let catalogue = Catalogue::shipped();
    assert_eq!(catalogue.iter().len(), 118);
    assert_eq!(
        MODULE_SIZES.map(|(module, size)| (module.code(), size)),
        [("RM", 24), ("PP", 35), ("FP", 23), ("PU", 22), ("SP", 14)]
    );
    for (module, size) in MODULE_SIZES {
        let of_module: Vec<_> = catalogue.iter().filter(|parameter| parameter.module == module).collect();
        assert_eq!(of_module.len(), size);
        // Codes count through without a hole.
        for (number, parameter) in (1..).zip(of_module) {
            assert_eq!(parameter.code.as_str(), format!("{}{number:02}", module.code()));
        }
    }
    assert_eq!((catalogue.version(), catalogue.status()), ("2026.11", "proposed"));
    assert!(catalogue.iter().all(|parameter| &*parameter.status == "proposed"));
}

/// Requirement CAT-01.
#[test]
fn zones_types_and_sources_are_those_of_the_proposal() {
    let count =
        |wanted: &dyn Fn(&Parameter) -> bool| Catalogue::shipped().iter().filter(|parameter| wanted(parameter)).count();
    assert_eq!(
        [Zone::White, Zone::Grey, Zone::Black].map(|zone| count(&|parameter| parameter.zone == zone)),
        [103, 10, 5]
    );
    let types = [
        ValueType::Decimal,
        ValueType::Code,
        ValueType::String,
        ValueType::Integer,
        ValueType::DateTime,
        ValueType::Date,
    ];
    assert_eq!(types.map(|wanted| count(&|parameter| parameter.value_type == wanted)), [79, 19, 11, 4, 3, 2]);
    assert_eq!(count(&|parameter| parameter.granularity == Granularity::TimeSample), 22);
    assert_eq!(parameter("PP24").zone, Zone::Black);
    assert_eq!(parameter("PP24").white_projection, Projection::InRangeFraction);
    assert_eq!(parameter("RM08").white_projection, Projection::Flag("not_approved".into()));
}

#[test]
fn known_faults_of_the_proposal_are_mended() {
    let condition = parameter("RM07").condition.as_ref().unwrap();
    assert_eq!(condition.parameter.as_str(), "RM03");
    assert_eq!(condition.any_of.iter().map(|code| &**code).collect::<Vec<_>>(), ["api", "excipient", "primary_pack"]);
    assert_eq!(units("RM10"), ["kg", "L", "{piece}"]);
    assert_eq!(units("PP09"), ["kg", "L", "{piece}"]);
    assert_eq!(units("RM14"), ["%", "[iU]/mg", "[arb'U]/mg"]);
    assert_eq!(units("SP08"), ["[iU]/{dose}", "{lg_CCID_50}/{dose}", "[PFU]/{dose}"]);
    for code in ["PP32", "RM19", "FP15"] {
        assert_eq!(units(code), ["[CFU]/g", "[CFU]/mL", "[CFU]/(10.cm2)"]);
        assert!(qualifiers(code).contains(&"organism?".to_owned()), "a total count has no organism: {code}");
    }
    assert_eq!(units("SP04"), ["MBq"]);
    assert!(parameter("SP04").default_limit.contains("share of the labelled activity"));
    assert_eq!(&*parameter("FP15").default_limit, "by dosage_class and organism, see the limits table");
    assert!(parameter("FP06").product_scope.iter().any(|class| class.name() == "STERILE"));
    assert_eq!(units("PU12"), ["[CFU]/{plate}"]);
    assert_eq!(qualifiers("PU12"), ["room", "grade", "exposure_h"]);
    assert_eq!(qualifiers("FP05"), ["analyte", "impurity_class?"]);
    assert_eq!(
        parameter("FP05").qualifiers[1].values.iter().map(|v| &**v).collect::<Vec<_>>(),
        ["related_substance", "residual_solvent", "elemental_impurity"]
    );
}

#[test]
fn plant_text_becomes_a_value_in_a_unit_of_the_set() {
    let read = |code, text, unit| parameter(code).read(text, unit, DecimalMark::Point).unwrap();
    let shown = |code, text, unit| match read(code, text, Some(unit)) {
        record::catalogue::Measured { value: Value::Number { decimal, comparator }, unit, flags } => {
            format!(
                "{}{decimal} {unit}{}",
                comparator.symbol(),
                if flags == Flags::UNIT_CONVERTED { " converted" } else { "" }
            )
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(shown("FP09", "1.820", "%"), "1.820 %");
    assert_eq!(shown("FP09", "<0.50", "mg/g"), "<0.050 % converted");
    assert_eq!(shown("RM10", "250", "g"), "0.250 kg converted");
    assert_eq!(shown("RM10", "12.5", "L"), "12.5 L");
    assert_eq!(shown("RM10", "40", "{piece}"), "40 {piece}");
    assert_eq!(shown("PP32", "30", "[CFU]/(10.mL)"), "3.0 [CFU]/mL converted");
    assert_eq!(shown("PU20", "298.15", "K"), "25.00 Cel converted");
    assert_eq!(read("PP32", "未检出", Some("[CFU]/g")).value, Value::NotDetected);
    assert_eq!(read("FP01", " conform ", None).value, Value::Text("conform".into()));
    assert_eq!(&*read("FP01", "conform", Some("1")).unit, "1");
    assert_eq!(read("FP20", "2027-05-31", None).value, Value::Text("2027-05-31".into()));
}

#[test]
fn a_refusal_names_the_parameter_the_content_and_what_would_do() {
    let refuses = |code, text, unit, reason, wanted: &str| {
        let error = parameter(code).read(text, unit, DecimalMark::Point).unwrap_err();
        assert_eq!((error.reason(), error.to_string().as_str()), (reason, wanted));
    };
    refuses("FP09", "wet", Some("%"), RejectReason::Type, "FP09: `wet`: `w` at character 1, expected a number");
    refuses("FP01", "ok", None, RejectReason::Type, "FP01: `ok` is none of its codes conform, nonconform");
    refuses("RM10", "5", None, RejectReason::Unit, "RM10: the unit is missing; its units are kg, L, {piece}");
    refuses(
        "RM10",
        "5",
        Some("Cel"),
        RejectReason::Unit,
        "RM10: unit `Cel` does not convert to any of its units kg, L, {piece}",
    );
    refuses(
        "FP09",
        "5",
        Some("pct"),
        RejectReason::Unit,
        "FP09: unit `pct` does not convert to any of its units %: `pct` is not a UCUM unit: unknown unit atom: pct",
    );
    refuses(
        "FP14",
        "5",
        Some("[EU]/mL"),
        RejectReason::Unit,
        "FP14: unit `[EU]/mL` does not convert to any of its units [iU]/mL, [iU]/mg: `[EU]`: in UCUM this is the Ehrlich unit; endotoxin units are written [iU] (1 EU = 1 IU)",
    );
    refuses("FP01", "conform", Some("%"), RejectReason::Unit, "FP01: unit `%` does not convert to any of its units 1");
    refuses(
        "PU20",
        "-273.16",
        Some("Cel"),
        RejectReason::Range,
        "PU20: -273.16 Cel is not possible, it can be -273.15 or more Cel",
    );
    refuses(
        "PU20",
        "-1",
        Some("K"),
        RejectReason::Range,
        "PU20: -274.15 Cel is not possible, it can be -273.15 or more Cel",
    );
    refuses("RM10", "-2", Some("L"), RejectReason::Range, "RM10: -2 L is not possible, it can be 0 or more kg");
    refuses("FP09", "1200", Some("mg/g"), RejectReason::Range, "FP09: 120.0 % is not possible, it can be 0 to 100 %");
}

#[test]
fn a_limit_is_not_a_physical_range() {
    // Far beyond specification, and a reading all the same: rules judge it, the catalogue does not hide it.
    for (code, text, unit) in
        [("FP03", "150", "%"), ("PU08", "4", "Cel"), ("PU01", "900", "uS/cm"), ("PU14", "-35", "Pa")]
    {
        assert_eq!(parameter(code).read(text, Some(unit), DecimalMark::Point).unwrap().flags, Flags::default());
    }
}

const HEADINGS: &str = "code\tmodule_cn\tmodule_en\tname_cn\tname_en\tvalue_type\tunits\tcodes\tqualifiers\tgranularity\tsource_system\tdefault_zone\twhite_projection\tproduct_scope\trange\tcondition\tdefault_limit\tbasis\tstatus";

fn x_file(rows: &[&str]) -> String {
    format!("# version\t1\n# status\tenterprise\n{HEADINGS}\n{}\n", rows.join("\n"))
}

const PRESS: &str = "X-PRESS-MAIN\t生产过程数据\tProduction process data\t主压力\tMain compression force\tdecimal\tkN|N\t\tstation\ttime_sample\tSCADA\twhite\traw\tOSD\t0..\t\t\tenterprise process knowledge\tenterprise";

/// Requirement CAT-03.
#[test]
fn an_x_file_adds_parameters() {
    let extended = Catalogue::shipped().with_extensions(&x_file(&[PRESS])).unwrap();
    assert_eq!(extended.iter().len(), 119);
    let press = extended.get(&ParameterCode::parse("X-PRESS-MAIN").unwrap()).unwrap();
    assert_eq!((&*press.names.zh_cn, press.unit(), press.zone), ("主压力", "kN", Zone::White));
    assert_eq!(extended.version(), Catalogue::shipped().version());
    // An X file from a spreadsheet on Windows reads the same.
    let windows = format!("\u{feff}{}", x_file(&[PRESS]).replace('\n', "\r\n"));
    assert!(Catalogue::shipped().with_extensions(&windows) == Ok(extended));
}

/// Requirement CAT-03.
#[test]
fn an_x_file_tells_every_fault_with_its_line_and_column() {
    let refuses = |text: &str, wanted: &[&str]| {
        let error = Catalogue::shipped().with_extensions(text).unwrap_err();
        let faults: Vec<String> = error.faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults, wanted);
        assert!(error.to_string().starts_with(&format!("X file: {} fault(s)\n", wanted.len())));
    };
    let change = |from: &str, to: &str| x_file(&[&PRESS.replacen(from, to, 1)]);
    refuses(
        &change("X-PRESS-MAIN", "PP01"),
        &[
            "line 4, code: `PP01`: codes of an X file start with `X-`, and only those",
            "line 4, code: `PP01` is defined already and cannot be changed",
        ],
    );
    refuses(&x_file(&[PRESS, PRESS]), &["line 5, code: `X-PRESS-MAIN` is defined already and cannot be changed"]);
    refuses(
        &change("kN|N", "kN|u/mg|newton"),
        &[
            "line 4, units: `u`: in UCUM this is the unified atomic mass unit; units of potency are written [iU] or [arb'U]",
            "line 4, units: `newton` is not a UCUM unit: unknown unit atom: newton",
        ],
    );
    refuses(
        &change("decimal", "number"),
        &["line 4, value_type: `number` is none of decimal, integer, code, string, date, dateTime, bool"],
    );
    refuses(&change("kN|N", ""), &["line 4, units: numbers have units, other types have none"]);
    refuses(
        &change("decimal\tkN|N", "code\t"),
        &[
            "line 4, codes: the type code needs codes, other types have none",
            "line 4, range: only numbers have a range",
        ],
    );
    refuses(&change("white\traw", "white\tnone"), &["line 4, white_projection: white data is seen in some form"]);
    refuses(&change("white\traw", "black\traw"), &["line 4, white_projection: only white data is seen raw"]);
    refuses(&change("white", "purple"), &["line 4, default_zone: `purple` is none of white, grey, black"]);
    refuses(&change("0..", "5..1"), &["line 4, range: `5..1` is not a range, as in 0.. or 0..100"]);
    refuses(
        &change("station", "Station No"),
        &["line 4, qualifiers: `Station No` is not a rule, as in analyte or organism?=mould|yeast"],
    );
    refuses(&change("OSD\t0..\t", "OSD\t0..\tPP99=a"), &["line 4, condition: `PP99` is not in the catalogue"]);
    refuses(
        &change("OSD\t0..\t", "OSD\t0..\tRM03=apple"),
        &["line 4, condition: the parameter named has no such code"],
    );
    refuses(&change("生产过程数据", "成品控制"), &["line 4, module_cn: it is not the Chinese name of the module"]);
    refuses(&change("主压力", ""), &["line 4, name_cn: must not be empty"]);
    refuses(
        &change("OSD\t0..", "OSD,PILLS\t0.."),
        &["line 4, product_scope: `PILLS` is none of ALL, API, OSD, STERILE, TCM, BIO, VAC, BLOOD, RADIO, NARC"],
    );
    refuses(&x_file(&["X-1\ttoo few"]), &["line 4: 2 cells under 19 headings"]);
    let columns = HEADINGS.replace('\t', ", ");
    refuses(
        &x_file(&[PRESS]).replacen("\trange", "\tlimits", 1),
        &[
            &*format!("column `limits` is not known; the columns are {columns}"),
            &*format!("column `range` is missing; the columns are {columns}"),
        ],
    );
    refuses(
        &x_file(&[PRESS]).replacen("# version\t1\n", "", 1),
        &["the line `# version<tab>…` is missing before the headings"],
    );
}

#[test]
fn a_list_with_a_parameter_missing_is_refused() {
    let shipped = include_str!("../../data/parameters.tsv");
    let cut: String =
        shipped.lines().filter(|line| !line.starts_with("FP15")).fold(String::new(), |text, line| text + line + "\n");
    let error = Catalogue::parse(&cut).unwrap_err();
    assert_eq!(error.to_string(), "catalogue: 1 fault(s)\n  module FP has 22 parameters, it must have 23");
    assert!(Catalogue::parse(shipped).as_ref() == Ok(Catalogue::shipped()));
}

#[test]
fn default_limits_say_what_they_apply_to() {
    let limits = &DefaultLimits::shipped().limits;
    assert_eq!(limits.len(), 116);
    let count = |wanted| limits.iter().filter(|limit| limit.applies_to == wanted).count();
    let kinds = [
        AppliesTo::Reading,
        AppliesTo::Companion,
        AppliesTo::Derived,
        AppliesTo::Design,
        AppliesTo::Instrument,
        AppliesTo::Interval,
        AppliesTo::Alarm,
        AppliesTo::Installation,
    ];
    assert_eq!(kinds.map(count), [95, 1, 2, 4, 3, 7, 1, 3]);
    let limit = |id: &str| limits.iter().find(|limit| &*limit.id == id).unwrap();
    assert_eq!((limit("L011").applies_to, &*limit("L011").unit), (AppliesTo::Companion, "[pH]"));
    assert_eq!(limit("L069").parameter, None);
    assert_eq!(limit("L032").parameter.as_ref().unwrap().as_str(), "PU13");
    assert!(
        limits
            .iter()
            .filter(|limit| limit.parameter.as_ref().is_some_and(|code| code.as_str() == "PU12"))
            .all(|limit| &*limit.unit == "[CFU]/{plate}")
    );
    let of = |code: &str| -> Vec<(String, Bound)> {
        let code = ParameterCode::parse(code).unwrap();
        DefaultLimits::shipped().of_readings(&code).map(|limit| (limit.context.to_string(), limit.bound)).collect()
    };
    assert_eq!(of("PU06"), [(String::new(), Bound::Below("0.25".parse().unwrap()))]);
    assert_eq!(of("PP10"), [("all steps".into(), Bound::Between("97.0".parse().unwrap(), "103.0".parse().unwrap()))]);
    assert_eq!(of("FP15").len(), 10);
    assert!(
        of("PU20").iter().all(|(context, _)| !context.contains("sensor")),
        "an instrument's error is no limit of readings"
    );
}

#[test]
fn a_limit_nobody_can_compare_is_refused() {
    let headings = "limit_id\tapplies_to\tparam_code\tcontext\top\tlow\thigh\tunit\tlevel\trule\tbasis\tmark";
    let refuses = |row: &str, wanted: &str| {
        let text = format!("# version\t1\n# status\tproposed\n{headings}\n{row}\n");
        let error = DefaultLimits::parse(&text, Catalogue::shipped()).unwrap_err();
        assert_eq!(error.faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [wanted]);
    };
    refuses(
        "L1\treading\tPU04\t\tle\t\t7\t[pH]\tspec\t\tUSP\tV",
        "line 4, unit: it does not convert to any unit of the parameter",
    );
    refuses(
        "L1\treading\t\t\tle\t\t7\t/h\tspec\t\tUSP\tV",
        "line 4, param_code: a limit of readings needs their parameter",
    );
    refuses("L1\treading\tPU99\t\tle\t\t7\t/h\tspec\t\tUSP\tV", "line 4, param_code: `PU99` is not in the catalogue");
    refuses(
        "L1\treading\tPU08\t\tbetween\t80\t70\tCel\tspec\t\tUSP\tV",
        "line 4, op: `between` is not le or lt or abs_le with high, ge with low, between or eq with both, table or none with neither",
    );
    refuses("L1\treading\tPU08\t\tge\tseventy\t\tCel\tspec\t\tUSP\tV", "line 4, low: `seventy` is not a number");
    refuses("L1\treading\tPU08\t\tge\t70\t\tCel\tspec\t\tUSP\tX", "line 4, mark: `X` is none of V, M, P");
}
