import type { ComponentChildren } from "preact";

/** On or off. */
export function Toggle({ on, onChange, children, title }: { on: boolean; onChange: (on: boolean) => void; children: ComponentChildren; title?: string }) {
  return <label class="toggle" title={title}><input type="checkbox" checked={on} onChange={event => onChange(event.currentTarget.checked)} /><span>{children}</span></label>;
}
