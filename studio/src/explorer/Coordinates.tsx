import { Slider } from "../parts/Slider";
import { fixed } from "../text/format";
import type { Basis } from "./basis";

interface Props { basis: Basis; z: Float32Array; across: number; up: number; onChange: (z: Float32Array) => void }

/** All coordinates of the chosen point; those of the plane move with the cursor. */
export function Coordinates({ basis, z, across, up, onChange }: Props) {
  const c = basis.to(z);
  return (
    <details class="coordinates" open={c.length > 2 && c.length <= 16}>
      <summary>Coordinates of the point</summary>
      <div class="sliders">
        {Array.from(c, (value, k) => {
          const reach = Math.max(3.5, 3.5 * basis.scale[k]!);
          return <Slider key={`${basis.kind}${k}`} label={`${basis.names[k]}${k === across ? " →" : k === up ? " ↑" : ""}`} min={-reach} max={reach} step={reach / 350} value={value} shown={fixed(value, 2)}
            onInput={next => { const moved = Float32Array.from(c); moved[k] = next; onChange(basis.from(moved)); }} />;
        })}
      </div>
    </details>
  );
}
