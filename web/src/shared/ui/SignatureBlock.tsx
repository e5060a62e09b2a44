// A signature as it is shown and printed: who (by name as printed), as what, for whom, when, what it means, over what.
import type { ReactNode } from "react";
import type { Signature } from "../api";
import { count, wallTime } from "../format";
import { useSpeech } from "../i18n";
import { useSession } from "../session";

/** `organisation` is its name where the page knows it; the id is what was signed. */
export function SignatureBlock({ signature, organisation }: { signature: Signature; organisation?: string }) {
  const { t, pick } = useSpeech();
  const own = useSession().me.organisation;
  const name = organisation ?? (own.id === signature.organisation ? pick(own.name) : undefined);
  return (
    <section className="signature" aria-label={t("signature.title")} data-testid="signature">
      <p className="signature-name">
        {signature.display_name} <span className="quiet small mono">{signature.signer}</span>
      </p>
      <dl className="terms bare">
        <Term name={t("signature.meaning")}>
          <strong>{t(`meaning.${signature.meaning}`)}</strong>
        </Term>
        <Term name={t("signature.at")}>
          <time dateTime={signature.at}>{wallTime(signature.at)}</time>
        </Term>
        <Term name={t("signature.role")}>{t(`role.${signature.role}`)}</Term>
        <Term name={t("signature.organisation")}>
          <span>
            {name} <span className="quiet small mono">{signature.organisation}</span>
          </span>
        </Term>
        <Term name={t("signature.record")}>
          <Code>{signature.record}</Code>
        </Term>
        <Term name={t("signature.record_hash")}>
          <Code>{signature.record_hash}</Code>
        </Term>
        <Term name={t("signature.digest")}>
          <Code>{signature.digest}</Code>
        </Term>
        <Term name={t("signature.audit")}>{t("signature.audit_row", { n: count(signature.audit_seq) })}</Term>
      </dl>
    </section>
  );
}

function Code({ children }: { children: ReactNode }) {
  return <span className="mono small breakable">{children}</span>;
}

function Term({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
