//! The catalogue.

use record::Catalogue;
use record::catalogue::MODULE_SIZES;

#[test]
fn the_shipped_list_has_118_parameters_in_five_modules() {
    let catalogue = Catalogue::shipped();
    assert_eq!(catalogue.iter().len(), 118);
    for (module, size) in MODULE_SIZES {
        assert_eq!(catalogue.iter().filter(|parameter| parameter.module == module).count(), size, "{module:?}");
    }
    assert_eq!((catalogue.version(), catalogue.status()), ("2026.11", "proposed"));
}
