// Something that is asked or shown over the page: in the middle, or at the side where the page beside it matters. The
// browser keeps the focus inside and gives it back; Escape and a press outside close it.
import { useEffect, useId, useRef, type ReactNode } from "react";
import { useSpeech } from "../i18n";
import { Button } from "./Button";

interface Props {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Stands at the side, as high as the screen. */
  side?: boolean;
  /** Only its own buttons close it: what it shows is shown once. */
  firm?: boolean;
  testId?: string;
}

export function Dialog({ open, title, onClose, children, side, firm, testId }: Props) {
  const { t } = useSpeech();
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return undefined;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
    return undefined;
  }, [open]);
  return (
    <dialog
      ref={element}
      className={side === true ? "dialog side" : "dialog"}
      aria-labelledby={titleId}
      data-testid={testId}
      onCancel={(event) => {
        // Whoever shows it decides whether it is open.
        event.preventDefault();
        if (firm !== true) onClose();
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
