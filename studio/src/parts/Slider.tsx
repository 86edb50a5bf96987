interface Props { label: string; value: number; min: number; max: number; step?: number; shown: string; onInput: (value: number) => void }

/** A slider with its value beside it. */
export function Slider({ label, value, min, max, step = 1, shown, onInput }: Props) {
  return (
    <label class="slider">
      <span>{label}</span>
      <input type="range" min={min} max={max} step={step} value={value} aria-valuetext={shown} onInput={event => onInput(Number(event.currentTarget.value))} />
      <output>{shown}</output>
    </label>
  );
}
