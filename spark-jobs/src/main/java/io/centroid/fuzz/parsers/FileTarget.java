package io.centroid.fuzz.parsers;

import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import java.util.List;

/** A parser of one file's bytes that needs nothing around it. */
record FileTarget(
    PartFormat format, Bound bound, List<String> dictionary, List<byte[]> seeds, Parser parser)
    implements FuzzTarget {

  interface Parser {
    void parse(byte[] content) throws Exception;
  }

  @Override
  public List<PartFormat> formats() {
    return List.of(format);
  }

  @Override
  public void read(byte[] input) throws Exception {
    parser.parse(input);
  }
}
