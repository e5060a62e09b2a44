// One warning with the findings behind it: everything needed to understand it and to compute it again.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { answered, shared, type Finding, type WarningDetail } from "../api";
import { computed, count, unit, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { batchPath, chartPath } from "../paths";
import { Dialog } from "./Dialog";
import { LevelMark } from "./Mark";
import { Failed, Loading } from "./State";
import { qualifierText, subjectText } from "./subject";
import { useOpenWarning } from "./WarningList";

export function WarningDrawer() {
  const { t, pick } = useSpeech();
  const [id, open] = useOpenWarning();
  const detail = useQuery({
    queryKey: ["warning", id],
    enabled: id !== null,
    queryFn: () => answered(shared.GET("/api/v1/warnings/{id}", { params: { path: { id: id ?? "" } } })),
  });
  const title = detail.data === undefined ? t("warnings.details") : pick(detail.data.warning.parameter.name);
  return (
    <Dialog open={id !== null} onClose={() => open(null)} title={title} side>
      {detail.isPending && id !== null && <Loading />}
      {detail.isError && <Failed error={detail.error} retry={() => void detail.refetch()} />}
      {detail.data !== undefined && <Detail detail={detail.data} />}
    </Dialog>
  );
}

function Detail({ detail }: { detail: WarningDetail }) {
  const { t, pick, word } = useSpeech();
  const { warning, findings } = detail;
  return (
    <div className="detail" data-testid="warning-detail">
      <p className="facts">
        <LevelMark level={warning.level} />
        <span>{t(`signal.${warning.signal}`)}</span>
        <span>{word("handling", warning.handling)}</span>
      </p>
      <p className="facts">
        <span>{pick(warning.enterprise.name)}</span>
        <span>{warning.product}</span>
        {warning.batch != null && <span>{t("warnings.batch", { batch: warning.batch })}</span>}
        {qualifierText(warning.qualifiers) !== "" && <span>{qualifierText(warning.qualifiers)}</span>}
      </p>
      <dl className="terms">
        <Term name={t("finding.raised_box")}>
          {warning.raised_at_box == null ? t("finding.not_yet") : wallTime(warning.raised_at_box)}
        </Term>
        <Term name={t("finding.raised_center")}>
          {warning.raised_at_center == null ? t("finding.not_yet") : wallTime(warning.raised_at_center)}
        </Term>
      </dl>
      <p className={warning.agreement === "differs" ? "alarm" : "quiet"}>{t(`agreement.${warning.agreement}`)}</p>
      {warning.difference != null && (
        <p lang="en" className="mono small">
          {t("finding.difference")}: {warning.difference}
        </p>
      )}
      <p className="facts">
        <Link to={chartPath(warning.series_id)} data-testid="open-chart">
          {t("warnings.open_chart")} →
        </Link>
        {warning.batch != null && (
          <Link to={batchPath(warning.enterprise.id, warning.product, warning.batch)}>{t("warnings.open_batch")} →</Link>
        )}
      </p>
      {findings.map((finding, place) => (
        <FindingPart key={finding.id} finding={finding} n={findings.length - place} />
      ))}
      {detail.left_out > 0 && <p className="quiet">{t("finding.left_out", { n: detail.left_out })}</p>}
    </div>
  );
}

function Term({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function FindingPart({ finding, n }: { finding: Finding; n: number }) {
  const speech = useSpeech();
  const { t, word } = speech;
  const { rule } = finding;
  const status = word("catalogue", rule.catalogue_status);
  return (
    <section className="finding" data-testid="finding">
      <h3>
        {t("finding.title", { n })} <LevelMark level={finding.level} />
        {finding.superseded_at != null && <span className="quiet small">{t("warnings.superseded")}</span>}
      </h3>
      <dl className="terms">
        <Term name={t("finding.rule")}>
          {word("rule", rule.name)}
          <span className="quiet small mono">
            {rule.name} · {t("finding.version", { n: rule.version })}
          </span>
        </Term>
        <Term name={t("finding.catalogue")}>
          {t("finding.catalogue_value", { version: rule.catalogue_version, status })}
        </Term>
        <Term name={t("finding.subject")}>{subjectText(finding.subject, speech)}</Term>
        <Term name={t("finding.result_at")}>{wallTime(finding.result_at)}</Term>
      </dl>
      <h4>{t("finding.numbers")}</h4>
      <dl className="terms numbers">
        {finding.numbers.map(({ name, value }) => (
          <Term key={name} name={word("number", name)}>
            <span title={value ?? undefined}>{value == null ? "–" : computed(value)}</span>
          </Term>
        ))}
      </dl>
      <h4>{t("finding.choices")}</h4>
      <dl className="terms numbers">
        {Object.entries(finding.choices).map(([name, value]) => (
          <Term key={name} name={word("choice", name)}>
            {word("chosen", value)}
          </Term>
        ))}
      </dl>
      <details>
        <summary>
          {t("finding.window")} · {t("finding.window_count", { n: count(finding.window.length) })}
        </summary>
        <ol className="window mono">
          {finding.window.map((input) => (
            <li key={input.record} title={input.record}>
              {input.value ?? "–"} {unit(finding.unit)}
            </li>
          ))}
        </ol>
      </details>
      <p className="quiet small mono breakable">
        {t("finding.id")} {finding.id}
      </p>
    </section>
  );
}
