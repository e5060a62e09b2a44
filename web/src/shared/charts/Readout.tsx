// What stands at one point of the chart, in figures: beside the pointer, below the chart on a narrow screen.
import type { Ref } from "react";
import type { ChartPoint } from "../api";
import { computed, unit, wallTime } from "../format";
import { useSpeech, type Speech } from "../i18n";
import { LevelMark } from "../ui/Mark";

/** The value as it was reported. */
export function reported(point: ChartPoint, seriesUnit: string): string {
  const sign = point.comparator === "=" ? "" : point.comparator;
  return `${sign}${point.value ?? "–"} ${point.value == null ? "" : unit(seriesUnit)}`.trim();
}

const figure = (text: string | null | undefined) => (text == null ? "–" : computed(text));

/** The readout as one line, for those who hear it. */
export function spoken(point: ChartPoint, seriesUnit: string, { t }: Speech): string {
  const flags = point.flags.map((flag) => `${t(`level.${flag.level}`)} ${t(`signal.${flag.signal}`)}`);
  return [
    t("subject.batch", { batch: point.batch }),
    `${t("chart.value")} ${reported(point, seriesUnit)}`,
    `${t("chart.limits")} ${figure(point.limit_lower)} … ${figure(point.limit_upper)}`,
    ...flags,
  ].join(", ");
}

export function Readout({ ref, point, seriesUnit }: { ref: Ref<HTMLDivElement>; point: ChartPoint | null; seriesUnit: string }) {
  const { t } = useSpeech();
  const specified = point?.spec_lower != null || point?.spec_upper != null;
  return (
    <div ref={ref} className="readout no-print" aria-hidden="true" data-testid="readout" hidden={point === null}>
      {point === null ? (
        <p className="quiet small">{t("chart.read")}</p>
      ) : (
        <>
          <p>
            <strong>{t("subject.batch", { batch: point.batch })}</strong>{" "}
            {point.version > 1 && <span className="quiet">{t("chart.version", { n: point.version })}</span>}
          </p>
          <p className="quiet">
            {wallTime(point.batch_end_at)}
            {!point.batch_ended && ` · ${t("chart.result_time")}`}
          </p>
          <dl>
            <dt>{t("chart.value")}</dt>
            <dd>
              <strong>{reported(point, seriesUnit)}</strong>
            </dd>
            <dt>{t("chart.center")}</dt>
            <dd>{figure(point.center)}</dd>
            <dt>{t("chart.limits")}</dt>
            <dd>
              {figure(point.limit_lower)} … {figure(point.limit_upper)}
            </dd>
            {specified && <dt>{t("chart.spec")}</dt>}
            {specified && (
              <dd>
                {figure(point.spec_lower)} … {figure(point.spec_upper)}
              </dd>
            )}
          </dl>
          {point.flags.map((flag) => (
            <p key={flag.finding_id}>
              <LevelMark level={flag.level} /> {t(`signal.${flag.signal}`)}
            </p>
          ))}
        </>
      )}
    </div>
  );
}
