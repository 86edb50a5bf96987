import { digitsFor, errorText, isExact, short } from "../text/format";
import type { Maybe } from "../source/documents";

/** A value with its standard error, the error lighter. */
export function Measure({ value, se: error }: { value: Maybe | undefined; se?: Maybe | undefined }) {
  const se = isExact(value, error) ? null : error;
  const digits = digitsFor(se, value);
  const known = se !== null && se !== undefined && Number.isFinite(se) && value !== null && value !== undefined;
  return <span class="nowrap">{short(value, digits)}{known && <span class="pm"> ± {errorText(se, digits)}</span>}</span>;
}
