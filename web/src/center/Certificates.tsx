// The certificates a box was ever given: which is good, until when, which was revoked, whether a new one is under way.
import { useQuery } from "@tanstack/react-query";
import type { components } from "../api/center";
import { answered, center } from "../shared/api";
import { useNow } from "../shared/clock";
import { wallTime } from "../shared/format";
import { useSpeech } from "../shared/i18n";
import { Grid } from "../shared/ui/Grid";
import { StateDot } from "../shared/ui/Mark";
import { Empty, Failed, Loading } from "../shared/ui/State";
import { RotateCertificate } from "./RotateCertificate";

type BoxDetail = components["schemas"]["BoxDetail"];
type Certificate = components["schemas"]["CertificateRow"];

const DAY_MS = 86_400_000;
/** A certificate that ends sooner is warned of, days. */
const SOON_DAYS = 30;

export function Certificates({ box, inService }: { box: BoxDetail; inService: boolean }) {
  const boxId = box.row.box_id;
  const { t } = useSpeech();
  const certificates = useQuery({
    queryKey: ["box", boxId, "certificates"],
    queryFn: () => answered(center.GET("/api/v1/boxes/{id}/certificates", { params: { path: { id: boxId } } })),
  });
  const rows = certificates.data?.items ?? [];
  return (
    <section className="panel" aria-labelledby="certificates-title">
      <header>
        <h2 id="certificates-title">{t("cert.title")}</h2>
        {inService && <RotateCertificate boxId={boxId} askedAt={box.rotation_asked_at} />}
      </header>
      {certificates.isPending && <Loading />}
      {certificates.isError && <Failed error={certificates.error} retry={() => void certificates.refetch()} />}
      {certificates.isSuccess && rows.length === 0 && <Empty title={t("cert.empty")}>{t("cert.empty_help")}</Empty>}
      {rows.length > 0 && <Rows rows={rows} />}
    </section>
  );
}

function Rows({ rows }: { rows: Certificate[] }) {
  const { t } = useSpeech();
  return (
    <Grid
      label={t("cert.title")}
      rows={rows}
      id={({ fingerprint }) => fingerprint}
      testId="certificates"
      columns={[
        {
          key: "fingerprint",
          title: t("cert.fingerprint"),
          cell: ({ fingerprint }) => <span className="mono small breakable">{fingerprint}</span>,
        },
        {
          key: "issued",
          title: t("cert.issued"),
          cell: ({ issued_at: at }) => <Day at={at} />,
        },
        { key: "until", title: t("cert.until"), cell: ({ not_after: at }) => <Day at={at} /> },
        { key: "state", title: t("cert.state"), cell: (row) => <CertificateState certificate={row} /> },
      ]}
    />
  );
}

function Day({ at }: { at: string }) {
  return (
    <time dateTime={at} title={wallTime(at)} className="day">
      {wallTime(at).slice(0, 10)}
    </time>
  );
}

function CertificateState({ certificate }: { certificate: Certificate }) {
  const { t } = useSpeech();
  const now = useNow();
  const { not_after: until, revoked_at: revoked } = certificate;
  if (revoked != null) return <StateDot state="bad">{t("cert.revoked", { time: wallTime(revoked).slice(0, 16) })}</StateDot>;
  const days = Math.floor((new Date(until).getTime() - now) / DAY_MS);
  if (days < 0) return <StateDot state="bad">{t("cert.over")}</StateDot>;
  if (days >= SOON_DAYS) {
    return (
      <>
        <StateDot state="good">{t("cert.good")}</StateDot>
        <p className="quiet small">{t("cert.good_for", { n: days })}</p>
      </>
    );
  }
  return (
    <>
      <span className="mark level-orange">
        <svg viewBox="0 0 16 16" aria-hidden="true" fill="currentColor">
          <path d="M8 1.5 15.2 14.5H.8Z" />
        </svg>
        {t("cert.soon", { n: days })}
      </span>
      <p className="quiet small">{t("cert.soon_help")}</p>
    </>
  );
}
