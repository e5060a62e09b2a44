// One number that matters, with its name and what belongs to it.
import type { ReactNode } from "react";
import { count } from "../format";

export function Figure(props: { label: string; value: number | undefined; note?: ReactNode; testId?: string }) {
  const { label, value, note, testId } = props;
  return (
    <div className="figure" data-testid={testId}>
      <dt>{label}</dt>
      <dd>
        <span className="figure-value">{value === undefined ? "–" : count(value)}</span>
        {note !== undefined && <span className="quiet small">{note}</span>}
      </dd>
    </div>
  );
}
