package io.centroid.nn;

import io.centroid.io.HadoopFiles;
import java.util.Optional;

/** A network and its parameters in a file of an engine's own format. */
public interface StoredNetwork {

  /** Location of the file, for messages. */
  String place();

  Architecture architecture();

  /**
   * Reads the parameters, in the layout's order.
   *
   * @param count number of parameters of the network
   * @throws io.centroid.error.InputException if the file has another number of parameters, or has
   *     changed since it was opened
   */
  float[] parameters(HadoopFiles files, long count);

  /** One line with the file's format and hash. */
  String description();

  /** The parts that were not read and their effect on training; empty if everything was read. */
  Optional<String> remark();
}
