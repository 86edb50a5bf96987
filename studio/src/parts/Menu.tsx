import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A button that opens a small sheet; Escape, a click elsewhere and the press of a button in it close it. */
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
  return <details class="menu" ref={ref}><summary aria-label={title} title={title}>{label}</summary><div class="sheet" onClick={event => { if ((event.target as Element).closest("button")) ref.current!.open = false; }}>{children}</div></details>;
}
