// Where a value lies between its limits, in one line: band between control limits, bars at specification, mark at the
// value. The figures stand beside it; the strip is for the eye.
import type { ChartPoint } from "../api";
import { useSpeech } from "../i18n";
import { stripPlaces } from "./strip-places";

const WIDTH = 180;
const HEIGHT = 18;
const MIDDLE = HEIGHT / 2;

export function Strip({ point }: { point: ChartPoint }) {
  const places = stripPlaces(point);
  if (places === null) return <span className="quiet">–</span>;
  const x = (share: number) => 4 + share * (WIDTH - 8);
  const { value, lower, upper, specLower, specUpper } = places;
  const level = point.flags[0]?.level;
  const colour = level === undefined ? "var(--brand)" : `var(--${level})`;
  return (
    <svg className="strip" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <line x1={x(0)} x2={x(1)} y1={MIDDLE} y2={MIDDLE} stroke="var(--bar)" strokeWidth="2" />
      {(lower !== null || upper !== null) && (
        <rect x={x(lower ?? 0)} width={x(upper ?? 1) - x(lower ?? 0)} y="4" height="10" rx="2" fill="var(--limit)" opacity="0.22" />
      )}
      {[specLower, specUpper].map(
        (at, which) =>
          at !== null && <line key={which} x1={x(at)} x2={x(at)} y1="1" y2={HEIGHT - 1} stroke="var(--red)" strokeWidth="2" />,
      )}
      {level === undefined ? (
        <circle cx={x(value)} cy={MIDDLE} r="4.5" fill={colour} stroke="var(--surface)" strokeWidth="1.5" />
      ) : (
        <path
          d={`M${x(value)} ${MIDDLE - 6.5}l6.5 6.5-6.5 6.5-6.5-6.5Z`}
          fill={colour}
          stroke="var(--surface)"
          strokeWidth="1.5"
        />
      )}
    </svg>
  );
}

/** What the signs of a strip mean. */
export function StripKey() {
  const { t } = useSpeech();
  return (
    <p className="strip-note quiet small">
      <span className="key">
        <svg viewBox="0 0 26 12" aria-hidden="true">
          <circle cx="13" cy="6" r="4.5" fill="var(--brand)" />
        </svg>
        {t("strip.value")}
      </span>
      <span className="key">
        <svg viewBox="0 0 26 12" aria-hidden="true">
          <path d="M13 0l6 6-6 6-6-6Z" fill="var(--orange)" />
        </svg>
        {t("strip.flagged")}
      </span>
      <span className="key">
        <svg viewBox="0 0 26 12" aria-hidden="true">
          <rect y="1" width="26" height="10" rx="2" fill="var(--limit)" opacity="0.22" />
        </svg>
        {t("strip.limits")}
      </span>
      <span className="key">
        <svg viewBox="0 0 26 12" aria-hidden="true">
          <path d="M13 0v12" stroke="var(--red)" strokeWidth="2" />
        </svg>
        {t("strip.spec")}
      </span>
    </p>
  );
}
