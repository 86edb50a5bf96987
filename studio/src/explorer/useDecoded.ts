import { useEffect, useRef, useState } from "preact/hooks";
import type { Decoder } from "./decoder";

/** What the decoder makes of some points, as fast as it can: while it works, newer points replace those that wait. Null until the first are here. */
export function useDecoded(decoder: Decoder | null, z: Float32Array | null): { z: Float32Array; values: Float32Array } | null {
  const [shown, setShown] = useState<{ z: Float32Array; values: Float32Array } | null>(null);
  const state = useRef({ next: null as Float32Array | null, busy: false, alive: true });
  useEffect(() => () => void (state.current.alive = false), []);
  useEffect(() => {
    if (!decoder || !z) return;
    const now = state.current;
    now.next = z;
    if (now.busy) return;
    now.busy = true;
    void (async () => {
      while (now.next && now.alive) {
        const taken = now.next;
        now.next = null;
        try {
          const values = await decoder.run(taken);
          if (now.alive) setShown({ z: taken, values });
        } catch {
          now.next = null;
        }
      }
      now.busy = false;
    })();
  }, [decoder, z]);
  return shown;
}

/** A value that follows another once that one has rested for a moment. */
export function useRested<T>(value: T, milliseconds: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return rested;
}
