// How a hand moves a chart: wheel and two fingers zoom, drag moves, a press without moving is a press.
import type { Frame } from "./drawn";
import { placeAt } from "./drawn";
import { moved, zoomed, type Viewing } from "./view";

/** Times as much in sight per pixel of the wheel. */
const ZOOM_PER_WHEEL_PX = 1.0018;
/** A wheel that counts lines or pages: pixels of one. */
const LINE_PX = 16;
const PAGE_PX = 400;
/** Moved less than this, a press is a press. */
const STILL_PX = 5;

export interface Hand {
  viewing: Viewing;
  length: () => number;
  /** Where the plot is, in pixels of the page from the corner of the element. */
  frame: () => Frame | null;
  /** A pointer without a press is at this pixel; null when it has left. */
  over: (at: { x: number; y: number } | null) => void;
  press: (at: { x: number; y: number }) => void;
}

/** Listens on `element` until the answer is called. */
export function gestures(element: HTMLElement, hand: Hand): () => void {
  const { viewing } = hand;
  const fingers = new Map<number, { x: number; y: number }>();
  let start: { x: number; y: number } | null = null;
  let still = true;
  const local = (event: MouseEvent) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const wheel = (event: WheelEvent) => {
    const frame = hand.frame();
    if (frame === null) return;
    const px = event.deltaMode === 0 ? 1 : event.deltaMode === 1 ? LINE_PX : PAGE_PX;
    const [across, down] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    // The frame may be one behind the view; what stands under the pointer is asked of the view.
    const now = { ...frame, view: viewing.view };
    const wanted =
      Math.abs(across) > Math.abs(down)
        ? moved(now.view, (across * px * (now.view.to - now.view.from)) / now.width, hand.length())
        : zoomed(now.view, placeAt(now, local(event).x), ZOOM_PER_WHEEL_PX ** (down * px), hand.length());
    // All is in sight already: the page scrolls on.
    if (wanted.from === now.view.from && wanted.to === now.view.to && down > 0) return;
    event.preventDefault();
    viewing.show(wanted);
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, local(event));
    start = local(event);
    still = fingers.size === 1;
    element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const at = local(event);
    const before = fingers.get(event.pointerId);
    if (before === undefined) return hand.over(at);
    if (start !== null && Math.hypot(at.x - start.x, at.y - start.y) > STILL_PX) still = false;
    const frame = hand.frame();
    if (still || frame === null) return undefined;
    const now = { ...frame, view: viewing.view };
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, at);
    hand.over(null);
    if (other === undefined) {
      viewing.show(moved(now.view, placeAt(now, before.x) - placeAt(now, at.x), hand.length()));
    } else {
      const [was, is] = [Math.abs(before.x - other.x), Math.abs(at.x - other.x)];
      if (is > STILL_PX) viewing.show(zoomed(now.view, placeAt(now, (at.x + other.x) / 2), was / is, hand.length()));
    }
    return undefined;
  };
  const up = (event: PointerEvent) => {
    if (!fingers.delete(event.pointerId)) return;
    if (event.type === "pointerup" && still) {
      hand.over(local(event));
      hand.press(local(event));
    }
  };
  const leave = (event: PointerEvent) => {
    // A finger that was lifted leaves its readout behind.
    if (event.pointerType === "mouse") hand.over(null);
  };

  element.addEventListener("wheel", wheel, { passive: false });
  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("pointerleave", leave);
  return () => {
    element.removeEventListener("wheel", wheel);
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
    element.removeEventListener("pointerleave", leave);
  };
}
