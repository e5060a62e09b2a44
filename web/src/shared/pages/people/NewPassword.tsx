// A password to choose: its rule is told before it is broken, and it is typed twice or shown.
import { useState } from "react";
import { useSpeech } from "../../i18n";
import { TextField } from "../../ui/Field";

/** Fewest and most characters of a password; the API counts the same. */
export const PASSWORD_CHARS = { min: 15, max: 256 };

/** What was typed, twice. */
export interface Chosen {
  password: string;
  again: string;
}

/** Nothing typed yet. */
export const NOTHING_CHOSEN: Chosen = { password: "", again: "" };

const chars = (text: string) => [...text].length;

/** Whether it can be sent. */
export function isChosen({ password, again }: Chosen): boolean {
  return chars(password) >= PASSWORD_CHARS.min && chars(password) <= PASSWORD_CHARS.max && password === again;
}

/** `tried`: the form was sent once, so what is wrong is said. */
export function NewPassword(props: { chosen: Chosen; tried: boolean; onChange: (chosen: Chosen) => void }) {
  const { chosen, tried, onChange } = props;
  const { t } = useSpeech();
  const [shown, setShown] = useState(false);
  const n = chars(chosen.password);
  const type = shown ? "text" : "password";
  const error = () => {
    if (n > PASSWORD_CHARS.max) return t("password.long", { n });
    return tried && n < PASSWORD_CHARS.min ? t("password.short", { n }) : undefined;
  };
  const common = { type, autoComplete: "new-password", autoCapitalize: "none", spellCheck: false } as const;
  return (
    <>
      <TextField
        {...common}
        label={t("password.new")}
        help={n === 0 ? t("password.rule") : t("password.so_far", { n })}
        error={error()}
        value={chosen.password}
        onChange={(event) => onChange({ ...chosen, password: event.target.value })}
        data-testid="new-password"
      />
      <TextField
        {...common}
        label={t("password.again")}
        error={tried && chosen.again !== chosen.password ? t("password.differs") : undefined}
        value={chosen.again}
        onChange={(event) => onChange({ ...chosen, again: event.target.value })}
        data-testid="new-password-again"
      />
      <label className="check">
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.target.checked)} />
        {t("password.show")}
      </label>
    </>
  );
}
