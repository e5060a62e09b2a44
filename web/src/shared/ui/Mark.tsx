// Signs of the page: each says by shape and by text what its colour says too.
import type { ReactNode } from "react";
import type { Level, LiveReading, Zone } from "../api";
import { useSpeech } from "../i18n";

const LEVEL_SHAPES: Record<Level, ReactNode> = {
  red: <path d="M8 1 15 8 8 15 1 8Z" />,
  orange: <path d="M8 1.5 15.2 14.5H.8Z" />,
  yellow: <circle cx="8" cy="8" r="6.4" />,
  notice: <rect x="2.2" y="2.2" width="11.6" height="11.6" rx="1" fill="none" stroke="currentColor" strokeWidth="2" />,
};

/** 红 ◆ 橙 ▲ 黄 ● 提示 □, with its word. */
export function LevelMark({ level }: { level: Level }) {
  const { t } = useSpeech();
  return (
    <span className={`mark level-${level}`} title={t(`level.${level}_meaning`)}>
      <svg viewBox="0 0 16 16" aria-hidden="true" fill="currentColor">
        {LEVEL_SHAPES[level]}
      </svg>
      {t(`level.${level}`)}
    </span>
  );
}

/** 白区 ○ 灰区 ◐ 黑区 ●. */
export function ZoneMark({ zone }: { zone: Zone }) {
  const { t } = useSpeech();
  return (
    <span className="mark zone" title={t(`zone.${zone}_meaning`)}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="5.5" fill={zone === "black" ? "currentColor" : "none"} stroke="currentColor" />
        {zone === "grey" && <path d="M8 2.5a5.5 5.5 0 0 1 0 11Z" fill="currentColor" />}
      </svg>
      {t(`zone.${zone}`)}
    </span>
  );
}

const QUALITY_SHAPES: Record<LiveReading["quality"]["class"], ReactNode> = {
  good: <path d="M3 8.5 6.5 12 13 4.5" />,
  uncertain: <path d="M5.2 5.6a2.9 2.9 0 1 1 4.3 2.6c-1 .6-1.5 1-1.5 2M8 12.6v.8" />,
  bad: <path d="M4 4l8 8M12 4l-8 8" />,
};

/** ✓ ? ✕ with the source's status and the box's flags in words. */
export function QualityMark({ quality }: { quality: LiveReading["quality"] }) {
  const { t, word } = useSpeech();
  const flags = quality.flags.map((flag) => word("flag", flag));
  return (
    <span className={`mark quality-${quality.class}`} title={[`OPC UA ${quality.status}`, ...flags].join(" · ")}>
      <svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="2">
        {QUALITY_SHAPES[quality.class]}
      </svg>
      {t(`quality.${quality.class}`)}
      {flags.length > 0 && <span className="flags">{flags.join(", ")}</span>}
    </span>
  );
}

/** A state with a dot that is filled, half or hollow. */
export function StateDot({ state, children }: { state: "good" | "waiting" | "bad"; children: ReactNode }) {
  return (
    <span className={`mark state-${state}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle
          cx="8"
          cy="8"
          r="4.5"
          fill={state === "good" ? "currentColor" : "none"}
          stroke="currentColor"
          strokeWidth="2"
        />
        {state === "bad" && <path d="M4.8 11.2l6.4-6.4" stroke="currentColor" strokeWidth="2" />}
      </svg>
      {children}
    </span>
  );
}
