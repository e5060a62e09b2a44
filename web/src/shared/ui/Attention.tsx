// What needs somebody now, before everything else: open warnings by level with the age of the oldest, and what is silent.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { answered, shared, type OpenLevel } from "../api";
import { useNow } from "../clock";
import { count, duration, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { listPath } from "../paths";
import { useMay } from "../session";
import { LevelMark, StateDot } from "./Mark";
import { Failed, Loading } from "./State";

/** Something besides warnings that may need somebody: silent sources, boxes that are not in order. */
export interface Concern {
  key: string;
  label: string;
  /** How many; none is good. */
  number: number;
  /** What they are, or what is well. */
  why: ReactNode;
  /** Where to look. */
  to: string;
}

/** Asked again this often even if nothing changes: ages grow by themselves, silence makes no sound. */
const ASK_AGAIN_MS = 15_000;

export function Attention({ concerns }: { concerns: Concern[] | undefined }) {
  const { t } = useSpeech();
  const warned = useMay()("view_warnings");
  const open = useQuery({
    queryKey: ["open"],
    enabled: warned,
    queryFn: () => answered(shared.GET("/api/v1/warnings/open")),
    refetchInterval: ASK_AGAIN_MS,
  });
  const levels = warned ? open.data?.levels : [];
  const known = levels !== undefined && concerns !== undefined;
  const quiet = known && levels.every((row) => row.warnings === 0) && concerns.every(({ number }) => number === 0);
  return (
    <section className="panel page-gap" aria-labelledby="attention-title" data-testid="attention">
      <header>
        <h1 id="attention-title">{t("attention.title")}</h1>
        {quiet && <StateDot state="good">{t("attention.quiet")}</StateDot>}
      </header>
      {open.isError && <Failed error={open.error} retry={() => void open.refetch()} />}
      {!known && !open.isError && <Loading />}
      {known && (
        <div className="attention">
          {levels.map((row) => (
            <LevelCard key={row.level} row={row} />
          ))}
          {concerns.map(({ key, label, number, why, to }) => (
            <Link key={key} to={to} className={number === 0 ? "none" : ""} data-testid={`concern-${key}`}>
              <StateDot state={number === 0 ? "good" : "bad"}>{label}</StateDot>
              <span className="number">{count(number)}</span>
              <span className="why quiet small">{why}</span>
            </Link>
          ))}
        </div>
      )}
    </section>
  );
}

function LevelCard({ row }: { row: OpenLevel }) {
  const speech = useSpeech();
  const { t } = speech;
  const now = useNow();
  const { level, warnings, oldest_at: oldest } = row;
  return (
    <Link
      to={listPath("/warnings", { level })}
      className={warnings === 0 ? "none" : ""}
      data-testid={`attention-${level}`}
    >
      <LevelMark level={level} />
      <span className="number">{count(warnings)}</span>
      <span className="why quiet small">
        {oldest == null ? (
          t("attention.none")
        ) : (
          <time dateTime={oldest} title={wallTime(oldest)}>
            {t("attention.oldest", { age: duration(now - new Date(oldest).getTime(), speech) })}
          </time>
        )}
      </span>
    </Link>
  );
}
