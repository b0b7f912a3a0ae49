import type { ReactNode } from "react";
import { Link } from "react-router";
import { usePageTitle } from "../state/usePageTitle";

interface Props {
  title: string;
  /** The page's question answered in words, before the evidence. */
  answer?: ReactNode;
  tools?: ReactNode;
  crumbs?: { to: string; title: string }[];
  /** What the browser's tab says when it differs from the title. */
  tabTitle?: string;
  /** Shown instead of the title as text, e.g. a name with its tags. */
  heading?: ReactNode;
  children: ReactNode;
}

export function Page({ title, answer, tools, crumbs, tabTitle, heading, children }: Props) {
  usePageTitle(tabTitle ?? title);
  return (
    <>
      <header className="page-head">
        {crumbs ? (
          <div className="crumbs">
            {crumbs.map((crumb) => (
              <span key={crumb.to}>
                <Link className="link" to={crumb.to}>{crumb.title}</Link> <span aria-hidden>/</span>
              </span>
            ))}
          </div>
        ) : null}
        <div className="title">
          <h1>{heading ?? title}</h1>
          {tools ? <div className="tools">{tools}</div> : null}
        </div>
        {answer ? <p className="answer">{answer}</p> : null}
      </header>
      {children}
    </>
  );
}

/** A sheet of paper with a heading. */
export function Sheet({ title, note, tools, flush, children, id }: { title?: ReactNode; note?: ReactNode; tools?: ReactNode; flush?: boolean; children: ReactNode; id?: string }) {
  return (
    <section className={flush ? "sheet flush" : "sheet"} id={id}>
      {title !== undefined ? (
        <header>
          <h2>{title}</h2>
          {note ? <span className="faint">{note}</span> : null}
          {tools ? <div className="tools row">{tools}</div> : null}
        </header>
      ) : null}
      {children}
    </section>
  );
}
