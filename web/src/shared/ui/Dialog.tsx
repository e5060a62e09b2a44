// Something that is asked or shown over the page: in the middle, or at the side where the page beside it matters. The
// browser keeps the focus inside and gives it back; Escape and a press outside close it.
import { useEffect, useId, useRef, type ReactNode } from "react";
import { useSpeech } from "../i18n";
import { Button } from "./Button";

const FIRST_FIELD = ".dialog-body :is(input:not([hidden]), select, textarea)";

interface Props {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Stands at the side, as high as the screen. */
  side?: boolean;
  /** Only its own buttons close it: what it shows is shown once. */
  firm?: boolean;
  /** On paper it stands alone, without the page below it. */
  prints?: boolean;
  testId?: string;
}

export function Dialog({ open, title, onClose, children, side, firm, prints, testId }: Props) {
  const { t } = useSpeech();
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return undefined;
    if (open && !dialog.open) {
      dialog.showModal();
      // What is to be filled in comes before the button that closes.
      if (side !== true) dialog.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    }
    if (!open && dialog.open) dialog.close();
    return undefined;
  }, [open, side]);
  return (
    <dialog
      ref={element}
      className={["dialog", side === true && "side", prints === true && "prints"].filter(Boolean).join(" ")}
      aria-labelledby={titleId}
      data-testid={testId}
      onCancel={(event) => {
        // Whoever shows it decides whether it is open.
        event.preventDefault();
        if (firm !== true) onClose();
      }}
      onKeyDown={(event) => {
        // The browser lets a second Escape through, whatever is said to the first.
        if (firm === true && event.key === "Escape") event.preventDefault();
      }}
      onPointerDown={(event) => {
        if (firm !== true && event.target === element.current) onClose();
      }}
    >
      {open && (
        <div className="dialog-inside">
          <header>
            <h2 id={titleId}>{title}</h2>
            {firm !== true && (
              <Button kind="bare" onClick={onClose} aria-label={t("state.close")}>
                <svg viewBox="0 0 16 16" className="icon" aria-hidden="true">
                  <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />
                </svg>
              </Button>
            )}
          </header>
          <div className="dialog-body">{children}</div>
        </div>
      )}
    </dialog>
  );
}
