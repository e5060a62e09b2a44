// What the signs of the chart mean: only those that are on it.
import type { ReactNode } from "react";
import { useSpeech } from "../i18n";
import { LevelMark } from "../ui/Mark";
import { SEVERITY, type Columns } from "./columns";

function Key({ children, name }: { children: ReactNode; name: string }) {
  return (
    <li>
      <svg viewBox="0 0 26 12" aria-hidden="true" fill="none" strokeWidth="1.8">
        {children}
      </svg>
      {name}
    </li>
  );
}

export function Legend({ columns }: { columns: Columns }) {
  const { t } = useSpeech();
  const drawn = columns.lines.map(({ name }) => name as string);
  const levels = SEVERITY.filter((_, severity) => columns.flagged.severity.includes(severity)).toReversed();
  return (
    <ul className="chart-key small">
      <Key name={t("chart.value")}>
        <path d="M0 6h26" stroke="var(--brand)" />
        <circle cx="13" cy="6" r="3.5" fill="var(--brand)" />
      </Key>
      {columns.censored.includes(1) && (
        <Key name={t("chart.value_censored")}>
          <path d="M0 6h26" stroke="var(--brand)" />
          <circle cx="13" cy="6" r="3.8" fill="var(--surface)" stroke="var(--brand)" />
        </Key>
      )}
      {drawn.includes("center") && (
        <Key name={t("chart.center")}>
          <path d="M0 6h26" stroke="var(--good)" />
        </Key>
      )}
      {drawn.some((name) => name.startsWith("limit")) && (
        <Key name={t("chart.limits")}>
          <path d="M0 6h26" stroke="var(--limit)" strokeDasharray="6 4" />
        </Key>
      )}
      {drawn.some((name) => name.startsWith("spec")) && (
        <Key name={t("chart.spec")}>
          <path d="M0 6h26" stroke="var(--red)" strokeDasharray="2 3" />
        </Key>
      )}
      {levels.map((level) => (
        <li key={level}>
          <LevelMark level={level} />
        </li>
      ))}
    </ul>
  );
}
