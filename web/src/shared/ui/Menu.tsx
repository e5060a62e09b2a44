// What can be done with something, opened by its name. Closes when something in it is chosen, on Escape, or when the
// focus leaves it.
import { useRef, type ReactNode } from "react";

export function Menu({ name, testId, children }: { name: ReactNode; testId?: string; children: ReactNode }) {
  const element = useRef<HTMLDetailsElement>(null);
  const close = () => element.current?.removeAttribute("open");
  return (
    <details
      ref={element}
      className="menu"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        element.current?.querySelector("summary")?.focus();
      }}
    >
      <summary className="button bare" data-testid={testId}>
        {name}
      </summary>
      <div className="menu-entries" onClick={close}>
        {children}
      </div>
    </details>
  );
}
