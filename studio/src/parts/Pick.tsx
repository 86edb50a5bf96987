import type { Option } from "./Choice";

interface Props<T extends string> { label: string; value: T; options: readonly Option<T>[]; onChange: (value: T) => void }

/** One of many values. */
export function Pick<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <label class="pick">
      <span>{label}</span>
      <select value={value} onChange={event => onChange(event.currentTarget.value as T)}>
        {options.map(option => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
    </label>
  );
}
