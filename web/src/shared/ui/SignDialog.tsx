// Asks for a signature: shows what is signed, what the signature means and why, and asks for the password once more.
//
// The password becomes a proof (good once, for five minutes), `sign` is called with it. What was typed stays on a refusal.
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { answered, ProblemError, shared, type Problem, type Signature } from "../api";
import { useSpeech } from "../i18n";
import { useSession } from "../session";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { TextArea, TextField } from "./Field";
import { useFailureText } from "./State";

/** Longest reason, characters. */
export const REASON_CHARS_MAX = 500;

/** Whether it can be kept as a reason: something, not too long, on one line. */
export function isReason(text: string): boolean {
  const chars = [...text.trim()].length;
  return chars > 0 && chars <= REASON_CHARS_MAX && !/\p{Cc}/u.test(text.trim());
}

interface Asked {
  /** What the signed record is, for a person to read before signing. */
  children: ReactNode;
  /** Name of the signed record: `recovery/…`, `box/box-1/retirement`. */
  record?: string;
  meaning: Signature["meaning"];
  /** Why, where that is known; without it the signer is asked. */
  reason?: string;
  /** Does what needs the signature. Whoever shows the dialog closes it when this is done. */
  sign: (proof: string, reason: string) => Promise<unknown>;
  /** What a refusal means here; nothing where the general text says it. */
  explain?: (problem: Problem) => string | undefined;
  onClose: () => void;
}

export function SignDialog({ open, title, ...asked }: Asked & { open: boolean; title: string }) {
  return (
    <Dialog open={open} title={title} onClose={asked.onClose} testId="sign">
      <SignForm {...asked} />
    </Dialog>
  );
}

/** Lives while the dialog is open, and the password with it. */
function SignForm({ children, record, meaning, reason: known, sign, explain, onClose }: Asked) {
  const { t, pick } = useSpeech();
  const { me } = useSession();
  const [password, setPassword] = useState("");
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const refusalText = useRefusalText(explain);
  const reason = known ?? typed.trim();
  const signing = useMutation({
    mutationFn: async () => {
      const { proof } = await answered(shared.POST("/api/v1/session/proof", { body: { password } }));
      await sign(proof, reason);
    },
  });
  const wrongPassword = signing.error instanceof ProblemError && signing.error.problem.code === "password_refused";
  const passwordError = () => {
    if (tried && password === "") return t("sign.password_required");
    return wrongPassword ? t("sign.password_wrong") : undefined;
  };
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (password !== "" && isReason(reason)) signing.mutate();
      }}
    >
      <section className="signed-what" aria-label={t("sign.what")}>
        {children}
      </section>
      <dl className="terms bare">
        {record !== undefined && (
          <Term name={t("sign.record")}>
            <span className="mono breakable">{record}</span>
          </Term>
        )}
        <Term name={t("sign.meaning")}>
          <strong>{t(`meaning.${meaning}`)}</strong>
        </Term>
        {known !== undefined && <Term name={t("sign.reason")}>{known}</Term>}
        <Term name={t("sign.signer")}>
          {me.display_name}
          <span className="quiet small">
            {t(`role.${me.role}`)} · {pick(me.organisation.name)}
          </span>
        </Term>
      </dl>
      <div aria-live="assertive">
        {signing.error !== null && !wrongPassword && <p className="failure">{refusalText(signing.error)}</p>}
      </div>
      {known === undefined && (
        <TextArea
          label={t("sign.reason")}
          help={t("sign.reason_help")}
          error={tried && !isReason(reason) ? t("sign.reason_required") : undefined}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          rows={2}
          data-testid="sign-reason"
        />
      )}
      {/* For password managers: whose password it is. */}
      <input type="text" autoComplete="username" value={me.name} readOnly hidden />
      <TextField
        label={t("sign.password")}
        help={t("sign.password_help")}
        error={passwordError()}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        data-testid="sign-password"
      />
      <p className="quiet small">{t("sign.final")}</p>
      <div className="form-buttons">
        <Button onClick={onClose}>{t("sign.cancel")}</Button>
        <Button kind="primary" submit busy={signing.isPending} data-testid="sign-now">
          {signing.isPending ? t("sign.busy") : t("sign.submit")}
        </Button>
      </div>
    </form>
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

/** What a refused signature means to the signer. */
function useRefusalText(explain: Asked["explain"]): (error: Error) => string {
  const { t } = useSpeech();
  const failureText = useFailureText();
  return (error) => {
    if (!(error instanceof ProblemError)) return failureText(error);
    const here = explain?.(error.problem);
    if (here !== undefined) return here;
    switch (error.problem.code) {
      case "proof_refused":
        return t("sign.proof_over");
      case "forbidden":
        return t("sign.forbidden");
      default:
        return failureText(error);
    }
  };
}
