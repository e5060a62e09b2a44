// Open warnings by level, each with its shape and word.
import type { Level } from "../api";
import { count } from "../format";
import { useSpeech } from "../i18n";
import { LevelMark } from "./Mark";

export const LEVELS: Level[] = ["red", "orange", "yellow", "notice"];

/** The levels that have any, in a row of a table. */
export function LevelsInRow({ counts }: { counts: Record<Level, number> }) {
  const { t } = useSpeech();
  const some = LEVELS.filter((level) => counts[level] > 0);
  if (some.length === 0) return <span className="quiet">{t("counts.none")}</span>;
  return (
    <span className="levels-in-row">
      {some.map((level) => (
        <span key={level} className="level-count">
          <LevelMark level={level} /> {count(counts[level])}
        </span>
      ))}
    </span>
  );
}

export function LevelCounts({ counts }: { counts: Record<Level, number> | undefined }) {
  const { t } = useSpeech();
  return (
    <div className="figure levels" data-testid="levels">
      <dt>{t("counts.warnings")}</dt>
      <dd>
        {LEVELS.map((level) => (
          <span key={level} className="level-count">
            <LevelMark level={level} />
            <span className="figure-value">{counts === undefined ? "–" : count(counts[level])}</span>
          </span>
        ))}
      </dd>
    </div>
  );
}
