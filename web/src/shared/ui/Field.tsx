// A field of a form: its name above, what helps below, what is wrong in place of it and read out.
import { useId, type ComponentProps, type ReactNode } from "react";

interface Wrapped {
  label: string;
  help?: ReactNode;
  /** What is wrong with what was entered; nothing if all is well. */
  error?: string | undefined;
}

function useDescribed(help: ReactNode, error: string | undefined) {
  const id = useId();
  const described = error !== undefined || (help !== undefined && help !== null);
  return {
    id,
    note: described && (
      <span id={id} className={error === undefined ? "quiet small" : "field-error small"} role={error === undefined ? undefined : "alert"}>
        {error ?? help}
      </span>
    ),
    attributes: { "aria-describedby": described ? id : undefined, "aria-invalid": error === undefined ? undefined : true } as const,
  };
}

/** A line of text. */
export function TextField({ label, help, error, ...input }: Wrapped & ComponentProps<"input">) {
  const { note, attributes } = useDescribed(help, error);
  return (
    <div className="field">
      <label>
        <span>{label}</span>
        <input className="control" {...input} {...attributes} />
      </label>
      {note}
    </div>
  );
}

/** Several lines of text. */
export function TextArea({ label, help, error, ...input }: Wrapped & ComponentProps<"textarea">) {
  const { note, attributes } = useDescribed(help, error);
  return (
    <div className="field">
      <label>
        <span>{label}</span>
        <textarea className="control" rows={3} {...input} {...attributes} />
      </label>
      {note}
    </div>
  );
}

/** One of a few words. */
export function SelectField({
  label,
  help,
  error,
  options,
  ...select
}: Wrapped & ComponentProps<"select"> & { options: { value: string; label: string }[] }) {
  const { note, attributes } = useDescribed(help, error);
  return (
    <div className="field">
      <label>
        <span>{label}</span>
        <select className="control" {...select} {...attributes}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      </label>
      {note}
    </div>
  );
}
