// All batches, the last heard of first, with what waits on each.
import { useCallback, useMemo } from "react";
import { Link } from "react-router";
import { answered, shared, type BatchRow } from "../api";
import { set, useFilters } from "../filters";
import { wallTime } from "../format";
import { useSpeech } from "../i18n";
import { useKeyset } from "../keyset";
import { batchPath } from "../paths";
import { BatchState } from "../ui/BatchState";
import { ChoiceFilter, TextFilter } from "../ui/filters";
import { LevelsInRow } from "../ui/LevelCounts";
import { LongGrid, type WideColumn } from "../ui/LongGrid";
import { Empty, Failed, Loading } from "../ui/State";
import { Button } from "../ui/Button";

const FILTERS = ["number", "product", "enterprise"] as const;
/** Height of a batch as a card, pixels. */
const CARD_PX = 92;

/** `enterprises` to choose from, where there are several. */
export function BatchesPage({ enterprises }: { enterprises?: { value: string; label: string }[] }) {
  const { t } = useSpeech();
  const [filters, change] = useFilters(FILTERS);
  const query = useMemo(() => set(filters), [filters]);
  const ask = useCallback(
    (page: { after?: string; limit: number }) =>
      answered(shared.GET("/api/v1/batches", { params: { query: { ...query, ...page } } })),
    [query],
  );
  const list = useKeyset<BatchRow>("batches", query, "series", ask);
  const columns = useBatchColumns(enterprises !== undefined);
  const filtered = FILTERS.some((name) => filters[name] !== "");
  return (
    <section className="panel" aria-labelledby="batches-title">
      <header>
        <h1 id="batches-title">{t("batches.title")}</h1>
      </header>
      <div className="filter-bar" role="search" aria-label={t("filter.label")}>
        <TextFilter
          label={t("chart.batch")}
          value={filters.number}
          placeholder={t("filter.number")}
          onChange={(value) => change({ number: value })}
        />
        <TextFilter
          label={t("series.product")}
          value={filters.product}
          placeholder={t("filter.product")}
          onChange={(value) => change({ product: value })}
        />
        {enterprises !== undefined && (
          <ChoiceFilter
            label={t("boxes.enterprise")}
            value={filters.enterprise}
            all={t("filter.all")}
            options={enterprises}
            onChange={(value) => change({ enterprise: value })}
            wide
          />
        )}
        {filtered && (
          <Button className="reset" onClick={() => change({ number: "", product: "", enterprise: "" })}>
            {t("filter.reset")}
          </Button>
        )}
      </div>
      {list.isPending && <Loading />}
      {list.error !== null && <Failed error={list.error} retry={list.again} />}
      {!list.isPending && list.error === null && list.rows.length === 0 && (
        <Empty title={filtered ? t("filter.nothing") : t("batches.empty")}>
          {filtered ? t("filter.nothing_help") : t("batches.empty_help")}
        </Empty>
      )}
      {list.rows.length > 0 && (
        <LongGrid
          label={t("batches.title")}
          columns={columns}
          list={list}
          id={({ enterprise, product, batch }) => `${enterprise.id}/${product}/${batch}`}
          cardPx={CARD_PX}
          testId="batches"
        />
      )}
    </section>
  );
}

/** What a batch shows in a list; the enterprise only where there are several. */
export function useBatchColumns(several: boolean): WideColumn<BatchRow>[] {
  const { t, pick } = useSpeech();
  return useMemo(() => {
    const time = (at: string | null | undefined) =>
      at == null ? <span className="quiet">–</span> : <time dateTime={at}>{wallTime(at).slice(0, 16)}</time>;
    const columns: WideColumn<BatchRow>[] = [
      {
        key: "batch",
        title: t("chart.batch"),
        width: "minmax(120px, 1.2fr)",
        cell: ({ enterprise, product, batch }) => (
          <Link to={batchPath(enterprise.id, product, batch)} title={batch} data-testid="batch-link">
            {batch}
          </Link>
        ),
      },
      {
        key: "product",
        title: t("series.product"),
        width: "minmax(90px, 0.8fr)",
        cell: ({ product }) => <span title={product}>{product}</span>,
      },
      {
        key: "enterprise",
        title: t("boxes.enterprise"),
        width: "minmax(140px, 1.6fr)",
        cell: ({ enterprise }) => <span title={pick(enterprise.name)}>{pick(enterprise.name)}</span>,
      },
      {
        key: "state",
        title: t("boxes.state"),
        width: "minmax(110px, 0.9fr)",
        cell: (batch) => <BatchState batch={batch} />,
      },
      { key: "started", title: t("batches.started"), width: "minmax(130px, 1fr)", cell: (row) => time(row.started_at) },
      { key: "ended", title: t("batches.ended"), width: "minmax(130px, 1fr)", cell: (row) => time(row.ended_at) },
      {
        key: "open",
        title: t("counts.warnings"),
        width: "minmax(130px, 1fr)",
        cell: ({ warnings_open: open }) => <LevelsInRow counts={open} />,
      },
    ];
    return several ? columns : columns.filter((column) => column.key !== "enterprise");
  }, [t, pick, several]);
}
