// An address the page does not know.
import { Link } from "react-router";
import { useSpeech } from "../i18n";

export function NotFound() {
  const { t } = useSpeech();
  return (
    <div className="state">
      <strong>{t("state.not_found")}</strong>
      <Link to="/">{t("state.home")}</Link>
    </div>
  );
}
