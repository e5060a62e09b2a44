// Open warnings by level, each with its shape and word.
import type { Level } from "../api";
import { count } from "../format";
import { useSpeech } from "../i18n";
import { LevelMark } from "./Mark";

const LEVELS: Level[] = ["red", "orange", "yellow", "notice"];

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
