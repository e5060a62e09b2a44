// The batches heard of last, on a first page.
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "react-router";
import type { BatchRow } from "../api";
import { useSpeech } from "../i18n";
import { useBatchColumns } from "../pages/BatchesPage";
import { Grid } from "./Grid";
import { Empty, Failed, Loading } from "./State";

export function RecentBatches(props: { batches: UseQueryResult<{ items: BatchRow[] }>; showEnterprise: boolean }) {
  const { batches, showEnterprise } = props;
  const { t } = useSpeech();
  const columns = useBatchColumns(showEnterprise);
  return (
    <section className="panel" aria-labelledby="recent-title">
      <header>
        <h2 id="recent-title">{t("batches.recent")}</h2>
        <Link to="/batches">{t("batches.back")}</Link>
      </header>
      {batches.isPending && <Loading />}
      {batches.isError && <Failed error={batches.error} retry={() => void batches.refetch()} />}
      {batches.data?.items.length === 0 && <Empty title={t("batches.empty")}>{t("batches.empty_help")}</Empty>}
      {batches.data !== undefined && batches.data.items.length > 0 && (
        <Grid
          label={t("batches.recent")}
          columns={columns}
          rows={batches.data.items}
          id={({ enterprise, product, batch }) => `${enterprise.id}/${product}/${batch}`}
          testId="recent-batches"
        />
      )}
    </section>
  );
}
