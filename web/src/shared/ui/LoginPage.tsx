// What somebody sees who is not logged in.
import type { ReactNode } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import type { Me } from "../api";
import { useSpeech } from "../i18n";
import { LanguageSwitch } from "./LanguageSwitch";
import { LoginForm } from "./LoginForm";
import { Logo } from "./Logo";

/** What the page before tells this one: a password was just chosen with a code. */
export const PASSWORD_SET = { passwordSet: true };

/** The frame of a page without a session: whose it is, and one thing to do. */
export function LoginFrame({ end, title, children }: { end: Me["end"]; title: string; children: ReactNode }) {
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
        <h1 id="login-title">{title}</h1>
        {children}
      </section>
    </main>
  );
}

export function LoginPage({ end, done }: { end: Me["end"]; done: (me: Me) => void }) {
  const { t } = useSpeech();
  const { state } = useLocation() as { state: Partial<typeof PASSWORD_SET> | null };
  const go = useNavigate();
  const enter = (me: Me) => {
    // It is told once.
    if (state?.passwordSet === true) void go(".", { replace: true, state: null });
    done(me);
  };
  return (
    <LoginFrame end={end} title={t("login.title")}>
      {state?.passwordSet === true && (
        <p className="success" role="status" data-testid="code-used">
          {t("code.used")}
        </p>
      )}
      <LoginForm done={enter} />
      <p>
        <Link to="/code" data-testid="have-code">
          {t("code.link")}
        </Link>
      </p>
      <p className="quiet small">{t("login.help")}</p>
    </LoginFrame>
  );
}
