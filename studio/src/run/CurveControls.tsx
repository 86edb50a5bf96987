import type { Abscissa } from "../charts/axis";
import { Choice } from "../parts/Choice";
import { Slider } from "../parts/Slider";
import { Toggle } from "../parts/Toggle";
import { setting } from "../settings";

export const smoothing = setting("smoothing", 0);
export const abscissaKind = setting<Abscissa>("abscissa", "epoch");
export const logarithmic = setting("logarithmic", false);
export const everything = setting("outliers", false);

/** How curves are drawn: the same on the page of a run and in comparisons. */
export function CurveControls() {
  return (
    <>
      <Choice label="Across" value={abscissaKind.value} onChange={value => (abscissaKind.value = value)} options={[{ value: "step", label: "Step" }, { value: "epoch", label: "Epoch" }, { value: "time", label: "Time" }]} />
      <Slider label="Smoothing" min={0} max={0.99} step={0.01} value={smoothing.value} shown={smoothing.value === 0 ? "none" : smoothing.value.toFixed(2)} onInput={value => (smoothing.value = value)} />
      <Toggle on={logarithmic.value} onChange={on => (logarithmic.value = on)} title="values below zero are drawn upside down">Log axis</Toggle>
      <Toggle on={everything.value} onChange={on => (everything.value = on)} title="otherwise the axis follows the bulk of the values and may cut off the first epochs">Full range</Toggle>
    </>
  );
}
