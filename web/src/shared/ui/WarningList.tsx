// Warnings as they come, newest result first. A new one is read out, at most one at a time.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { answered, shared, type Warning } from "../api";
import { useNow } from "../clock";
import { ago, duration, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { Button } from "./Button";
import { LevelMark } from "./Mark";
import { Segmented } from "./Segmented";
import { Empty, Failed, Loading } from "./State";
import { qualifierText } from "./subject";

const PAGE_LEN = 50;

/** Opens a warning beside the page; the address keeps it, so that it can be sent to somebody. */
export function useOpenWarning(): [string | null, (id: string | null) => void] {
  const [search, setSearch] = useSearchParams();
  const open = useCallback(
    (id: string | null) => {
      setSearch((before) => {
        const after = new URLSearchParams(before);
        if (id === null) after.delete("warning");
        else after.set("warning", id);
        return after;
      });
    },
    [setSearch],
  );
  return [search.get("warning"), open];
}

export function WarningList({ showEnterprise }: { showEnterprise: boolean }) {
  const { t } = useSpeech();
  const [openOnly, setOpenOnly] = useState(true);
  const list = useInfiniteQuery({
    queryKey: ["warnings", { openOnly }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => {
      const after = pageParam === undefined ? {} : { after: pageParam };
      return answered(
        shared.GET("/api/v1/warnings", { params: { query: { open_only: openOnly, limit: PAGE_LEN, ...after } } }),
      );
    },
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const warnings = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="panel warnings" aria-labelledby="warnings-title">
      <header>
        <h2 id="warnings-title">
          <Link to="/warnings">{t("warnings.title")}</Link>
        </h2>
        <Segmented
          label={t("warnings.title")}
          value={openOnly ? "open" : "all"}
          onChange={(chosen) => setOpenOnly(chosen === "open")}
          options={[
            { value: "open", label: t("warnings.open_only") },
            { value: "all", label: t("warnings.all") },
          ]}
        />
      </header>
      <Announcer newest={warnings[0]} />
      {list.isPending && <Loading />}
      {list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && warnings.length === 0 && (
        <Empty title={openOnly ? t("warnings.empty") : t("warnings.empty_all")}>{t("warnings.empty_help")}</Empty>
      )}
      <ul>
        {warnings.map((warning) => (
          <WarningItem key={warning.id} warning={warning} showEnterprise={showEnterprise} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button wide onClick={() => void list.fetchNextPage()} busy={list.isFetchingNextPage}>
          {t("warnings.more")}
        </Button>
      )}
    </section>
  );
}

export function WarningItem({ warning, showEnterprise }: { warning: Warning; showEnterprise: boolean }) {
  const speech = useSpeech();
  const { t, word, pick } = speech;
  const now = useNow();
  const [, open] = useOpenWarning();
  const raisedAt = warning.raised_at_box ?? warning.raised_at_center;
  const delay = raisedAt == null ? null : new Date(raisedAt).getTime() - new Date(warning.result_at).getTime();
  const qualifiers = qualifierText(warning.qualifiers);
  return (
    <li className={`warning edge-${warning.level}`}>
      <button type="button" onClick={() => open(warning.id)} data-testid="warning" data-warning={warning.id}>
        <span className="warning-head">
          <LevelMark level={warning.level} />
          <span className="quiet">{t(`signal.${warning.signal}`)}</span>
          <time className="quiet" dateTime={warning.result_at} title={wallTime(warning.result_at)}>
            {ago(warning.result_at, now, speech)}
          </time>
        </span>
        <strong>
          {pick(warning.parameter.name)} <span className="quiet small mono">{warning.parameter.code}</span>
          {qualifiers !== "" && <span className="quiet"> {qualifiers}</span>}
        </strong>
        <span className="facts">
          {showEnterprise && <span>{pick(warning.enterprise.name)}</span>}
          <span>{warning.product}</span>
          {warning.batch != null && <span>{t("warnings.batch", { batch: warning.batch })}</span>}
          {warning.findings > 1 && <span>{t("warnings.findings", { n: warning.findings })}</span>}
        </span>
        <span className="facts quiet small">
          <span>{word("handling", warning.handling)}</span>
          <span className={warning.agreement === "differs" ? "alarm" : ""}>{t(`agreement.${warning.agreement}`)}</span>
          {delay !== null && delay >= 0 && <span>{t("warnings.delay", { delay: duration(delay, speech) })}</span>}
          {warning.superseded_at != null && <span>{t("warnings.superseded")}</span>}
        </span>
      </button>
    </li>
  );
}

/** Reads out the newest warning when it is another than before. */
function Announcer({ newest }: { newest: Warning | undefined }) {
  const { t, pick } = useSpeech();
  const known = useRef<string | undefined>(undefined);
  const [text, setText] = useState("");
  useEffect(() => {
    if (newest === undefined || newest.id === known.current) return;
    const first = known.current === undefined;
    known.current = newest.id;
    if (first) return;
    const parameter = pick(newest.parameter.name);
    setText(t("warnings.new", { level: t(`level.${newest.level}`), parameter, batch: newest.batch ?? "" }));
  }, [newest, t, pick]);
  return (
    <p className="unseen" role="status" aria-live="polite">
      {text}
    </p>
  );
}
