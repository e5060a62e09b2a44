// What is made, by whom, in how many batches, and what waits there.
import { useCallback, useMemo } from "react";
import { Link } from "react-router";
import { answered, shared, type ProductRow } from "../api";
import { count, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { useKeyset } from "../keyset";
import { listPath } from "../paths";
import { LevelsInRow } from "../ui/LevelCounts";
import { LongGrid, type WideColumn } from "../ui/LongGrid";
import { Empty, Failed, Loading } from "../ui/State";

/** Height of a product as a card, pixels. */
const CARD_PX = 104;
const NO_FILTER = {};

/** With `several` each product names its enterprise. */
export function ProductsPage({ several }: { several: boolean }) {
  const { t } = useSpeech();
  const ask = useCallback(
    (query: { after?: string; limit: number }) => answered(shared.GET("/api/v1/products", { params: { query } })),
    [],
  );
  const list = useKeyset<ProductRow>("products", NO_FILTER, "series", ask);
  const columns = useColumns(several);
  return (
    <section className="panel" aria-labelledby="products-title">
      <header>
        <h1 id="products-title">{t("products.title")}</h1>
      </header>
      {list.isPending && <Loading />}
      {list.error !== null && <Failed error={list.error} retry={list.again} />}
      {!list.isPending && list.error === null && list.rows.length === 0 && (
        <Empty title={t("products.empty")}>{t("products.empty_help")}</Empty>
      )}
      {list.rows.length > 0 && (
        <LongGrid
          label={t("products.title")}
          columns={columns}
          list={list}
          id={({ enterprise, product }) => `${enterprise.id}/${product}`}
          cardPx={CARD_PX}
          testId="products"
        />
      )}
    </section>
  );
}

function useColumns(several: boolean): WideColumn<ProductRow>[] {
  const { t, pick } = useSpeech();
  return useMemo(() => {
    const columns: WideColumn<ProductRow>[] = [
      {
        key: "name",
        title: t("products.code"),
        width: "minmax(110px, 1fr)",
        cell: ({ enterprise, product }) => (
          <Link to={listPath("/batches", { enterprise: enterprise.id, product })} title={product}>
            {product}
          </Link>
        ),
      },
      {
        key: "enterprise",
        title: t("boxes.enterprise"),
        width: "minmax(160px, 2fr)",
        cell: ({ enterprise }) => <span title={pick(enterprise.name)}>{pick(enterprise.name)}</span>,
      },
      { key: "count", title: t("products.batches"), width: "80px", numeric: true, cell: ({ batches }) => count(batches) },
      { key: "decided", title: t("products.decided"), width: "80px", numeric: true, cell: (row) => count(row.decided) },
      {
        key: "last",
        title: t("products.last"),
        width: "minmax(140px, 1fr)",
        cell: ({ last_seen_at: at }) => <time dateTime={at}>{wallTime(at).slice(0, 16)}</time>,
      },
      {
        key: "open",
        title: t("counts.warnings"),
        width: "minmax(150px, 1.2fr)",
        cell: ({ enterprise, product, warnings_open: open }) => (
          <Link to={listPath("/warnings", { enterprise: enterprise.id, product })} className="plain">
            <LevelsInRow counts={open} />
          </Link>
        ),
      },
      {
        key: "go",
        title: t("products.look"),
        width: "100px",
        cell: ({ product }) => <Link to={listPath("/series", { filter: product })}>{t("products.charts")}</Link>,
      },
    ];
    return several ? columns : columns.filter(({ key }) => key !== "enterprise");
  }, [t, pick, several]);
}
