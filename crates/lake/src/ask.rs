//! The questions programs ask: counts per box, the series of a parameter, the newest readings.

use record::{BoxId, EnterpriseId, ParameterCode, ProductId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::error::Error;
use crate::query::{Lake, Param, QUERY_ROWS_MAX, Row};

/// What the tables hold of one box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxCounts {
    /// The box.
    pub box_id: String,
    /// Rows of table `reading`: accepted values.
    pub readings: u64,
    /// Values refused, kept with their reason.
    pub rejects: u64,
    /// Events of the plant's systems: accepted raw values like readings. The box's own are not among them.
    pub events: u64,
    /// Events of the box itself: starts, stops, changes.
    pub own_events: u64,
    /// Findings.
    pub findings: u64,
    /// Gaps, filled later or not.
    pub gaps: u64,
    /// Values known to be lost in gaps that are not filled.
    pub lost_in_gaps: u64,
    /// Values of gaps that history has filled since; they are in `readings` too.
    pub filled_in_gaps: u64,
    /// Segments with at least one row.
    pub segments: u64,
}

/// Which values of a parameter.
#[derive(Clone, Copy, Debug)]
pub struct SeriesQuery<'a> {
    /// Of which enterprise.
    pub enterprise: &'a EnterpriseId,
    /// The catalogue item.
    pub parameter: &'a ParameterCode,
    /// Of one product only.
    pub product: Option<&'a ProductId>,
    /// Received at or after.
    pub from: Timestamp,
    /// Received before.
    pub until: Timestamp,
    /// At most so many, the newest; at most [`QUERY_ROWS_MAX`].
    pub limit: usize,
}

/// One reading as a chart or a list needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The box.
    #[serde(rename = "box")]
    pub box_id: String,
    /// The enterprise.
    pub enterprise: String,
    /// The catalogue item.
    pub parameter: String,
    /// Which of several like values, as a JSON object.
    pub qualifiers: Option<String>,
    /// What it is about: `batch`, `material_lot`, `equipment`, `room`, `sample`.
    pub subject: String,
    /// Product of the batch.
    pub product: Option<String>,
    /// Batch.
    pub batch: Option<String>,
    /// Step of the batch.
    pub step: Option<String>,
    /// Machine, room or point.
    pub equipment: Option<String>,
    /// `number`, `not_detected`, `too_numerous_to_count`, `bool`, `text`.
    pub value_kind: String,
    /// `=` for a plain number, else how the number is censored.
    pub comparator: Option<String>,
    /// The plain number; none if it is censored or not a number.
    pub value: Option<f64>,
    /// What the source wrote; for dense readings the exact decimal.
    pub verbatim: Option<String>,
    /// UCUM unit.
    pub unit: String,
    /// OPC UA status.
    pub status: u32,
    /// Box flags.
    pub flags: u32,
    /// Source time, RFC 3339.
    pub source_at: Option<String>,
    /// Box time, RFC 3339.
    pub received_at: String,
    /// Time the plant recorded it first, where the source replays history.
    pub original_at: Option<String>,
}

/// Columns of a [`Point`], with the exact decimal written out where the source's text is not kept.
const POINT: &str = "box, enterprise, parameter, qualifiers, subject, product, batch, step, \
    coalesce(equipment, subject_equipment) AS equipment, value_kind, comparator, value, verbatim, digits, scale, \
    digits_wide, unit, status, flags, source_at, received_at, original_at";

