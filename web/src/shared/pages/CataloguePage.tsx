// The catalogue of key parameters: searched, by module and zone, with who stands for each item.
import { useMemo } from "react";
import { Link } from "react-router";
import type { CatalogueItem } from "../api";
import { useFilters } from "../filters";
import { computed, count, unit } from "../format";
import { useSpeech } from "../i18n";
import { listPath } from "../paths";
import { useSession } from "../session";
import { ChoiceFilter, TextFilter } from "../ui/filters";
import { Grid, type Column } from "../ui/Grid";
import { ZoneMark } from "../ui/Mark";
import { Empty, Failed, Loading } from "../ui/State";
import { useCatalogue } from "./catalogue";

const FILTERS = ["text", "module", "zone"] as const;
const MODULES: CatalogueItem["module"][] = ["raw_material", "production", "finished_product", "utility", "special_product"];
const ZONES: CatalogueItem["zone"][] = ["white", "grey", "black"];

export function CataloguePage() {
  const { t, word } = useSpeech();
  const { catalogue: inForce } = useSession().me;
  const [filters, change] = useFilters(FILTERS);
  const catalogue = useCatalogue();
  const items = catalogue.data ?? [];
  const rows = items.filter((item) => matches(item, filters));
  const status = word("catalogue", inForce.status);
  return (
    <section className="panel" aria-labelledby="catalogue-title">
      <header>
        <div>
          <h1 id="catalogue-title">{t("catalogue.title")}</h1>
          <p className="quiet">
            {t("catalogue.in_force", { version: inForce.version, status, n: count(items.length) })}
            {inForce.status === "proposed" && ` ${t("catalogue.proposed_meaning")}`}
          </p>
        </div>
      </header>
      <div className="filter-bar" role="search" aria-label={t("filter.label")}>
        <TextFilter
          label={t("catalogue.search")}
          value={filters.text}
          placeholder={t("catalogue.search_help")}
          onChange={(value) => change({ text: value })}
        />
        <ChoiceFilter
          label={t("catalogue.module")}
          value={filters.module}
          all={t("filter.all")}
          options={MODULES.map((value) => ({ value, label: t(`module.${value}`) }))}
          onChange={(value) => change({ module: value })}
          wide
        />
        <ChoiceFilter
          label={t("readings.zone")}
          value={filters.zone}
          all={t("filter.all")}
          options={ZONES.map((value) => ({ value, label: t(`zone.${value}`) }))}
          onChange={(value) => change({ zone: value })}
        />
        <span className="quiet reset">{t("catalogue.shown", { n: count(rows.length) })}</span>
      </div>
      {catalogue.isPending && <Loading />}
      {catalogue.isError && <Failed error={catalogue.error} retry={() => void catalogue.refetch()} />}
      {catalogue.isSuccess && rows.length === 0 && (
        <Empty title={t("filter.nothing")}>{t("filter.nothing_help")}</Empty>
      )}
      {rows.length > 0 && <Items rows={rows} />}
    </section>
  );
}

function matches(item: CatalogueItem, { text, module, zone }: Record<(typeof FILTERS)[number], string>): boolean {
  const wanted = text.trim().toLowerCase();
  const names = [item.code, item.name.zh, item.name.en];
  return (
    (module === "" || item.module === module) &&
    (zone === "" || item.zone === zone) &&
    (wanted === "" || names.some((name) => name.toLowerCase().includes(wanted)))
  );
}

/** `0 … 100`, or the end that is bounded. */
function possible(item: CatalogueItem): string {
  const { possible_min: min, possible_max: max } = item;
  if (min == null && max == null) return "–";
  if (max == null) return `≥ ${computed(min ?? "")}`;
  if (min == null) return `≤ ${computed(max)}`;
  return `${computed(min)} … ${computed(max)}`;
}

function Items({ rows }: { rows: CatalogueItem[] }) {
  const { t, word, pick } = useSpeech();
  const columns = useMemo<Column<CatalogueItem>[]>(
    () => [
      { key: "code", title: t("catalogue.code"), cell: ({ code }) => <span className="mono">{code}</span> },
      {
        key: "parameter",
        title: t("readings.parameter"),
        cell: ({ code, name }) => (
          <Link to={listPath("/series", { filter: code })} className="name" title={t("catalogue.charts")}>
            {pick(name)}
          </Link>
        ),
      },
      { key: "module", title: t("catalogue.module"), cell: ({ module }) => t(`module.${module}`) },
      {
        key: "unit",
        title: t("catalogue.unit"),
        cell: ({ value_type: type, units }) => {
          const shown = units.map(unit).filter((text) => text !== "");
          return shown.length > 0 ? (
            <span title={units.join(" ")}>{shown.join(" · ")}</span>
          ) : (
            <span className="quiet">{word("value_type", type)}</span>
          );
        },
      },
      { key: "possible", title: t("catalogue.possible"), numeric: true, cell: possible },
      { key: "granularity", title: t("catalogue.granularity"), cell: (item) => word("granularity", item.granularity) },
      { key: "system", title: t("catalogue.system"), cell: ({ system }) => system },
      { key: "zone", title: t("readings.zone"), cell: ({ zone }) => <ZoneMark zone={zone} /> },
      {
        key: "basis",
        title: t("catalogue.basis"),
        cell: ({ basis }) => (
          <span lang="zh-CN" className="small">
            {basis}
          </span>
        ),
      },
      {
        key: "status",
        title: t("boxes.state"),
        cell: ({ status, version }) => (
          <>
            {word("catalogue", status)} <span className="quiet small mono">{version}</span>
          </>
        ),
      },
    ],
    [t, word, pick],
  );
  return <Grid label={t("catalogue.title")} columns={columns} rows={rows} id={({ code }) => code} testId="catalogue-items" />;
}
