import { useEffect, useState } from "preact/hooks";
import type { Curves } from "../source/documents";
import { source } from "../source/store";

/** Some curves of several runs, by run; runs that do not answer are left out. Asked for again when `stamp` changes. */
export function useCurves(ids: readonly string[], names: readonly string[], stamp: string): Map<string, Curves> {
  const [curves, setCurves] = useState(new Map<string, Curves>());
  const key = `${ids.join(",")} ${names.join(",")} ${stamp}`;
  useEffect(() => {
    let wanted = true;
    const points = ids.length > 8 ? 300 : 600;
    void Promise.all(ids.map(async id => {
      try {
        return [id, await source.get<Curves>(`/api/runs/${encodeURIComponent(id)}/curves?names=${names.map(encodeURIComponent).join(",")}&points=${points}`)] as const;
      } catch {
        return null;
      }
    })).then(found => wanted && setCurves(new Map(found.filter(entry => entry !== null))));
    return () => void (wanted = false);
  }, [key]);
  return curves;
}
