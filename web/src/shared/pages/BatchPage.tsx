// One batch: how far it has come, its results by step against their limits, the lots it consumed, what happened to it, and
// what was found.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { answered, shared, type BatchDetail, type BatchResult, type BatchRow } from "../api";
import { count, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { listPath } from "../paths";
import { BatchState } from "../ui/BatchState";
import { Button } from "../ui/Button";
import { LevelsInRow } from "../ui/LevelCounts";
import { ResultTable } from "../ui/ResultTable";
import { Empty, Failed, Loading } from "../ui/State";
import { StripKey } from "../ui/Strip";
import { WarningItem } from "../ui/WarningList";
import { BatchHistory, ConsumedLots } from "./BatchHistory";

export function BatchPage({ showEnterprise }: { showEnterprise: boolean }) {
  const { t } = useSpeech();
  const { enterprise = "", product = "", batch = "" } = useParams();
  const detail = useQuery({
    queryKey: ["batch", enterprise, product, batch],
    queryFn: () =>
      answered(
        shared.GET("/api/v1/batches/{enterprise}/{product}/{batch}", {
          params: { path: { enterprise, product, batch } },
        }),
      ),
  });
  return (
    <>
      <p className="back">
        <Link to="/batches">← {t("batches.back")}</Link>
      </p>
      {detail.isPending && <Loading />}
      {detail.isError && <Failed error={detail.error} retry={() => void detail.refetch()} />}
      {detail.data !== undefined && <Detail detail={detail.data} showEnterprise={showEnterprise} />}
    </>
  );
}

function Detail({ detail, showEnterprise }: { detail: BatchDetail; showEnterprise: boolean }) {
  const { t, pick } = useSpeech();
  const { batch, results, warnings } = detail;
  const flagged = results.filter(({ point }) => point.flags.length > 0).length;
  return (
    <div className="columns batch-page" data-testid="batch">
      <div className="column wide">
        <section className="panel" aria-labelledby="batch-title">
          <header>
            <div>
              <h1 id="batch-title">{t("subject.batch", { batch: batch.batch })}</h1>
              <p className="facts quiet">
                {showEnterprise && <span>{pick(batch.enterprise.name)}</span>}
                <span>{t("batches.product", { product: batch.product })}</span>
                <span>{t("batches.results", { n: count(results.length), flagged: count(flagged) })}</span>
              </p>
            </div>
            <BatchState batch={batch} />
          </header>
          <Way batch={batch} />
        </section>
        <section className="panel" aria-labelledby="results-title">
          <header>
            <h2 id="results-title">{t("batches.results_title")}</h2>
            <Button className="no-print" small onClick={() => window.print()}>
              {t("print")}
            </Button>
          </header>
          {results.length === 0 && <Empty title={t("batches.no_results")}>{t("batches.no_results_help")}</Empty>}
          {bySteps(results).map(([step, rows]) => (
            <div key={step}>
              <h3 className="step">
                {step === "" ? t("batches.no_step") : t("subject.step", { step })}{" "}
                <span className="quiet small">{count(rows.length)}</span>
              </h3>
              <ResultTable results={rows} />
            </div>
          ))}
          {results.length > 0 && <StripKey />}
          {detail.results_cut && <p className="quiet note">{t("batches.cut")}</p>}
        </section>
        <ConsumedLots events={detail.events} />
      </div>
      <div className="column">
        <section className="panel warnings" aria-labelledby="batch-warnings-title">
          <header>
            <h2 id="batch-warnings-title">
              <Link
                to={listPath("/warnings", {
                  state: "all",
                  batch: batch.batch,
                  product: batch.product,
                  enterprise: batch.enterprise.id,
                })}
              >
                {t("warnings.title")}
              </Link>{" "}
              <span className="quiet">{count(warnings.length)}</span>
            </h2>
            <LevelsInRow counts={batch.warnings_open} />
          </header>
          {warnings.length === 0 && <Empty title={t("batches.no_warnings")}>{t("batches.no_warnings_help")}</Empty>}
          <ul>
            {warnings.map((warning) => (
              <WarningItem key={warning.id} warning={warning} showEnterprise={false} />
            ))}
          </ul>
        </section>
        <BatchHistory events={detail.events} />
      </div>
    </div>
  );
}

/** Results by step, in the order the API gives: results without a step first. */
function bySteps(results: BatchResult[]): [string, BatchResult[]][] {
  const steps = new Map<string, BatchResult[]>();
  for (const result of results) {
    const step = result.step ?? "";
    const known = steps.get(step);
    if (known === undefined) steps.set(step, [result]);
    else known.push(result);
  }
  return [...steps];
}

function Way({ batch }: { batch: BatchRow }) {
  const { t, word } = useSpeech();
  const decided = batch.decision == null ? t("batches.decided") : word("decision", batch.decision);
  const steps = [
    { name: t("batches.started"), at: batch.started_at },
    { name: t("batches.ended"), at: batch.ended_at },
    { name: decided, at: batch.decided_at },
  ];
  return (
    <ol className="way" aria-label={t("batches.way")}>
      {steps.map(({ name, at }) => (
        <li key={name} className={at == null ? "" : "done"}>
          <strong>{name}</strong>
          {at == null ? (
            <span className="quiet small">{t("batches.not_yet")}</span>
          ) : (
            <time className="quiet small" dateTime={at}>
              {wallTime(at)}
            </time>
          )}
        </li>
      ))}
    </ol>
  );
}
