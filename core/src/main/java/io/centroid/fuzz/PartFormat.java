package io.centroid.fuzz;

/** What a part of an input holds, which decides how it is damaged. */
public enum PartFormat {
  /** Bytes with integers of fixed widths. */
  BINARY,
  /** Text, with or without structure. */
  TEXT,
  /** JSON, or lines of it. */
  JSON,
  /** Eight bytes of length, as much JSON, then bytes. */
  SAFETENSORS
}
