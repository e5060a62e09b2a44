// The audit trail: who did what to what, when, from where, with what before and after. Filters in the address, a row
// opened beside the list, all that matches as CSV, what is loaded on paper.
import { useCallback, useMemo } from "react";
import { useNavigate } from "react-router";
import { answered, shared, type AuditRow } from "../../api";
import { count } from "../../format";
import { useSpeech } from "../../i18n";
import { useKeyset } from "../../keyset";
import { listPath } from "../../paths";
import { Button } from "../../ui/Button";
import { ChoiceFilter, TextFilter } from "../../ui/filters";
import { LongGrid } from "../../ui/LongGrid";
import { Empty, Failed, Loading } from "../../ui/State";
import { ACTS } from "../../words/acts";
import "./audit.css";
import { useAuditColumns } from "./columns";
import { PrintedTrail } from "./PrintedTrail";
import { Protection } from "./Protection";
import { FILTERS, useAuditFilters, type AuditFilters } from "./query";
import { RowDialog, useOpenRow } from "./RowDialog";
import { TimeFilter } from "./TimeFilter";
import { useExport, type Export } from "./useExport";

/** Height of a row as a card, pixels. */
const CARD_PX = 124;
const NO_FILTER: AuditFilters = { who: "", act: "", object: "", from: "", until: "" };

export function AuditPage() {
  const { t } = useSpeech();
  const { filters, query, change } = useAuditFilters();
  const ask = useCallback(
    (page: { after?: string; limit: number }) =>
      answered(shared.GET("/api/v1/audit", { params: { query: { ...query, ...page } } })),
    [query],
  );
  const list = useKeyset<AuditRow>("audit", query, null, ask);
  const [, open] = useOpenRow();
  const columns = useAuditColumns(open);
  const filtered = FILTERS.some((name) => filters[name] !== "");
  const csv = useExport(query);
  const navigate = useNavigate();
  const only = useCallback((chosen: Record<string, string>) => void navigate(listPath("/audit", chosen)), [navigate]);
  return (
    <div className="audit-page">
      <section className="panel page-gap" aria-labelledby="audit-title">
        <header>
          <h1 id="audit-title">{t("audit.title")}</h1>
          <div className="filters no-print">
            <ExportState state={csv.state} stop={csv.stop} />
            <Button small onClick={list.again}>
              {t("audit.refresh")}
            </Button>
            <Button small onClick={csv.start} disabled={list.rows.length === 0 || csv.state.state === "busy"} data-testid="audit-export">
              {t("audit.export")}
            </Button>
            <Button small onClick={() => window.print()} disabled={list.rows.length === 0}>
              {t("print")}
            </Button>
          </div>
        </header>
        <FilterBar filters={filters} change={change} filtered={filtered} />
        {list.isPending && <Loading />}
        {list.error !== null && <Failed error={list.error} retry={list.again} />}
        {!list.isPending && list.error === null && list.rows.length === 0 && (
          <Empty title={filtered ? t("filter.nothing") : t("audit.empty")}>
            {filtered ? t("filter.nothing_help") : t("audit.empty_help")}
          </Empty>
        )}
        {list.rows.length > 0 && (
          <LongGrid
            label={t("audit.title")}
            columns={columns}
            list={list}
            id={({ seq }) => String(seq)}
            cardPx={CARD_PX}
            testId="audit"
          />
        )}
        <PrintedTrail rows={list.rows} more={list.more} query={query} columns={columns} />
      </section>
      <Protection />
      <RowDialog rows={list.rows} only={only} />
    </div>
  );
}

function FilterBar(props: {
  filters: AuditFilters;
  change: (change: Partial<AuditFilters>) => void;
  filtered: boolean;
}) {
  const { filters, change, filtered } = props;
  const { t, word } = useSpeech();
  const acts = useMemo(() => ACTS.map((value) => ({ value, label: word("act", value) })), [word]);
  return (
    <div className="filter-bar" role="search" aria-label={t("filter.label")}>
      <TextFilter
        label={t("audit.who")}
        value={filters.who}
        placeholder={t("audit.filter_who")}
        onChange={(who) => change({ who })}
      />
      <ChoiceFilter
        label={t("audit.act")}
        value={filters.act}
        all={t("filter.all")}
        options={acts}
        onChange={(act) => change({ act })}
      />
      <TextFilter
        label={t("audit.object")}
        value={filters.object}
        placeholder={t("audit.filter_object")}
        onChange={(object) => change({ object })}
      />
      <TimeFilter label={t("audit.filter_from")} value={filters.from} onChange={(from) => change({ from })} />
      <TimeFilter label={t("audit.filter_until")} value={filters.until} onChange={(until) => change({ until })} />
      {filtered && (
        <Button className="reset" onClick={() => change(NO_FILTER)}>
          {t("filter.reset")}
        </Button>
      )}
    </div>
  );
}

function ExportState({ state, stop }: { state: Export; stop: () => void }) {
  const { t } = useSpeech();
  return (
    <span role="status" className="small" data-testid="audit-export-state">
      {state.state === "busy" && (
        <>
          <span className="quiet">{t("audit.export_busy", { n: count(state.rows) })}</span>{" "}
          <Button small onClick={stop}>
            {t("audit.export_stop")}
          </Button>
        </>
      )}
      {state.state === "done" && <span className="quiet">{t("audit.export_done", { n: count(state.rows) })}</span>}
      {state.state === "failed" && <span className="alarm">{t("audit.export_failed", { why: state.why })}</span>}
    </span>
  );
}
