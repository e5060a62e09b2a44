// Names of organisations, for those who may see them; the own one is always known.
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { answered, shared } from "../../api";
import { useSpeech } from "../../i18n";
import { useSession } from "../../session";

/** The name of an organisation by its id; the id where the name is not known. */
export function useOrganisationName(): (id: string | null | undefined) => string {
  const { pick } = useSpeech();
  const { organisation: own, acts } = useSession().me;
  const { data } = useQuery({
    queryKey: ["organisations"],
    enabled: acts.includes("view_people"),
    queryFn: () => answered(shared.GET("/api/v1/organisations")),
  });
  return useCallback(
    (id) => {
      if (id == null) return "";
      const known = own.id === id ? own : data?.items.find((organisation) => organisation.id === id);
      return known === undefined ? id : pick(known.name);
    },
    [own, data, pick],
  );
}
