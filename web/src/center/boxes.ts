// The boxes, asked once for all parts of the page that show some of them.
import { useQuery } from "@tanstack/react-query";
import { answered, center, type BoxRow } from "../shared/api";

/** Asked again this often even if the stream says nothing: a box that falls silent changes nothing. */
const ASK_AGAIN_MS = 10_000;

/** `wanted`: false where the page does without for this role. */
export function useBoxes(wanted = true) {
  return useQuery({
    queryKey: ["boxes"],
    enabled: wanted,
    queryFn: () => answered(center.GET("/api/v1/boxes")),
    refetchInterval: ASK_AGAIN_MS,
  });
}

/** Boxes that are not heard of. */
export function silent(boxes: BoxRow[]): BoxRow[] {
  return boxes.filter((box) => !box.online);
}

/** Boxes whose log contradicted itself: nothing more is accepted until a person decides. */
export function frozen(boxes: BoxRow[]): BoxRow[] {
  return boxes.filter((box) => box.verification === "frozen");
}
