use source::config::ConnectorConfig;
use source::{Fault, Lang, Stage};

use crate::now;

#[test]
fn the_shipped_examples_are_read() {
    let examples = [
        ("scada.toml", include_str!("../../examples/connectors.d/scada.toml")),
        ("lims.toml", include_str!("../../examples/connectors.d/lims.toml")),
        ("device.toml", include_str!("../../../../packaging/examples/device.toml")),
    ];
    for (file, text) in examples {
        let config = ConnectorConfig::parse(file, text).unwrap();
        assert_eq!(format!("{}.toml", config.source().unwrap()), file);
    }
    let lims = ConnectorConfig::parse("lims.toml", examples[1].1).unwrap();
    let table = &lims.sql.unwrap().table[0];
    assert_eq!((&*table.name, table.point.as_deref()), ("yaoxia_v1_result", Some("test_code")));
}

#[test]
fn what_is_wrong_is_said_before_anything_is_reached() {
    let check = |text: &str, expected: &str| {
        let made = ConnectorConfig::parse("c.toml", text).and_then(|config| config.connector(now()).map(drop));
        let error = made.unwrap_err();
        assert_eq!((error.stage, &error.fault), (Stage::Config, &Fault::Config), "{error}");
        assert!(error.detail.contains(expected), "{error}");
        assert!(error.remedy(Lang::ZhCn).contains("更正"));
    };
    let opcua = "[connector]\nid = 's'\n[opcua]\nurl = 'opc.tcp://h:1/'\npki_dir = '/tmp/x'\n";
    check("[connector]\nid = 's'\nkind = 'sql'", "unknown field `kind`");
    check("[connector]\nid = 's'", "has neither [opcua] nor [sql] nor [device]");
    check("[connector]\nid = ''", "source id is empty");
    check("[connector]\nid = 's'\n[time]\ntz = 'Mars/Olympus'", "`Mars/Olympus` is not a time zone");
    check(opcua, "server_thumbprints is empty");
    check(&format!("{opcua}insecure_no_security = true\nsession_timeout_s = 5"), "session_timeout_s is 5");
    check(&format!("{opcua}insecure_no_security = true\nuser = 'u'"), "user and password_file go together");
    let sql = |url: &str| {
        format!("[connector]\nid = 's'\n[sql]\nurl = '{url}'\n[[sql.table]]\nname = 't'\nchanged_at = 'c'\nid = 'i'\n")
    };
    check(&sql("postgres://u:secret@h/d"), "holds a password");
    check(&sql("mysql://h/d"), "neither postgres:// nor sqlite://");
    check(&format!("{}[[sql.table]]\nname = 't'\nchanged_at = 'c'\nid = 'i'", sql("sqlite:///x")), "t stands twice");
}
