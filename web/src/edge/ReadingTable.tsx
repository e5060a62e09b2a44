// Readings as they arrive: the newest of each stream, what arrived last lit up for a moment.
import { useMemo, useState } from "react";
import type { LiveReading } from "../shared/api";
import { useNow } from "../shared/clock";
import { ago, clockTime, count, unit, wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { Grid, type Column } from "../shared/ui/Grid";
import { QualityMark, ZoneMark } from "../shared/ui/Mark";
import { Empty } from "../shared/ui/State";
import { qualifierText, subjectText } from "../shared/ui/subject";
import { shownValue, type Latest } from "./latest";

/** A row received within this time is lit. */
const LIT_MS = 1500;

function Received({ reading }: { reading: LiveReading }) {
  const speech = useSpeech();
  const now = useNow();
  const lit = now - new Date(reading.received_at).getTime() < LIT_MS;
  const source = reading.source_at == null ? "" : speech.t("readings.source_time", { time: wallTime(reading.source_at) });
  return (
    <time dateTime={reading.received_at} title={`${wallTime(reading.received_at)} ${source}`.trim()}>
      <span className={lit ? "lit" : ""}>{clockTime(reading.received_at)}</span>{" "}
      <span className="quiet small age">{ago(reading.received_at, now, speech)}</span>
    </time>
  );
}

function Value({ reading }: { reading: LiveReading }) {
  const { t } = useSpeech();
  const value = shownValue(reading);
  const asWritten = value === reading.verbatim ? undefined : t("readings.verbatim", { text: reading.verbatim });
  return (
    <span title={asWritten} data-testid="value">
      <span key={reading.id} className="value">
        {value}
      </span>{" "}
      <span className="unit">{reading.number == null ? "" : unit(reading.unit)}</span>
    </span>
  );
}

export function ReadingTable({ latest }: { latest: Latest }) {
  const speech = useSpeech();
  const { t, pick } = speech;
  const [filter, setFilter] = useState("");
  const columns = useMemo<Column<LiveReading>[]>(
    () => [
      {
        key: "parameter",
        title: t("readings.parameter"),
        cell: ({ parameter, qualifiers }) => (
          <>
            <span className="name">{pick(parameter.name)}</span>{" "}
            <span className="quiet small">
              <span className="mono">{parameter.code}</span> {qualifierText(qualifiers)}
            </span>
          </>
        ),
      },
      { key: "value", title: t("readings.value"), numeric: true, cell: (reading) => <Value reading={reading} /> },
      { key: "quality", title: t("readings.quality"), cell: ({ quality }) => <QualityMark quality={quality} /> },
      { key: "zone", title: t("readings.zone"), cell: ({ zone }) => <ZoneMark zone={zone} /> },
      { key: "subject", title: t("readings.subject"), cell: ({ subject }) => subjectText(subject, speech) },
      { key: "source", title: t("readings.source"), cell: ({ source }) => <span className="mono">{source}</span> },
      { key: "time", title: t("readings.time"), cell: (reading) => <Received reading={reading} /> },
    ],
    [t, pick, speech],
  );
  const wanted = filter.trim().toLowerCase();
  const rows = latest.readings.filter((reading) => {
    const { code, name } = reading.parameter;
    const text = [code, name.zh, name.en, qualifierText(reading.qualifiers), subjectText(reading.subject, speech)];
    return wanted === "" || text.some((part) => part.toLowerCase().includes(wanted));
  });
  return (
    <section className="panel" aria-labelledby="readings-title">
      <header>
        <h1 id="readings-title">
          {t("readings.title")} <span className="quiet">{t("readings.count", { n: count(latest.readings.length) })}</span>
        </h1>
        <input
          type="search"
          className="control filter"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          placeholder={t("readings.filter")}
          aria-label={t("readings.filter")}
        />
      </header>
      {latest.readings.length === 0 ? (
        <Empty title={t("readings.empty")}>{t("readings.empty_help")}</Empty>
      ) : (
        <Grid label={t("readings.title")} columns={columns} rows={rows} id={(row) => row.stream} testId="readings" />
      )}
      {latest.readings.length > 0 && rows.length === 0 && <Empty title={t("readings.no_match")} />}
      {latest.left_out > 0 && <p className="quiet note">{t("readings.left_out", { n: count(latest.left_out) })}</p>}
    </section>
  );
}
