// What can be charted, those with flagged points first.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "react-router";
import { answered, shared, type SeriesRow } from "../api";
import { useFilters } from "../filters";
import { count, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { Grid, type Column } from "../ui/Grid";
import { Empty, Failed, Loading } from "../ui/State";
import { qualifierText } from "../ui/subject";
import { chartPath } from "../paths";

const FILTERS = ["filter", "flagged"] as const;
/** Rows asked for at once: the most the API gives. */
const PAGE_LEN = 500;

async function everySeries(): Promise<SeriesRow[]> {
  const rows: SeriesRow[] = [];
  let after: string | undefined;
  do {
    const query = after === undefined ? { limit: PAGE_LEN } : { limit: PAGE_LEN, after };
    const page = await answered(shared.GET("/api/v1/series", { params: { query } }));
    rows.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return rows.sort((a, b) => b.flagged - a.flagged || b.points - a.points);
}

export function SeriesPage() {
  const { t, pick } = useSpeech();
  const [{ filter, flagged: flaggedOnly }, change] = useFilters(FILTERS);
  const series = useQuery({ queryKey: ["series"], queryFn: everySeries });
  const columns = useMemo<Column<SeriesRow>[]>(
    () => [
      {
        key: "parameter",
        title: t("series.parameter"),
        cell: ({ id, parameter, qualifiers, step }) => (
          <>
            <Link to={chartPath(id)} aria-label={t("series.open", { parameter: pick(parameter.name) })}>
              {pick(parameter.name)}
            </Link>{" "}
            <span className="quiet small">
              <span className="mono">{parameter.code}</span> {qualifierText(qualifiers)} {step ?? ""}
            </span>
          </>
        ),
      },
      { key: "product", title: t("series.product"), cell: ({ product }) => <span className="mono">{product}</span> },
      { key: "enterprise", title: t("series.enterprise"), cell: ({ enterprise }) => pick(enterprise.name) },
      { key: "points", title: t("series.points"), numeric: true, cell: ({ points }) => count(points) },
      { key: "flagged", title: t("series.flagged"), numeric: true, cell: ({ flagged }) => count(flagged) },
      {
        key: "last",
        title: t("series.last"),
        cell: ({ last_at }) => (last_at == null ? "–" : <time dateTime={last_at}>{wallTime(last_at)}</time>),
      },
    ],
    [t, pick],
  );
  const wanted = filter.trim().toLowerCase();
  const rows = (series.data ?? []).filter(({ parameter, product, enterprise, flagged }) => {
    const names = [parameter.code, parameter.name.zh, parameter.name.en, product, enterprise.name.zh, enterprise.name.en];
    return (flaggedOnly === "" || flagged > 0) && (wanted === "" || names.some((name) => name.toLowerCase().includes(wanted)));
  });
  return (
    <section className="panel" aria-labelledby="series-title">
      <header>
        <h1 id="series-title">{t("series.title")}</h1>
        <div className="filters">
          <label className="check">
            <input type="checkbox" checked={flaggedOnly !== ""} onChange={(event) => change({ flagged: event.target.checked ? "1" : "" })} />
            {t("series.flagged_only")}
          </label>
          <input
            type="search"
            className="control filter"
            value={filter}
            onChange={(event) => change({ filter: event.target.value })}
            placeholder={t("series.filter")}
            aria-label={t("series.filter")}
          />
        </div>
      </header>
      {series.isPending && <Loading />}
      {series.isError && <Failed error={series.error} retry={() => void series.refetch()} />}
      {series.data?.length === 0 && <Empty title={t("series.empty")}>{t("series.empty_help")}</Empty>}
      {series.data !== undefined && series.data.length > 0 && rows.length === 0 && <Empty title={t("series.no_match")} />}
      {rows.length > 0 && (
        <Grid label={t("series.title")} columns={columns} rows={rows} id={(row) => row.id} testId="series" />
      )}
    </section>
  );
}
