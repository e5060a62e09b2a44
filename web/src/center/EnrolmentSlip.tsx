// The enrolment code, shown once, with what the plant's IT person does with it: to be copied, noted or printed.
import { duration, wallTime } from "../shared/format";
import { useNow } from "../shared/clock";
import { useSpeech } from "../shared/i18n";
import { Button } from "../shared/ui/Button";
import { CopyText } from "../shared/ui/CopyText";
import type { Enrolled } from "./EnrolDialog";
import "./enrol.css";

/** The code itself is typed, so that it stays out of the shell's history. */
const COMMAND = [
  "install -m 0644 authority.pem /etc/yaoxia-box/authority.pem",
  "runuser -u yaoxia-box -- yaoxia-box enrol --code-file -",
].join("\n");

export function EnrolmentSlip({ enrolled, onClose }: { enrolled: Enrolled; onClose: () => void }) {
  const speech = useSpeech();
  const { t, pick } = speech;
  const now = useNow();
  const { code, enterprise } = enrolled;
  const left = duration(new Date(code.expires_at).getTime() - now, speech);
  return (
    <div className="slip">
      <p className="banner no-print">{t("enrol.shown_once")}</p>
      <dl className="terms">
        <div>
          <dt>{t("boxes.enterprise")}</dt>
          <dd>
            {pick(enterprise.name)}
            <span className="quiet small mono">{enterprise.id}</span>
          </dd>
        </div>
        <div>
          <dt>{t("enrol.box_id")}</dt>
          <dd className="mono">{code.box_id}</dd>
        </div>
        <div>
          <dt>{t("enrol.expires")}</dt>
          <dd>
            <time dateTime={code.expires_at}>{wallTime(code.expires_at)}</time>
            <span className="quiet small">{t("enrol.expires_in", { duration: left })}</span>
          </dd>
        </div>
      </dl>
      <div className="slip-code" data-testid="code">
        <CopyText text={code.code} label={t("enrol.code")} />
      </div>
      <h3>{t("enrol.for_it")}</h3>
      <ol className="how">
        <li>{t("enrol.step_file")}</li>
        <li>
          {t("enrol.step_run")}
          <CopyText text={COMMAND} label={t("enrol.command")} />
        </li>
        <li>{t("enrol.step_type", { box: code.box_id, enterprise: enterprise.id })}</li>
      </ol>
      <div className="form-buttons no-print">
        <Button onClick={() => window.print()}>{t("print")}</Button>
        <Button kind="primary" onClick={onClose} data-testid="enrol-noted">
          {t("enrol.close")}
        </Button>
      </div>
    </div>
  );
}