impl Lake {
    /// Counts per box, in order of box id, to be compared with what the boxes and the plants counted.
    pub async fn counts(&self) -> Result<Vec<BoxCounts>, Error> {
        let text = "SELECT box AS box_id, \
            sum(readings) AS readings, sum(rejects) AS rejects, sum(events) AS events, \
            sum(own_events) AS own_events, sum(findings) AS findings, \
            sum(gaps) AS gaps, sum(lost) AS lost_in_gaps, sum(filled) AS filled_in_gaps, \
            count(DISTINCT ingest_no) AS segments \
            FROM ( \
              SELECT box, ingest_no, count(*) AS readings, 0 AS rejects, 0 AS events, 0 AS own_events, 0 AS findings, \
                0 AS gaps, \
                0 AS lost, 0 AS filled \
              FROM reading GROUP BY box, ingest_no \
              UNION ALL \
              SELECT box, ingest_no, 0, \
                count(*) FILTER (WHERE kind = 'reject'), \
                count(*) FILTER (WHERE kind = 'event' AND source IS DISTINCT FROM 'box'), \
                count(*) FILTER (WHERE kind = 'event' AND source = 'box'), \
                count(*) FILTER (WHERE kind = 'finding'), count(*) FILTER (WHERE kind = 'gap'), \
                coalesce(sum(lost) FILTER (WHERE NOT filled), 0), coalesce(sum(lost) FILTER (WHERE filled), 0) \
              FROM event GROUP BY box, ingest_no \
            ) GROUP BY box ORDER BY box";
        self.sql(text, &[]).await?.rows.into_iter().map(typed).collect()
    }

    /// The newest values of a parameter in a time, oldest first.
    pub async fn series(&self, query: &SeriesQuery<'_>) -> Result<Vec<Point>, Error> {
        let mut params = vec![
            Param::Text(query.enterprise.to_string()),
            Param::Text(query.parameter.to_string()),
            Param::Instant(query.from),
            Param::Instant(query.until),
        ];
        let mut of_product = "";
        if let Some(product) = query.product {
            of_product = "AND product = $5";
            params.push(Param::Text(product.to_string()));
        }
        let text = format!(
            "SELECT {POINT} FROM reading WHERE enterprise = $1 AND parameter = $2 AND received_at >= $3 \
             AND received_at < $4 {of_product} \
             ORDER BY received_at DESC, ingest_no DESC, entry DESC, \"row\" DESC LIMIT {}",
            query.limit.min(QUERY_ROWS_MAX)
        );
        let mut points = self.points(&text, &params).await?;
        points.reverse();
        Ok(points)
    }

    /// The newest readings, of one box or of all, newest first; at most [`QUERY_ROWS_MAX`].
    pub async fn recent(&self, of: Option<&BoxId>, limit: usize) -> Result<Vec<Point>, Error> {
        let limit = limit.min(QUERY_ROWS_MAX);
        let of_box = if of.is_some() { "WHERE box = $1" } else { "" };
        let text = format!(
            "SELECT {POINT} FROM reading {of_box} \
             ORDER BY received_at DESC, ingest_no DESC, entry DESC, \"row\" DESC LIMIT {limit}"
        );
        let params: Vec<Param> = of.iter().map(|box_id| Param::Text(box_id.to_string())).collect();
        self.points(&text, &params).await
    }

    async fn points(&self, text: &str, params: &[Param]) -> Result<Vec<Point>, Error> {
        self.sql(text, params).await?.rows.into_iter().map(|row| typed(with_decimal(row)?)).collect()
    }
}

/// Writes the exact decimal out of its digits and scale where the source's text is not kept.
fn with_decimal(mut row: Row) -> Result<Row, Error> {
    let cell = |name: &str| row.get(name).filter(|cell| !cell.is_null());
    if cell("verbatim").is_none()
        && let Some(scale) = cell("scale").and_then(Json::as_u64)
        && let Some(digits) = cell("digits").or_else(|| cell("digits_wide"))
    {
        let digits = digits.as_str().map_or_else(|| digits.to_string(), str::to_owned);
        let problem = |problem: &str| Error::Query { reason: format!("digits {digits} scale {scale}: {problem}") };
        let mantissa: i128 = digits.parse().ok().ok_or_else(|| problem("not a whole number"))?;
        let scale = u32::try_from(scale).ok().ok_or_else(|| problem("too large"))?;
        let decimal = rust_decimal::Decimal::try_from_i128_with_scale(mantissa, scale)
            .map_err(|error| problem(&error.to_string()))?;
        row.insert("verbatim".to_owned(), Json::from(decimal.to_string()));
    }
    Ok(row)
}

fn typed<T: serde::de::DeserializeOwned>(row: Row) -> Result<T, Error> {
    serde_json::from_value(Json::Object(row))
        .map_err(|error| Error::Query { reason: format!("the answer has other columns than asked for: {error}") })
}
