// The own password, changed. Sessions elsewhere end with it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { done, ProblemError, shared } from "../../api";
import { useSpeech } from "../../i18n";
import { useSession } from "../../session";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { isChosen, NewPassword, NOTHING_CHOSEN } from "./NewPassword";
import { useExplained } from "./people";

export function PasswordForm() {
  const { t } = useSpeech();
  const { me } = useSession();
  const queries = useQueryClient();
  const [old, setOld] = useState("");
  const [chosen, setChosen] = useState(NOTHING_CHOSEN);
  const [tried, setTried] = useState(false);
  const explained = useExplained({ invalid_request: t("password.refused") });
  const changing = useMutation({
    mutationFn: () =>
      done(shared.PUT("/api/v1/session/password", { body: { old_password: old, new_password: chosen.password } })),
    onSuccess: () => {
      setOld("");
      setChosen(NOTHING_CHOSEN);
      setTried(false);
      void queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  const wrongOld = changing.error instanceof ProblemError && changing.error.problem.code === "password_refused";
  const oldError = () => {
    if (tried && old === "") return t("account.old_required");
    return wrongOld ? t("account.old_wrong") : undefined;
  };
  return (
    <section className="panel" aria-labelledby="password-title">
      <header>
        <div>
          <h2 id="password-title">{t("account.password")}</h2>
          <p className="quiet small">{t("account.password_ends")}</p>
        </div>
      </header>
      <form
        className="form inset"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (old !== "" && isChosen(chosen)) changing.mutate();
        }}
      >
        <div aria-live="assertive">
          {changing.error !== null && !wrongOld && <p className="failure">{explained(changing.error)}</p>}
        </div>
        {/* For password managers: whose password it is. */}
        <input type="text" autoComplete="username" value={me.name} readOnly hidden />
        <TextField
          label={t("account.old")}
          error={oldError()}
          type="password"
          autoComplete="current-password"
          value={old}
          onChange={(event) => setOld(event.target.value)}
          data-testid="old-password"
        />
        <NewPassword chosen={chosen} tried={tried} onChange={setChosen} />
        <div className="form-buttons">
          <span role="status" className="state-good">
            {changing.isSuccess && t("account.changed")}
          </span>
          <Button kind="primary" submit busy={changing.isPending} data-testid="change-password">
            {changing.isPending ? t("account.changing") : t("account.change")}
          </Button>
        </div>
      </form>
    </section>
  );
}
