// What somebody sees who is not logged in.
import type { Me } from "../api";
import { useSpeech } from "../i18n";
import { LanguageSwitch } from "./LanguageSwitch";
import { LoginForm } from "./LoginForm";
import { Logo } from "./Logo";

export function LoginPage({ end, done }: { end: Me["end"]; done: (me: Me) => void }) {
  const { t } = useSpeech();
  return (
    <main className="login">
      <div className="login-tools">
        <LanguageSwitch />
      </div>
      <section className="login-card" aria-labelledby="login-title">
        <div className="brand">
          <Logo />
          <div>
            <strong>{t("app.name")}</strong>
            <span>{t(`end.${end}`)}</span>
          </div>
        </div>
        <p className="quiet">{t("app.tagline")}</p>
        <h1 id="login-title">{t("login.title")}</h1>
        <LoginForm done={done} />
        <p className="quiet small">{t("login.help")}</p>
      </section>
    </main>
  );
}
