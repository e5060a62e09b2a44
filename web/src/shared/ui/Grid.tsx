// A table that becomes cards on a narrow screen. Roles are said outright: a table laid out as cards loses them otherwise.
import type { ReactNode } from "react";

/** One column: its heading and what a row shows in it. */
export interface Column<Row> {
  key: string;
  title: string;
  /** Numbers stand right, in tabular figures. */
  numeric?: boolean;
  cell: (row: Row) => ReactNode;
}

export function Grid<Row>(props: {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  id: (row: Row) => string;
  testId?: string;
}) {
  const { label, columns, rows, id, testId } = props;
  return (
    <table className="grid" role="table" aria-label={label} data-testid={testId}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.key} role="columnheader" scope="col" className={column.numeric === true ? "numeric" : ""}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={id(row)} role="row" data-row={id(row)}>
            {columns.map((column) => (
              <td
                key={column.key}
                role="cell"
                data-label={column.title}
                className={`col-${column.key} ${column.numeric === true ? "numeric" : ""}`}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
