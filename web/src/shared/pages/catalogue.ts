// The whole catalogue in one question: a hundred-odd items that change with a release, not with the day.
import { useQuery } from "@tanstack/react-query";
import { answered, shared, type CatalogueItem } from "../api";

/** Rows asked for at once: the most the API gives. */
const PAGE_LEN = 500;

async function everyItem(): Promise<CatalogueItem[]> {
  const items: CatalogueItem[] = [];
  let after: string | undefined;
  do {
    const query = after === undefined ? { limit: PAGE_LEN } : { limit: PAGE_LEN, after };
    const page = await answered(shared.GET("/api/v1/catalogue", { params: { query } }));
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return items;
}

export function useCatalogue() {
  return useQuery({ queryKey: ["catalogue"], queryFn: everyItem, staleTime: Infinity });
}
