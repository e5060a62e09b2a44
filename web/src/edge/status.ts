// The box as it sees itself, asked once for all parts of the page that show some of it.
import { useQuery } from "@tanstack/react-query";
import type { components } from "../api/edge";
import { answered, edge } from "../shared/api";

export type BoxStatus = components["schemas"]["BoxStatus"];
export type SourceRow = components["schemas"]["SourceRow"];

/** Asked again this often even if the stream says nothing: silence makes no sound. */
const ASK_AGAIN_MS = 10_000;

export function useStatus() {
  return useQuery({
    queryKey: ["status"],
    queryFn: () => answered(edge.GET("/api/v1/status")),
    refetchInterval: ASK_AGAIN_MS,
  });
}

/** Sources that do not deliver. */
export function silent(sources: SourceRow[]): SourceRow[] {
  return sources.filter(({ state }) => state !== "connected");
}
