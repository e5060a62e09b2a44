// Account and password. What went wrong stands beside the form, and is read out.
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { answered, shared, type Me } from "../api";
import { useSpeech } from "../i18n";
import { Logo } from "./Logo";
import { LanguageSwitch } from "./Shell";
import { useFailureText } from "./State";

export function LoginPage({ end, done }: { end: Me["end"]; done: (me: Me) => void }) {
  const { t } = useSpeech();
  const failureText = useFailureText();
  const [failure, setFailure] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);

  async function logIn(login: { name: string; password: string }) {
    setBusy(true);
    setFailure(null);
    try {
      done(await answered(shared.POST("/api/v1/session", { body: login })));
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  }

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
        <div aria-live="assertive">{failure !== null && <Alert type="error" showIcon title={failureText(failure)} />}</div>
        <Form layout="vertical" requiredMark={false} onFinish={logIn} disabled={busy}>
          <Form.Item
            name="name"
            label={t("login.name")}
            rules={[{ required: true, message: t("login.name_required") }]}
          >
            <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus size="large" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("login.password")}
            rules={[{ required: true, message: t("login.password_required") }]}
          >
            <Input.Password autoComplete="current-password" size="large" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block size="large" loading={busy} data-testid="log-in">
            {busy ? t("login.busy") : t("login.submit")}
          </Button>
        </Form>
        <p className="quiet small">{t("login.help")}</p>
      </section>
    </main>
  );
}
