package io.centroid.data.documents;

/** The unit of text that is one document of a corpus. */
public enum DocumentKind {
  /** A whole file, including line ends. */
  FILE,
  /** A line without its line end (LF or CRLF); empty lines are skipped. */
  LINE,
  /** The text in a field of a JSON object, one object per line; empty lines are skipped. */
  JSONL
}
