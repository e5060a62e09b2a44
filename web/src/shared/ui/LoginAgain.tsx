// The session has ended while the page was open: log in over it. The page below keeps what was typed and where it was.
import { useEffect, useRef } from "react";
import type { Me } from "../api";
import { useSpeech } from "../i18n";
import { LoginForm } from "./LoginForm";

export function LoginAgain({ name, done }: { name: string; done: (me: Me) => void }) {
  const { t } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="login-again"
      aria-labelledby="login-again-title"
      data-testid="login-again"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="login-again-title">{t("login.ended")}</h2>
      <p className="quiet">{t("login.ended_help")}</p>
      <LoginForm name={name} done={done} />
    </dialog>
  );
}
