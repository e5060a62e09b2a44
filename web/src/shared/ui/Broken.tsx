// The last net: a page that broke says so and can be loaded again.
import { Component, type ReactNode } from "react";
import { useSpeech } from "../i18n";
import { Button } from "./Button";

function Message() {
  const { t } = useSpeech();
  return (
    <div className="state" role="alert">
      <strong>{t("state.page_failed")}</strong>
      <Button onClick={() => location.reload()}>{t("state.reload")}</Button>
    </div>
  );
}

export class Broken extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Message /> : this.props.children;
  }
}
