// A code that opens an account, shown this one time: to be copied, printed, and handed to the person.
import type { Invitation } from "../../api";
import { wallTime } from "../../format";
import { useSpeech } from "../../i18n";
import { useSession } from "../../session";
import { Button } from "../../ui/Button";
import { CopyText } from "../../ui/CopyText";
import { Dialog } from "../../ui/Dialog";
import { SignatureBlock } from "../../ui/SignatureBlock";

/** What was given, and to whom. */
export interface Given {
  invitation: Invitation;
  displayName: string;
}

export function CodeOnce({ given, onClose }: { given: Given | null; onClose: () => void }) {
  const { t } = useSpeech();
  const title = given?.invitation.signature == null ? t("code.once_invitation") : t("code.once_recovery");
  return (
    <Dialog open={given !== null} title={title} onClose={onClose} firm prints testId="code-once">
      {given !== null && <Slip given={given} onClose={onClose} />}
    </Dialog>
  );
}

function Slip({ given: { invitation, displayName }, onClose }: { given: Given; onClose: () => void }) {
  const { t, pick } = useSpeech();
  const { me } = useSession();
  const { name, code, expires_at: until, signature } = invitation;
  const address = `${location.origin}/code`;
  return (
    <div className="slip">
      <p className="once no-print" role="status">
        {t("code.once")}
      </p>
      <dl className="terms bare">
        <div>
          <dt>{t("code.for")}</dt>
          <dd>
            {t("app.name")} {t(`end.${me.end}`)} · {pick(me.site)}
          </dd>
        </div>
        <div>
          <dt>{t("code.of")}</dt>
          <dd>
            <span>
              <strong>{displayName}</strong> <span className="quiet mono">{name}</span>
            </span>
          </dd>
        </div>
        <div>
          <dt>{t("code.until")}</dt>
          <dd>
            <time dateTime={until}>{wallTime(until)}</time>
          </dd>
        </div>
      </dl>
      <div className="code" data-testid="code">
        <CopyText text={code} label={t("code.field")} />
      </div>
      <div>
        <h3>{t("code.how")}</h3>
        <ol className="steps">
          <li>{t("code.how_1", { address })}</li>
          <li>{t("code.how_2")}</li>
          <li>{t("code.how_3", { name })}</li>
        </ol>
      </div>
      <p className="quiet small">{t("code.keep")}</p>
      {signature != null && <SignatureBlock signature={signature} />}
      <div className="form-buttons no-print">
        <Button onClick={() => print()}>{t("code.print")}</Button>
        <Button kind="primary" onClick={onClose} data-testid="code-done">
          {t("code.done")}
        </Button>
      </div>
    </div>
  );
}
