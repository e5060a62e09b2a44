// How an invited or recovered person gets in: the code, and a password chosen with it. Nobody is logged in here.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { done, ProblemError, shared, type Me } from "../../api";
import { useSpeech } from "../../i18n";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { LoginFrame, PASSWORD_SET } from "../../ui/LoginPage";
import { isChosen, NewPassword, NOTHING_CHOSEN } from "./NewPassword";
import { useExplained } from "./people";

/** Characters of a code, and those it never has. */
const CODE_CHARS = 16;
const NEVER = /[01ILO]/;

/** A code without what does not matter: case, spaces, hyphens. */
const plain = (code: string) => code.replace(/[^0-9a-z]/gi, "").toUpperCase();

export function CodePage({ end }: { end: Me["end"] }) {
  const { t } = useSpeech();
  const go = useNavigate();
  const [code, setCode] = useState("");
  const [chosen, setChosen] = useState(NOTHING_CHOSEN);
  const [tried, setTried] = useState(false);
  const explained = useExplained({ invalid_request: t("password.refused") });
  const using = useMutation({
    mutationFn: () => done(shared.POST("/api/v1/session/code", { body: { code, new_password: chosen.password } })),
    onSuccess: () => go("/", { replace: true, state: PASSWORD_SET }),
  });
  const refused = using.error instanceof ProblemError && using.error.problem.code === "code_refused";
  const typed = plain(code);
  const wrong = () => {
    if (NEVER.test(typed)) return t("code.mixed");
    return typed.length === CODE_CHARS ? undefined : t("code.wrong", { n: typed.length });
  };
  const codeError = () => {
    if (tried && wrong() !== undefined) return wrong();
    return refused ? t("code.refused") : undefined;
  };
  return (
    <LoginFrame end={end} title={t("code.title")}>
      <p className="quiet">{t("code.rules")}</p>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (wrong() === undefined && isChosen(chosen)) using.mutate();
        }}
      >
        <div aria-live="assertive">
          {using.error !== null && !refused && <p className="failure">{explained(using.error)}</p>}
        </div>
        <TextField
          label={t("code.field")}
          help={t("code.field_help")}
          error={codeError()}
          className="control mono"
          value={code}
          onChange={(event) => setCode(event.target.value)}
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          autoFocus
          data-testid="code-field"
        />
        <NewPassword chosen={chosen} tried={tried} onChange={setChosen} />
        <Button kind="primary" submit wide busy={using.isPending} data-testid="use-code">
          {using.isPending ? t("code.busy") : t("code.submit")}
        </Button>
      </form>
      <p>
        <Link to="/">{t("code.to_login")}</Link>
      </p>
    </LoginFrame>
  );
}
