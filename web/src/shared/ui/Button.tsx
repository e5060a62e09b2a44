// A button: what happens when it is pressed is said by its kind, that something is under way by `busy`.
import type { ComponentProps } from "react";

interface Props extends Omit<ComponentProps<"button">, "type"> {
  /** `primary` is the one thing a form is for; `danger` cannot be undone; `bare` has no frame. */
  kind?: "primary" | "plain" | "danger" | "bare";
  small?: boolean;
  /** As wide as what it stands in. */
  wide?: boolean;
  /** Its act is under way: it cannot be pressed again, and readers are told. */
  busy?: boolean;
  submit?: boolean;
}

export function Button({ kind = "plain", small, wide, busy, submit, disabled, className, ...rest }: Props) {
  const classes = ["button", kind, small === true ? "small" : "", wide === true ? "wide" : "", className ?? ""];
  return (
    <button
      {...rest}
      type={submit === true ? "submit" : "button"}
      className={classes.filter((name) => name !== "").join(" ")}
      disabled={disabled === true || busy === true}
      aria-busy={busy === true ? true : undefined}
    />
  );
}
