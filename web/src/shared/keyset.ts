// A long list by keyset pages, one after the other as the reader goes down. What arrives meanwhile never moves the rows
// being read: the list says that there is news, and shows it when asked.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useChanges, type Changed } from "./live";

/** A page of the API. */
export interface KeysetPage<Row> {
  items: Row[];
  next?: string | null;
}

/** Rows of one question to the API. */
export const PAGE_ROWS = 200;

/** A first page that failed is asked for again after this time. */
const RECOVER_MS = 5_000;

/** Everything a list needs to be shown. */
export interface KeysetList<Row> {
  rows: Row[];
  isPending: boolean;
  error: Error | null;
  /** There are rows below the last one. */
  more: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  /** Something of the list's topic has happened since its first page came. */
  news: boolean;
  /** Begins again from the newest. */
  again: () => void;
}

const nothing = () => undefined;

/** Rows that are here already, as a list. */
export function allOf<Row>(rows: Row[]): KeysetList<Row> {
  const still = { isPending: false, error: null, more: false, loadingMore: false, news: false };
  return { ...still, rows, loadMore: nothing, again: nothing };
}

/**
 * The list of these filters.
 * @param name of the list, and `filters` that it is asked with: together they name the question
 * @param topic whose changes are news to it; `null` for a list that is asked again by hand only
 */
export function useKeyset<Row>(
  name: string,
  filters: Record<string, unknown>,
  topic: Changed["topic"] | null,
  ask: (page: { after?: string; limit: number }) => Promise<KeysetPage<Row>>,
): KeysetList<Row> {
  const queries = useQueryClient();
  const key = useMemo(() => ["list", name, filters], [name, filters]);
  const list = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(pageParam === undefined ? { limit: PAGE_ROWS } : { limit: PAGE_ROWS, after: pageParam }),
    getNextPageParam: (page) => page.next ?? undefined,
    // Asking again would ask every page again, and move the rows under the reader.
    staleTime: Infinity,
    // Whoever comes back begins at the newest.
    gcTime: 0,
    refetchInterval: (query) => (query.state.status === "error" && query.state.data === undefined ? RECOVER_MS : false),
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const changes = useChanges(topic);
  const pages = list.data?.pages.length ?? 0;
  // What had happened when this question was first asked: what happens later is news to it.
  const [asked, setAsked] = useState({ key, changes });
  if (asked.key !== key) setAsked({ key, changes });
  const known = asked.changes;
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const again = useCallback(() => {
    setAsked({ key, changes });
    void queries.resetQueries({ queryKey: key, exact: true });
  }, [queries, key, changes]);
  // What is shorter than a page is simply asked again.
  const short = pages === 1 && !list.hasNextPage;
  const { refetch, fetchNextPage } = list;
  useEffect(() => {
    if (!short || changes === known) return;
    setAsked({ key, changes });
    void refetch();
  }, [short, key, changes, known, refetch]);
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return {
    rows,
    isPending: list.isPending,
    error: list.isError && rows.length === 0 ? list.error : null,
    more: list.hasNextPage,
    loadingMore: list.isFetchingNextPage,
    loadMore,
    news: !short && pages > 0 && changes !== known,
    again,
  };
}
