import type { Comparison } from "../source/documents";
import { useDocument, type Loaded } from "../source/store";

/** What the server finds in some runs together; nothing of none. */
export const useComparison = (ids: readonly string[]): Loaded<Comparison> => useDocument<Comparison>(ids.length === 0 ? null : `/api/compare?ids=${ids.map(encodeURIComponent).join(",")}`);
