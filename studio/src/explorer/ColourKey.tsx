import { short } from "../text/format";
import type { Colouring } from "./colouring";

/** What the colours of the points mean. */
export function ColourKey({ name, colouring: { palette, labels, ramp } }: { name: string; colouring: Colouring }) {
  if (ramp) {
    return (
      <div class="colour-key">
        <span class="soft">{name}</span> {short(ramp[0])}
        <span class="ramp" style={{ background: `linear-gradient(90deg, ${palette.filter((_, i) => i % 9 === 0).join(", ")})` }} /> {short(ramp[1])}
      </div>
    );
  }
  if (labels.length === 0) return null;
  return <div class="colour-key"><span class="soft">{name}</span>{labels.map((label, i) => <span key={label} class="kind"><i style={{ background: palette[i] }} />{label}</span>)}</div>;
}
