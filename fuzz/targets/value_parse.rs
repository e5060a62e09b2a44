//! Any text is a value or an error that says something; a plain number reads back from its own text.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    match record::Value::parse(text) {
        Ok(value) => {
            if let Some(number) = value.exact() {
                assert_eq!(record::Value::parse(&number.to_string()), Ok(value), "{text:?}");
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
