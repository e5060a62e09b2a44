// A filter by time: shown and given in the time of here, kept in the address in UTC, so that it is the same everywhere.
import { useEffect, useRef, useState } from "react";
import { localOf, utcOf } from "./query";

/** A time is taken this long after the last key: a year is four of them. */
const SETTLE_MS = 700;

export function TimeFilter({ label, value, onChange }: { label: string; value: string; onChange: (utc: string) => void }) {
  const [local, setLocal] = useState(() => localOf(value));
  const told = useRef(value);
  useEffect(() => {
    // The address changed by something else than this field.
    if (told.current !== value) setLocal(localOf(value));
    told.current = value;
  }, [value]);
  useEffect(() => {
    if (local === localOf(told.current)) return undefined;
    const timer = setTimeout(() => {
      told.current = utcOf(local);
      onChange(told.current);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [local, onChange]);
  return (
    <label>
      {label}
      <input type="datetime-local" value={local} max="9999-12-31T23:59" onChange={(event) => setLocal(event.target.value)} />
    </label>
  );
}
