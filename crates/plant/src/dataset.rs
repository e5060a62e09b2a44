//! A tablet plant's history: what its systems will say, batch by batch.
//!
//! Comes in: a folder with `Laboratory.csv`, `Process.csv` and `Process/N.csv` (separator `;`). Goes out: batches in
//! their order with every cell as text. A cell is never repaired: blanks are missing, anything else is passed on verbatim.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;

/// One batch: cells of its rows in `Laboratory.csv` and `Process.csv` by column name, blanks left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct TabletBatch {
    pub(crate) number: String,
    pub(crate) product: String,
    /// Month of manufacture as the data writes it (`nov.18`).
    pub(crate) original_time: String,
    pub(crate) laboratory: BTreeMap<String, String>,
    pub(crate) process: BTreeMap<String, String>,
}

/// One scan of the press: its own time and a value a signal, in the order of [`crate::columns::PRESS_SIGNALS`]; none where
/// the cell is blank.
#[derive(Clone, Debug)]
pub(crate) struct PressRow {
    pub(crate) original_time: String,
    pub(crate) values: Vec<Option<f64>>,
}

/// Batches of the chosen products in file order, and the press series by batch number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dataset {
    pub(crate) batches: Vec<TabletBatch>,
    pub(crate) press: BTreeMap<String, Vec<PressRow>>,
}

impl Dataset {
    /// Reads a folder; only batches of `products` are taken, press series where the folder has them.
    pub(crate) fn read(folder: &Path, products: &[String]) -> Result<Self> {
        let mut process = BTreeMap::new();
        for row in rows(&folder.join("Process.csv"))? {
            process.insert(cell(&row, "batch")?.to_owned(), row);
        }
        let mut batches = Vec::new();
        for row in rows(&folder.join("Laboratory.csv"))? {
            if !products.iter().any(|product| row.get("code") == Some(product)) {
                continue;
            }
            let number = cell(&row, "batch")?.to_owned();
            batches.push(TabletBatch {
                product: cell(&row, "code")?.to_owned(),
                original_time: cell(&row, "start")?.to_owned(),
                process: process.remove(&number).unwrap_or_default(),
                laboratory: row,
                number,
            });
        }
        if batches.is_empty() {
            bail!("{}: no batch of products {}", folder.join("Laboratory.csv").display(), products.join(", "));
        }
        let mut press: BTreeMap<String, Vec<PressRow>> = BTreeMap::new();
        for product in products {
            let path = folder.join("Process").join(format!("{product}.csv"));
            if path.exists() {
                read_press(&path, &mut press)?;
            }
        }
        Ok(Self { batches, press })
    }
}

fn read_press(path: &Path, press: &mut BTreeMap<String, Vec<PressRow>>) -> Result<()> {
    for (index, row) in rows(path)?.iter().enumerate() {
        let values = crate::columns::PRESS_SIGNALS.iter().map(|(column, _)| {
            let number =
                |text: &String| text.parse::<f64>().with_context(|| format!("{column} is not a number: {text:?}"));
            row.get(*column).map(number).transpose()
        });
        let values: Vec<Option<f64>> =
            values.collect::<Result<_>>().with_context(|| format!("{}, row {}", path.display(), index + 2))?;
        // The press recorded the time and nothing else: nothing was scanned.
        if values.iter().all(Option::is_none) {
            continue;
        }
        press
            .entry(cell(row, "batch")?.to_owned())
            .or_default()
            .push(PressRow { original_time: cell(row, "timestamp")?.to_owned(), values });
    }
    Ok(())
}

fn rows(path: &Path) -> Result<Vec<BTreeMap<String, String>>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_path(path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let headers = reader.headers().with_context(|| format!("{}: no header", path.display()))?.clone();
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.with_context(|| format!("{}, row {}", path.display(), index + 2))?;
        let cells = headers.iter().zip(record.iter()).filter(|(_, cell)| !cell.trim().is_empty());
        rows.push(cells.map(|(header, cell)| (header.trim().to_owned(), cell.to_owned())).collect());
    }
    Ok(rows)
}

fn cell<'a>(row: &'a BTreeMap<String, String>, column: &str) -> Result<&'a str> {
    row.get(column).map(String::as_str).with_context(|| format!("column {column} is missing or blank"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_cell_is_no_value_and_a_blank_row_no_scan() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("5.csv");
        let columns: Vec<&str> = crate::columns::PRESS_SIGNALS.iter().map(|(column, _)| *column).collect();
        let full = vec!["1.5"; columns.len()].join(";");
        let blank = ";".repeat(columns.len() - 1);
        let one_missing = format!(";{}", vec!["2"; columns.len() - 1].join(";"));
        let text = format!("timestamp;batch;{}\nt1;b;{full}\nt2;b;{blank}\nt3;b;{one_missing}\n", columns.join(";"));
        std::fs::write(&path, text).unwrap();
        let mut press = BTreeMap::new();
        read_press(&path, &mut press).unwrap();
        let rows = &press["b"];
        assert_eq!(rows.iter().map(|row| row.original_time.as_str()).collect::<Vec<_>>(), ["t1", "t3"]);
        assert!(rows[0].values.iter().all(|value| *value == Some(1.5)));
        assert_eq!((rows[1].values[0], rows[1].values[1]), (None, Some(2.0)));
        std::fs::write(&path, format!("timestamp;batch;{}\nt1;b;{}x\n", columns.join(";"), full)).unwrap();
        let fault = format!("{:#}", read_press(&path, &mut press).unwrap_err());
        assert!(fault.contains("5.csv, row 2") && fault.contains("1.5x"), "{fault}");
    }
}
