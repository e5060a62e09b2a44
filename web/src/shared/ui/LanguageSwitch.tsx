// The button that switches the language.
import { useSpeech } from "../i18n";
import { Button } from "./Button";

export function LanguageSwitch() {
  const { t, language, switchLanguage } = useSpeech();
  return (
    <Button kind="bare" onClick={switchLanguage} lang={language === "en" ? "zh-CN" : "en"} data-testid="language">
      {t("language.switch")}
    </Button>
  );
}
