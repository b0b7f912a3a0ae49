import type { ReactNode } from "react";

/** What an empty page says: what belongs here and the first step towards it. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <svg className="mark" viewBox="0 0 56 56" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden>
        <rect x="9" y="12" width="38" height="32" rx="4" />
        <path d="M9 22h38M17 30h14M17 36h9" />
        <circle cx="41" cy="40" r="7" fill="var(--sheet)" />
        <path d="M41 37v6M38 40h6" stroke="var(--accent)" />
      </svg>
      <b>{title}</b>
      {children ? <p>{children}</p> : null}
      {action ? <div className="row">{action}</div> : null}
    </div>
  );
}
