// A table of any length: only the rows in sight are in the document, more are asked for as the reader nears the end.
// Rows have one height, so that the place of each is known without measuring; what is too long is cut and has a title.
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { useNarrow } from "../narrow";
import { count } from "../format";
import { useSpeech } from "../i18n";
import type { KeysetList } from "../keyset";
import type { Column } from "./Grid";
import { Button } from "./Button";

/** Rows kept ready above and below those in sight. */
const SPARE_ROWS = 12;
/** The rows in the document change this many at a time. */
const STEP_ROWS = 4;
/** The next page is asked for when this few rows remain below: a page's worth, so that it is here before the reader. */
const AHEAD_ROWS = 200;
const ROW_PX = 45;
const HEAD_PX = 36;

/** A column that says how wide it is, in the words of `grid-template-columns`. */
export interface WideColumn<Row> extends Column<Row> {
  width: string;
}

interface Props<Row> {
  label: string;
  columns: WideColumn<Row>[];
  list: KeysetList<Row>;
  id: (row: Row) => string;
  /** Height of a row laid out as a card on a narrow screen, pixels. */
  cardPx: number;
  testId: string;
}

export function LongGrid<Row>({ label, columns, list, id, cardPx, testId }: Props<Row>) {
  const { t } = useSpeech();
  const { rows, more, loadingMore, loadMore, news, again } = list;
  const narrow = useNarrow();
  const rowPx = narrow ? cardPx : ROW_PX;
  const scroller = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ first: 0, last: SPARE_ROWS * 3 });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let height = element.clientHeight;
    const look = () => {
      const top = element.scrollTop / rowPx;
      const first = Math.max(0, Math.floor((top - SPARE_ROWS) / STEP_ROWS) * STEP_ROWS);
      const last = Math.ceil((top + height / rowPx + SPARE_ROWS) / STEP_ROWS) * STEP_ROWS;
      setSeen((before) => (before.first === first && before.last === last ? before : { first, last }));
    };
    // The browser says that it has scrolled just before it paints: the rows are there in the same frame.
    const scrolled = () => flushSync(look);
    look();
    element.addEventListener("scroll", scrolled, { passive: true });
    const sizes = new ResizeObserver(() => {
      height = element.clientHeight;
      look();
    });
    sizes.observe(element);
    return () => {
      element.removeEventListener("scroll", scrolled);
      sizes.disconnect();
    };
  }, [rowPx]);

  const near = seen.last + AHEAD_ROWS >= rows.length;
  useEffect(() => {
    if (more && near && !loadingMore) loadMore();
  }, [more, near, loadingMore, loadMore]);

  const shown = rows.slice(seen.first, seen.last);
  const template = useMemo(() => columns.map((column) => column.width).join(" "), [columns]);
  return (
    <>
      {news && (
        <p className="news" role="status">
          {t("list.news")}{" "}
          <Button
            small
            onClick={() => {
              scroller.current?.scrollTo({ top: 0 });
              again();
            }}
          >
            {t("list.show_news")}
          </Button>
        </p>
      )}
      <div
        ref={scroller}
        className="long"
        role="table"
        aria-label={label}
        aria-rowcount={more ? -1 : rows.length + 1}
        tabIndex={0}
        style={{ "--content": `${rows.length * rowPx + (narrow ? 0 : HEAD_PX)}px` } as CSSProperties}
        data-testid={testId}
      >
        <div role="rowgroup" className="long-head">
          <div role="row" aria-rowindex={1} style={narrow ? undefined : { gridTemplateColumns: template }}>
            {columns.map((column) => (
              <span key={column.key} role="columnheader" className={column.numeric === true ? "numeric" : ""}>
                {column.title}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="long-body" style={{ blockSize: rows.length * rowPx }}>
          {shown.map((row, at) => (
            <LongRow
              key={id(row)}
              id={id(row)}
              row={row}
              place={seen.first + at}
              columns={columns}
              rowPx={rowPx}
              template={narrow ? undefined : template}
            />
          ))}
        </div>
      </div>
      <p className="quiet small long-foot">
        {more ? t("list.so_far", { n: count(rows.length) }) : t("list.all", { n: count(rows.length) })}
        {loadingMore && ` · ${t("state.loading")}`}
      </p>
    </>
  );
}

interface RowProps<Row> {
  id: string;
  row: Row;
  /** From 0, of the whole list. */
  place: number;
  columns: WideColumn<Row>[];
  rowPx: number;
  /** Widths of the columns; none where a row is a card. */
  template: string | undefined;
}

/** One row. While the list scrolls, those that stay in the document are not made again. */
const LongRow = memo(function LongRow<Row>({ id, row, place, columns, rowPx, template }: RowProps<Row>) {
  return (
    <div
      role="row"
      aria-rowindex={place + 2}
      className="long-row"
      data-row={id}
      style={{ blockSize: rowPx, gridTemplateColumns: template, insetBlockStart: place * rowPx }}
    >
      {columns.map((column) => (
        <div
          key={column.key}
          role="cell"
          data-label={column.title}
          className={`col-${column.key} ${column.numeric === true ? "numeric" : ""}`}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}) as <Row>(props: RowProps<Row>) => ReactNode;
