const minus = "−";

/** A number with a sign that has its own width; "–" for none. */
export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? minus + text : text;
}

/** Digits after the point such that a standard error keeps two significant ones: 0.456 → 2, 0.013 → 3. */
export function digitsFor(se: number | null | undefined, value?: number | null): number {
  if (se !== null && se !== undefined && Number.isFinite(se) && se > 0) return clamp(1 - Math.floor(Math.log10(se)), 0, 6);
  const size = Math.abs(value ?? 0);
  return size === 0 || size >= 1000 ? (Number.isInteger(value ?? 0) ? 0 : 1) : size >= 100 ? 2 : size >= 1 ? 3 : clamp(3 - Math.ceil(Math.log10(size)), 3, 6);
}

/** Whether an error is that of rounding alone: such a value is shown without one. */
export const isExact = (value: number | null | undefined, se: number | null | undefined): boolean =>
  se !== null && se !== undefined && Math.abs(se) <= Math.max(5e-7, 1e-9 * Math.abs(value ?? 0));

/** "−106.65 ± 0.46", with as many digits as the error supports. */
export function measured(value: number | null | undefined, error?: number | null): string {
  const se = isExact(value, error) ? null : error;
  const digits = digitsFor(se, value);
  const text = short(value, digits);
  return se !== null && se !== undefined && Number.isFinite(se) && text !== "–" ? `${text} ± ${errorText(se, digits)}` : text;
}

/** An error with the digits of its value, or in powers of ten where it is large. */
export const errorText = (se: number, digits: number): string => (Math.abs(se) >= 1e7 ? short(se) : fixed(se, digits));

/** A number for a table or an axis: plain where it can be, in powers of ten where it must be. */
export function short(value: number | null | undefined, digits?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) return power(value);
  if (digits !== undefined) return fixed(value, digits);
  return Number.isInteger(value) ? grouped(value) : fixed(value, digitsFor(null, value));
}

/** 1234567 → "1,234,567" */
export function grouped(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return (value < 0 ? minus : "") + Math.abs(Math.round(value)).toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

function power(value: number): string {
  const [mantissa = "", exponent = ""] = value.toExponential(2).split("e");
  const digits = [...exponent.replace("+", "")].map(c => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
  return `${mantissa.replace("-", minus)}·10${digits}`;
}

/** "3 min", "2 h", "5 d": how long ago. */
export function ago(time: string | null, now: number): string {
  const then = time === null ? NaN : Date.parse(time);
  if (!Number.isFinite(then)) return "–";
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds < 5) return "now";
  return `${span(seconds)} ago`;
}

/** The largest unit that says enough. */
export function span(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return "–";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

/** "2026-11-27 09:52" in the reader's zone. */
export function moment(time: string | null): string {
  const date = new Date(time ?? NaN);
  if (Number.isNaN(date.getTime())) return "–";
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "one run", "3 runs". */
export const count = (n: number, one: string, many = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : many}`;

const clamp = (x: number, least: number, most: number): number => Math.min(most, Math.max(least, x));
