// Account and password. What went wrong stands above the fields and is read out.
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { answered, shared, type Me } from "../api";
import { useSpeech } from "../i18n";
import { useFailureText } from "./State";

/** `name` is filled in already where the page knows it; then the password is what is missing. */
export function LoginForm({ name, done }: { name?: string; done: (me: Me) => void }) {
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
    <>
      <div aria-live="assertive">{failure !== null && <Alert type="error" showIcon title={failureText(failure)} />}</div>
      <Form
        name="login"
        layout="vertical"
        requiredMark={false}
        onFinish={logIn}
        disabled={busy}
        initialValues={{ name: name ?? "" }}
      >
        <Form.Item name="name" label={t("login.name")} rules={[{ required: true, message: t("login.name_required") }]}>
          <Input
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={name === undefined}
            size="large"
          />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("login.password")}
          rules={[{ required: true, message: t("login.password_required") }]}
        >
          <Input.Password autoComplete="current-password" autoFocus={name !== undefined} size="large" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block size="large" loading={busy} data-testid="log-in">
          {busy ? t("login.busy") : t("login.submit")}
        </Button>
      </Form>
    </>
  );
}
