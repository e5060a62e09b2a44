// All warnings, however many: filters in the address, one warning opened beside the list.
import { useCallback, useMemo } from "react";
import { Link } from "react-router";
import { answered, shared, type Warning } from "../api";
import { useNow } from "../clock";
import { set, useFilters } from "../filters";
import { ago, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { useKeyset } from "../keyset";
import { batchPath } from "../paths";
import { ChoiceFilter, TextFilter } from "../ui/filters";
import { LEVELS } from "../ui/LevelCounts";
import { LongGrid, type WideColumn } from "../ui/LongGrid";
import { LevelMark } from "../ui/Mark";
import { Empty, Failed, Loading } from "../ui/State";
import { qualifierText } from "../ui/subject";
import { useOpenWarning } from "../ui/WarningList";
import { useCatalogue } from "./catalogue";
import { Button } from "../ui/Button";

const FILTERS = ["state", "level", "parameter", "product", "batch", "enterprise", "series"] as const;
/** Height of a warning as a card, pixels. */
const CARD_PX = 132;

/** `enterprises` to choose from, where there are several. */
export function WarningsPage({ enterprises }: { enterprises?: { value: string; label: string }[] }) {
  const { t, pick } = useSpeech();
  const [filters, change] = useFilters(FILTERS);
  const query = useMemo(() => {
    const { state, level, ...rest } = filters;
    const known = LEVELS.find((name) => name === level);
    return { ...set(rest), ...(state === "all" ? {} : { open_only: true }), ...(known === undefined ? {} : { level: known }) };
  }, [filters]);
  const ask = useCallback(
    (page: { after?: string; limit: number }) =>
      answered(shared.GET("/api/v1/warnings", { params: { query: { ...query, ...page } } })),
    [query],
  );
  const list = useKeyset<Warning>("warnings", query, "warnings", ask);
  const catalogue = useCatalogue();
  const parameters = useMemo(
    () => (catalogue.data ?? []).map((item) => ({ value: item.code, label: pick(item.name) })),
    [catalogue.data, pick],
  );
  const columns = useColumns(enterprises !== undefined);
  const filtered = FILTERS.some((name) => filters[name] !== "");
  return (
    <section className="panel" aria-labelledby="warnings-page-title">
      <header>
        <h1 id="warnings-page-title">{t("warnings.title")}</h1>
      </header>
      <div className="filter-bar" role="search" aria-label={t("filter.label")}>
        <ChoiceFilter
          label={t("filter.state")}
          value={filters.state}
          all={t("warnings.open_only")}
          options={[{ value: "all", label: t("warnings.all") }]}
          onChange={(value) => change({ state: value })}
        />
        <ChoiceFilter
          label={t("warnings.level")}
          value={filters.level}
          all={t("filter.all")}
          options={LEVELS.map((value) => ({ value, label: t(`level.${value}`) }))}
          onChange={(value) => change({ level: value })}
        />
        <TextFilter
          label={t("readings.parameter")}
          value={filters.parameter}
          placeholder={t("filter.code")}
          options={parameters}
          onChange={(value) => change({ parameter: value })}
        />
        <TextFilter
          label={t("series.product")}
          value={filters.product}
          placeholder={t("filter.product")}
          onChange={(value) => change({ product: value })}
        />
        <TextFilter
          label={t("chart.batch")}
          value={filters.batch}
          placeholder={t("filter.whole_number")}
          onChange={(value) => change({ batch: value })}
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
          <Button
            className="reset"
            onClick={() => change(Object.fromEntries(FILTERS.map((name) => [name, ""])) as typeof filters)}
          >
            {t("filter.reset")}
          </Button>
        )}
      </div>
      {list.isPending && <Loading />}
      {list.error !== null && <Failed error={list.error} retry={list.again} />}
      {!list.isPending && list.error === null && list.rows.length === 0 && (
        <Empty title={filtered ? t("filter.nothing") : t("warnings.empty")}>
          {filtered ? t("filter.nothing_help") : t("warnings.empty_help")}
        </Empty>
      )}
      {list.rows.length > 0 && (
        <LongGrid
          label={t("warnings.title")}
          columns={columns}
          list={list}
          id={(warning) => warning.id}
          cardPx={CARD_PX}
          testId="warnings"
        />
      )}
    </section>
  );
}

function useColumns(several: boolean): WideColumn<Warning>[] {
  const speech = useSpeech();
  const { t, word, pick } = speech;
  const [, open] = useOpenWarning();
  return useMemo(() => {
    const columns: WideColumn<Warning>[] = [
      { key: "level", title: t("warnings.level"), width: "72px", cell: ({ level }) => <LevelMark level={level} /> },
      {
        key: "parameter",
        title: t("readings.parameter"),
        width: "minmax(220px, 2.2fr)",
        cell: ({ id, parameter, qualifiers }) => {
          const name = pick(parameter.name);
          const rest = [parameter.code, qualifierText(qualifiers)].join(" ").trim();
          return (
            <button
              type="button"
              className="link cut"
              onClick={() => open(id)}
              title={`${name} ${rest}`}
              data-testid="warning-row"
            >
              {name} <span className="quiet small">{rest}</span>
            </button>
          );
        },
      },
      {
        key: "product",
        title: t("series.product"),
        width: "minmax(80px, 0.7fr)",
        cell: ({ product }) => <span title={product}>{product}</span>,
      },
      {
        key: "batchno",
        title: t("chart.batch"),
        width: "minmax(110px, 0.9fr)",
        cell: ({ enterprise, product, batch }) =>
          batch == null ? (
            <span className="quiet">–</span>
          ) : (
            <Link to={batchPath(enterprise.id, product, batch)} title={batch}>
              {batch}
            </Link>
          ),
      },
      {
        key: "enterprise",
        title: t("boxes.enterprise"),
        width: "minmax(140px, 1.4fr)",
        cell: ({ enterprise }) => <span title={pick(enterprise.name)}>{pick(enterprise.name)}</span>,
      },
      {
        key: "signal",
        title: t("warnings.signal"),
        width: "minmax(110px, 0.9fr)",
        cell: ({ signal }) => t(`signal.${signal}`),
      },
      {
        key: "agreement",
        title: t("warnings.ends"),
        width: "minmax(130px, 1fr)",
        cell: ({ agreement }) => (
          <span className={agreement === "differs" ? "alarm" : "quiet"} title={t(`agreement.${agreement}`)}>
            {t(`agreement.${agreement}`)}
          </span>
        ),
      },
      {
        key: "handling",
        title: t("warnings.handling"),
        width: "minmax(90px, 0.7fr)",
        cell: ({ handling, superseded_at: superseded }) =>
          superseded == null ? word("handling", handling) : t("warnings.superseded"),
      },
      { key: "time", title: t("warnings.at"), width: "200px", cell: ({ result_at: at }) => <Age at={at} /> },
    ];
    return several ? columns : columns.filter((column) => column.key !== "enterprise");
  }, [t, word, pick, open, several]);
}

function Age({ at }: { at: string }) {
  const speech = useSpeech();
  const now = useNow();
  return (
    <time dateTime={at} title={wallTime(at)}>
      {wallTime(at).slice(5, 16)} <span className="quiet small">{ago(at, now, speech)}</span>
    </time>
  );
}
