// Live readings: the newest of each stream as it arrives.
import { useQuery } from "@tanstack/react-query";
import { answered, edge } from "../shared/api";
import { Failed, Loading } from "../shared/ui/State";
import { LATEST_KEY } from "./latest";
import { ReadingTable } from "./ReadingTable";

export function LivePage() {
  const latest = useQuery({
    queryKey: LATEST_KEY,
    queryFn: () => answered(edge.GET("/api/v1/readings/latest")),
    staleTime: Infinity,
  });
  return (
    <>
      {latest.isPending && <Loading />}
      {latest.isError && <Failed error={latest.error} retry={() => void latest.refetch()} />}
      {latest.data !== undefined && <ReadingTable latest={latest.data} />}
    </>
  );
}
