package io.centroid.data.documents;

/** What one document of a corpus is. */
public enum DocumentKind {
  /** A whole file, line ends and all. */
  FILE,
  /** A line without its line end (LF or CRLF); an empty line is none. */
  LINE,
  /** The text in a field of a JSON object, one object a line; an empty line is none. */
  JSONL
}
