// Account and password. What went wrong stands above the fields and is read out.
import { useState } from "react";
import { answered, shared, type Me } from "../api";
import { useSpeech } from "../i18n";
import { Button } from "./Button";
import { TextField } from "./Field";
import { useFailureText } from "./State";

/** `name` is filled in already where the page knows it; then the password is what is missing. */
export function LoginForm({ name: known, done }: { name?: string; done: (me: Me) => void }) {
  const { t } = useSpeech();
  const failureText = useFailureText();
  const [name, setName] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [failure, setFailure] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);

  async function logIn() {
    setTried(true);
    if (name.trim() === "" || password === "") return;
    setBusy(true);
    setFailure(null);
    try {
      done(await answered(shared.POST("/api/v1/session", { body: { name, password } })));
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void logIn();
      }}
    >
      <div aria-live="assertive">{failure !== null && <p className="failure">{failureText(failure)}</p>}</div>
      <TextField
        id="login_name"
        label={t("login.name")}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={tried && name.trim() === "" ? t("login.name_required") : undefined}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={known === undefined}
        disabled={busy}
      />
      <TextField
        id="login_password"
        label={t("login.password")}
        type="password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={tried && password === "" ? t("login.password_required") : undefined}
        autoComplete="current-password"
        autoFocus={known !== undefined}
        disabled={busy}
      />
      <Button kind="primary" submit wide busy={busy} data-testid="log-in">
        {busy ? t("login.busy") : t("login.submit")}
      </Button>
    </form>
  );
}
