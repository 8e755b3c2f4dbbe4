/**
 * What a file from outside may cost. Rows are Excel's own number; the others were chosen so that a
 * county's roster of a million rows passes with room and a hand-made bomb does not.
 */
export type FileLimits = {
  /** Bytes as received. */
  readonly bytesMax: number;
  /** Rows with their header. */
  readonly rowsMax: number;
  /** Rows without any content: a sheet that was styled to its end has a million. */
  readonly blankRowsMax: number;
  readonly columnsMax: number;
  /** Characters (UTF-16 units) in one cell. */
  readonly cellCharactersMax: number;
  /** Bytes after inflating, of all parts together; a million rows of ten columns take 600 MB. */
  readonly inflatedBytesMax: number;
  /** Inflated over packed size of one part above 1 MB; spreadsheets reach 40, bombs 1,000. */
  readonly inflateRatioMax: number;
  readonly partsMax: number;
  /** How long the spreadsheet worker may take for one batch of rows. */
  readonly batchSecondsMax: number;
};

export const fileLimits: FileLimits = {
  bytesMax: 200 * 1024 * 1024,
  rowsMax: 1_048_576,
  blankRowsMax: 100_000,
  columnsMax: 200,
  cellCharactersMax: 10_000,
  inflatedBytesMax: 1024 * 1024 * 1024,
  inflateRatioMax: 200,
  partsMax: 1_000,
  batchSecondsMax: 60,
};
