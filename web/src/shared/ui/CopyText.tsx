// A text to be taken elsewhere as it is: shown whole, copied with one press.
import { useState } from "react";
import { useSpeech } from "../i18n";
import { Button } from "./Button";

export function CopyText({ text, label }: { text: string; label: string }) {
  const { t } = useSpeech();
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
    } catch {
      // No clipboard without HTTPS: the text can still be marked by hand.
      setOutcome("refused");
    }
  };
  return (
    <div>
      <pre className="text" aria-label={label} tabIndex={0}>
        {text}
      </pre>
      <p className="no-print">
        <Button small onClick={() => void copy()}>
          {t("copy")}
        </Button>{" "}
        <span role="status" className="quiet small">
          {outcome !== null && t(`copy.${outcome}`)}
        </span>
      </p>
    </div>
  );
}
