// The filters of a list live in the address, so that a view can be sent to somebody and Back goes to the view before.
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** Filters by name; one that is not set is empty. */
export type Filters<Name extends string> = Record<Name, string>;

/** The filters named in the address, and how to set some of them. Other words of the address stay. */
export function useFilters<Name extends string>(
  names: readonly Name[],
): [Filters<Name>, (change: Partial<Filters<Name>>) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filters = useMemo(() => {
    const now = new URLSearchParams(text);
    return Object.fromEntries(names.map((name) => [name, now.get(name) ?? ""])) as Filters<Name>;
  }, [text, names]);
  const change = useCallback(
    (changed: Partial<Filters<Name>>) => {
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries<string | undefined>(changed)) {
            if (value === undefined || value === "") after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      );
    },
    [setSearch],
  );
  return [filters, change];
}

/** Only what is set, for a question to the API. */
export function set<Name extends string>(filters: Filters<Name>): Partial<Filters<Name>> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== "")) as Partial<Filters<Name>>;
}
