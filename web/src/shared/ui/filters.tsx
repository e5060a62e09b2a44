// The controls of a filter bar. Native ones: they work with keyboard, touch and any reader.
import { useEffect, useId, useRef, useState } from "react";

/** A text is taken this long after the last key. */
const SETTLE_MS = 300;

/** One of a few words; empty means all. */
export function ChoiceFilter(props: {
  label: string;
  value: string;
  all: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
  wide?: boolean;
}) {
  const { label, value, all, options, onChange, wide } = props;
  const known = value === "" || options.some((option) => option.value === value);
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value)} className={wide === true ? "wide" : ""}>
        <option value="">{all}</option>
        {!known && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A text, or one of many words where `options` are given: then only those are taken. */
export function TextFilter(props: {
  label: string;
  value: string;
  placeholder?: string;
  options?: { value: string; label: string }[];
  onChange: (value: string) => void;
}) {
  const { label, value, placeholder, options, onChange } = props;
  const list = useId();
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    // The address changed by something else than this field.
    if (told.current !== value) setText(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === told.current) return undefined;
    const known = options?.find((option) => option.value.toLowerCase() === wanted.toLowerCase());
    if (options !== undefined && wanted !== "" && known === undefined) return undefined;
    const taken = known?.value ?? wanted;
    const timer = setTimeout(() => {
      told.current = taken;
      onChange(taken);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, options, onChange]);
  return (
    <label>
      {label}
      <input
        type="search"
        className="wide"
        value={text}
        placeholder={placeholder}
        onChange={(event) => setText(event.target.value)}
        list={options === undefined ? undefined : list}
      />
      {options !== undefined && (
        <datalist id={list}>
          {options.map((option) => (
            <option key={option.value} value={option.value} label={option.label} />
          ))}
        </datalist>
      )}
    </label>
  );
}
