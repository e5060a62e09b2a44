// What happened to a batch as its plant's systems told it: steps and decisions by time, and the lots it consumed.
import type { BatchEvent } from "../api";
import { count, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { Grid } from "../ui/Grid";
import { Empty } from "../ui/State";

const CONSUMED = "lot_consumed";

export function BatchHistory({ events }: { events: BatchEvent[] }) {
  const { t } = useSpeech();
  const steps = events.filter(({ kind }) => kind !== CONSUMED);
  return (
    <section className="panel" aria-labelledby="history-title">
      <header>
        <h2 id="history-title">
          {t("history.title")} <span className="quiet">{count(steps.length)}</span>
        </h2>
      </header>
      {steps.length === 0 && <Empty title={t("history.empty")}>{t("history.empty_help")}</Empty>}
      {steps.length > 0 && (
        <ol className="history" data-testid="history">
          {steps.map((event) => (
            <Happened key={event.record} event={event} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Happened({ event }: { event: BatchEvent }) {
  const { t, word } = useSpeech();
  const { decision, ...others } = event.attributes;
  const facts = Object.entries(others).map(([name, value]) => `${name} ${value}`);
  return (
    <li>
      <time dateTime={event.at} className="quiet">
        {wallTime(event.at)}
      </time>
      <div>
        <strong>{word("event", event.kind)}</strong>
        {event.step != null && <span> · {t("subject.step", { step: event.step })}</span>}
        {decision !== undefined && <span> · {word("decision", decision)}</span>}
        <p className="quiet small">
          {[t("history.source", { source: event.source }), ...facts].join(" · ")}
          {event.version > 1 && ` · ${t("history.corrected", { n: event.version - 1 })}`}
        </p>
      </div>
    </li>
  );
}

export function ConsumedLots({ events }: { events: BatchEvent[] }) {
  const { t } = useSpeech();
  const lots = events.filter(({ kind }) => kind === CONSUMED);
  const quantity = ({ attributes }: BatchEvent) => [attributes["quantity"], attributes["unit"]].filter(Boolean).join(" ");
  const columns = [
    { key: "material", title: t("history.material"), cell: ({ attributes }: BatchEvent) => attributes["material"] ?? "–" },
    {
      key: "lot",
      title: t("history.lot"),
      cell: ({ attributes }: BatchEvent) => <span className="mono">{attributes["lot"] ?? "–"}</span>,
    },
    { key: "quantity", title: t("history.quantity"), numeric: true, cell: quantity },
    { key: "at", title: t("history.at"), cell: ({ at }: BatchEvent) => <time dateTime={at}>{wallTime(at)}</time> },
  ];
  return (
    <section className="panel" aria-labelledby="lots-title">
      <header>
        <h2 id="lots-title">
          {t("history.lots")} <span className="quiet">{count(lots.length)}</span>
        </h2>
      </header>
      {lots.length === 0 && <Empty title={t("history.no_lots")}>{t("history.no_lots_help")}</Empty>}
      {lots.length > 0 && (
        <Grid
          label={t("history.lots")}
          rows={lots}
          id={({ record }) => record}
          testId="lots"
          columns={lots.some((lot) => quantity(lot) !== "") ? columns : columns.filter(({ key }) => key !== "quantity")}
        />
      )}
    </section>
  );
}
