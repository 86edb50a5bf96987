import { useId } from "preact/hooks";

export interface Option<T extends string> { value: T; label: string; title?: string }

interface Props<T extends string> { label: string; value: T; options: readonly Option<T>[]; onChange: (value: T) => void; hideLabel?: boolean }

/** A few values side by side; arrow keys go from one to the next, as the browser does it for radio buttons. */
export function Choice<T extends string>({ label, value, options, onChange, hideLabel }: Props<T>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class={hideLabel ? "unseen" : undefined}>{label}</legend>
      <span class="choice-row">
        {options.map(option => (
          <label key={option.value} title={option.title}>
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </span>
    </fieldset>
  );
}
