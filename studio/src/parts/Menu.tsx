import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A button that opens a small sheet; Escape, leaving it by Tab, a click elsewhere and the press of a button in it close it. */
export function Menu({ label, title, children }: { label: ComponentChildren; title: string; children: ComponentChildren }) {
  const ref = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const menu = ref.current;
      if (!menu?.open) return;
      if (event instanceof KeyboardEvent) {
        if (event.key !== "Escape") return;
        menu.querySelector("summary")?.focus();
      } else if (menu.contains(event.target as Node)) return;
      menu.open = false;
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, []);
  // A press on what cannot be focused, as the sheet's edge, gives no new place, and neither does a Tab out of the page: only the press stays.
  const tabbed = useRef(false);
  const leave = (event: FocusEvent) => {
    const to = event.relatedTarget as Node | null;
    if (to ? !ref.current!.contains(to) : tabbed.current) ref.current!.open = false;
  };
  return <details class="menu" ref={ref} onFocusOut={leave} onKeyDown={event => (tabbed.current = event.key === "Tab")} onPointerDown={() => (tabbed.current = false)}><summary aria-label={title} title={title}>{label}</summary><div class="sheet" onClick={event => { if ((event.target as Element).closest("button")) ref.current!.open = false; }}>{children}</div></details>;
}
